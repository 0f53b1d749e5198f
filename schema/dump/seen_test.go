package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// What was seen of the wire without this program: the fields of all structs by reflection in servers of 9.3 and
// 11.6, and the kinds in values that a server of 11.5 encoded. An error in the dump cannot hide there.

// wire gives what gob makes of a type of the schema.
func (s *Schema) wire(text string) string {
	switch {
	case text == "[]byte" || text == "json.RawMessage":
		return "bytes"
	case strings.HasPrefix(text, "*"):
		return s.wire(text[1:])
	case strings.HasPrefix(text, "[]"):
		return "[]" + s.wire(text[2:])
	case strings.HasPrefix(text, "map["):
		key, value, _ := strings.Cut(text[4:], "]")
		return "map[" + s.wire(key) + "]" + s.wire(value)
	case strings.HasPrefix(text, "int"):
		return "int"
	case strings.HasPrefix(text, "uint"):
		return "uint"
	}
	switch text {
	case "bool", "string":
		return text
	case "any", "error", "io.ReadCloser", "driver.Value":
		return "interface"
	case "time.Time":
		return "GobEncoder"
	case "url.URL":
		return "BinaryMarshaler"
	case "http.Request", "http.Response":
		return "struct " + text
	}
	for _, t := range s.Types {
		if t.Name == text {
			if t.Is != "" {
				return s.wire(t.Is)
			}
			return "struct " + text
		}
	}
	for _, enum := range s.Enums {
		if enum.Name == text {
			return s.wire(enum.Kind)
		}
	}
	return "unknown " + text
}

// seenFields lists the fields of the schema as the files in testdata/seen do.
func (s *Schema) seenFields() map[string]string {
	all := make(map[string]string)
	add := func(of string, fields []Field) {
		for _, f := range fields {
			text := s.wire(f.Type)
			if f.JSON != "" || f.Options != nil {
				text += " json:" + strings.Join(append([]string{f.JSON}, f.Options...), ",")
			}
			if f.Embedded {
				text += " embedded"
			}
			all[of+"."+f.Name] = text
		}
	}
	for _, calls := range [][]Call{s.Hooks, s.API, s.Driver} {
		for _, call := range calls {
			args, returns := "Z_"+call.Name+"Args", "Z_"+call.Name+"Returns"
			if call.ArgsStruct != "" {
				args = call.ArgsStruct
			}
			if call.ReturnsStruct != "" {
				returns = call.ReturnsStruct
			}
			add(args, call.Args)
			add(returns, call.Returns)
		}
	}
	for _, t := range s.Types {
		add(t.Name, t.Fields)
	}
	return all
}

func lines(t *testing.T, name string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "seen", name))
	if err != nil {
		t.Fatal(err)
	}
	tables, err := readTables("..")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		for old, new := range tables.foreign.Renamed {
			line = strings.ReplaceAll(strings.ReplaceAll(line, old+".", new+"."), old+" ", new+" ")
		}
		// Declared upstream, used by no call.
		if field, kind, _ := strings.Cut(line, " "); !strings.Contains(field, "Z_DbInt64ErrReturn.") {
			all[field] = kind
		}
	}
	return all
}

func TestTheDumpsSayWhatReflectionSaw(t *testing.T) {
	for _, version := range []string{"9.3", "11.6"} {
		schema, err := readSchema("../compat/" + version + ".json")
		if err != nil {
			t.Fatal(err)
		}
		dumped, seen := schema.seenFields(), lines(t, "reflection-"+version+".txt")
		var wrong []string
		for field, kind := range seen {
			if got, ok := dumped[field]; !ok || got != kind {
				wrong = append(wrong, fmt.Sprintf("%s: dumped %q, seen %q", field, got, kind))
			}
		}
		for field := range dumped {
			if _, ok := seen[field]; !ok && !onlyInInterfaces(field) {
				wrong = append(wrong, field+": dumped, not seen")
			}
		}
		sort.Strings(wrong)
		if len(seen) < 1900 || wrong != nil {
			t.Errorf("%s: %d fields seen\n%s", version, len(seen), strings.Join(wrong, "\n"))
		}
	}
}

// onlyInInterfaces holds for types that reflection from the calls does not reach.
func onlyInInterfaces(field string) bool {
	for _, prefix := range []string{
		"model.AutocompleteTextArg.", "model.AutocompleteStaticListArg.", "model.AutocompleteListItem.",
		"model.AutocompleteDynamicListArg.", "model.PreviewPost.", "model.PluginPropertyOption.",
		"plugin.ErrorString.", "pq.Error.", "mysql.MySQLError.",
	} {
		if strings.HasPrefix(field, prefix) {
			return true
		}
	}
	return false
}

func TestTheSchemaSaysWhatRecordedValuesHold(t *testing.T) {
	schema, err := readSchema("../plugin.json")
	if err != nil {
		t.Fatal(err)
	}
	dumped, seen := schema.seenFields(), lines(t, "vectors-11.5.txt")
	for field, kinds := range seen {
		if call, ok := strings.CutPrefix(field, "plugin.Z_"); ok {
			field = "Z_" + call
		}
		got, ok := dumped[field]
		got, _, _ = strings.Cut(got, " json:")
		if !ok || !strings.Contains(","+kinds+",", ","+kindOf(got)+",") && kinds != "ptr" {
			t.Errorf("%s: the schema has %q, recorded %s", field, got, kinds)
		}
	}
	if len(seen) < 2000 {
		t.Errorf("only %d fields", len(seen))
	}
}

// kindOf is what a recorded value calls something of that wire type.
func kindOf(wire string) string {
	switch {
	case strings.HasPrefix(wire, "[]"):
		return "slice"
	case strings.HasPrefix(wire, "map["):
		return "map"
	case strings.HasPrefix(wire, "struct"):
		return "struct"
	case wire == "GobEncoder":
		return "time"
	case wire == "BinaryMarshaler":
		return "url"
	}
	return wire
}
