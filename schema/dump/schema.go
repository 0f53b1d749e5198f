package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// Schema is what goes over the plugin wire: of one server version, or of several that were merged.
type Schema struct {
	// Trees are the server versions it was made from, oldest first.
	Trees      []string     `json:"trees"`
	Hooks      []Call       `json:"hooks"`
	API        []Call       `json:"api"`
	Driver     []Call       `json:"driver"`
	Types      []Type       `json:"types"`
	Enums      []Enum       `json:"enums"`
	Registered []Registered `json:"registered"`
}

// Call is a hook, an API method or a call of the database driver.
type Call struct {
	Name string `json:"name"`
	// Category is for API methods only.
	Category string `json:"category,omitempty"`
	Since    string `json:"since,omitempty"`
	// Only is the one tree that has it.
	Only string `json:"only,omitempty"`
	// Glue says who wrote upstream's RPC code for it: "hand" or "generated".
	Glue     string `json:"glue,omitempty"`
	Variadic bool   `json:"variadic,omitempty"`
	// Arg is the type of an argument that is not a struct, Param its name.
	Arg   string `json:"arg,omitempty"`
	Param string `json:"param,omitempty"`
	// Reply is the type of a reply that is not a struct.
	Reply string `json:"reply,omitempty"`
	// ArgsStruct and ReturnsStruct are upstream's names where they are not Z_<Name>Args and Z_<Name>Returns.
	ArgsStruct    string  `json:"args_struct,omitempty"`
	ReturnsStruct string  `json:"returns_struct,omitempty"`
	Args          []Field `json:"args"`
	Returns       []Field `json:"returns"`
}

// Field is one of a struct, of arguments or of results.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Param is Go's name of the parameter that an argument field carries.
	Param    string   `json:"param,omitempty"`
	JSON     string   `json:"json,omitempty"`
	Options  []string `json:"options,omitempty"`
	Embedded bool     `json:"embedded,omitempty"`
	// Only is the one tree that has it.
	Only string `json:"only,omitempty"`
	// Was is its type in the oldest tree, where that is another one.
	Was string `json:"was,omitempty"`
}

// Type is a struct, or a named type that stands for another one.
type Type struct {
	Name   string  `json:"name"`
	Only   string  `json:"only,omitempty"`
	Is     string  `json:"is,omitempty"`
	Fields []Field `json:"fields"`
}

// Enum is a string or integer type with known constants.
type Enum struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	// Untyped says that Go has the constants, but no type.
	Untyped bool    `json:"untyped_in_go,omitempty"`
	Only    string  `json:"only,omitempty"`
	Values  []Value `json:"values"`
}

// Value is a constant without what its name has in common with the others.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Registered is a gob name under which values of a type travel in interfaces.
type Registered struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Only string `json:"only,omitempty"`
}

func readSchema(path string) (*Schema, error) {
	schema := new(Schema)
	return schema, readJSON(path, schema)
}

// readJSON refuses keys that it does not know.
func readJSON(path string, target any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// Text is the schema as JSON with one field a line, so that a change of one field is one line of a diff.
func (s *Schema) Text() ([]byte, error) {
	var out writer
	out.text.WriteString("{\n \"trees\": ")
	out.value(s.Trees)
	calls := func(key string, calls []Call) {
		list(&out, key, calls, func(call Call) (any, []part) {
			head := call
			head.Args, head.Returns = nil, nil
			return head, []part{fields("args", call.Args), fields("returns", call.Returns)}
		})
	}
	calls("hooks", s.Hooks)
	calls("api", s.API)
	calls("driver", s.Driver)
	list(&out, "types", s.Types, func(t Type) (any, []part) {
		head := t
		head.Fields = nil
		if t.Is != "" {
			return head, nil
		}
		return head, []part{fields("fields", t.Fields)}
	})
	list(&out, "enums", s.Enums, func(enum Enum) (any, []part) {
		head := enum
		head.Values = nil
		values := part{key: "values"}
		for _, value := range enum.Values {
			values.items = append(values.items, value)
		}
		return head, []part{values}
	})
	list(&out, "registered", s.Registered, func(r Registered) (any, []part) { return r, nil })
	out.text.WriteString("\n}\n")
	return out.text.Bytes(), out.err
}

type writer struct {
	text bytes.Buffer
	err  error
}

// part is a list inside an item, an element a line.
type part struct {
	key   string
	items []any
}

func fields(key string, all []Field) part {
	p := part{key: key}
	for _, field := range all {
		p.items = append(p.items, field)
	}
	return p
}

func list[T any](out *writer, key string, items []T, split func(T) (any, []part)) {
	fmt.Fprintf(&out.text, ",\n %q: [", key)
	for i, item := range items {
		out.text.WriteString(separator(i) + "\n  ")
		head, parts := split(item)
		out.head(head, parts)
		for i, p := range parts {
			fmt.Fprintf(&out.text, "%s\n   %q: [", separator(i), p.key)
			for i, item := range p.items {
				out.text.WriteString(separator(i) + "\n    ")
				out.value(item)
			}
			out.text.WriteString("]")
		}
		if parts != nil {
			out.text.WriteString("}")
		}
	}
	out.text.WriteString("]")
}

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// head writes an object without the lists in it, open at its end when there are any.
func (out *writer) head(value any, parts []part) {
	text := out.marshal(value)
	for _, null := range []string{"args", "returns", "fields", "values"} {
		text = bytes.ReplaceAll(text, []byte(`, "`+null+`": null`), nil)
	}
	if parts != nil {
		text = append(bytes.TrimSuffix(text, []byte("}")), ',')
	}
	out.text.Write(text)
}

func (out *writer) value(value any) { out.text.Write(out.marshal(value)) }

// marshal writes JSON with a blank after colons and commas.
func (out *writer) marshal(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	out.err = errors.Join(out.err, encoder.Encode(value))
	var spaced []byte
	quoted := false
	for i, c := range bytes.TrimSpace(text.Bytes()) {
		if c == '"' && (i == 0 || text.Bytes()[i-1] != '\\') {
			quoted = !quoted
		}
		spaced = append(spaced, c)
		if !quoted && (c == ':' || c == ',') {
			spaced = append(spaced, ' ')
		}
	}
	return spaced
}
