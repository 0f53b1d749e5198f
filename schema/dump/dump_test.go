package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func fakeTables(t *testing.T) *Tables {
	t.Helper()
	tables, err := readTables("testdata/schema")
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func fakeDump(t *testing.T, version string) *Schema {
	t.Helper()
	schema, err := dump(version, "testdata/"+version, fakeTables(t))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func text(t *testing.T, schema *Schema) string {
	t.Helper()
	text, err := schema.Text()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// golden compares with a committed file; UPDATE=1 writes it.
func golden(t *testing.T, name string, schema *Schema) {
	t.Helper()
	path := filepath.Join("testdata", "schema", name)
	got := text(t, schema)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func TestATreeBecomesItsDump(t *testing.T) {
	golden(t, "1.0.json", fakeDump(t, "1.0"))
	golden(t, "2.0.json", fakeDump(t, "2.0"))
}

func TestTwoTreesMerge(t *testing.T) {
	merged, err := merge(fakeDump(t, "1.0"), fakeDump(t, "2.0"), fakeTables(t))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "merged.json", merged)
}

func TestADumpComesBackFromItsText(t *testing.T) {
	schema := fakeDump(t, "2.0")
	path := filepath.Join(t.TempDir(), "x.json")
	if err := write(path, schema); err != nil {
		t.Fatal(err)
	}
	again, err := readSchema(path)
	if err != nil {
		t.Fatal(err)
	}
	if text(t, again) != text(t, schema) {
		t.Error("reading and writing changed it")
	}
}

func TestWhatStandsNowhereIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		version string
		change  func(*Tables)
		want    string
	}{
		"hook without version": {
			"2.0", func(t *Tables) { delete(t.since.Hooks, "Noted") }, "hook Noted: the tree does not say since when",
		},
		"method without category": {
			"2.0", func(t *Tables) { t.since.API["Log"] = Item{Since: "1.9"} }, "api Log: the tree does not say",
		},
		"comment against table": {
			"1.0", func(t *Tables) { t.since.API["GetNote"] = Item{Since: "0.6", Category: "note"} },
			"the tree says 0.7, since.json 0.6",
		},
		"foreign type": {
			"2.0", func(t *Tables) { t.foreign.Types = t.foreign.Types[1:] },
			"hook Noted: B: logr.Level is of example.com/other/logr/v2, which is not in the tree; describe it in foreign.json",
		},
		"type inside a foreign type": {
			"2.0", func(t *Tables) { t.foreign.Types = t.foreign.Types[:1] }, "logr.Level: logr.ID",
		},
		"leaf": {
			"1.0", func(t *Tables) { delete(t.foreign.Leaves, "time.Time") }, "model.Note: At: time.Time",
		},
		"constants that are gone": {
			"2.0", func(t *Tables) { t.foreign.Constants = map[string]string{"model.Mood": "Moods"} },
			"no constants Moods… for model.Mood",
		},
	} {
		tables := fakeTables(t)
		test.change(tables)
		_, err := dump(test.version, "testdata/"+test.version, tables)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCommentsTellWhatTheTableDoesNot(t *testing.T) {
	tables := fakeTables(t)
	tables.since = Since{}
	schema, err := dump("1.0", "testdata/1.0", tables)
	if err != nil {
		t.Fatal(err)
	}
	if got := schema.API[0]; got.Since != "0.7" || got.Category != "sticky_note" {
		t.Errorf("got %q, %q", got.Since, got.Category)
	}
}

func TestConstantsWithoutATypeMakeAnEnum(t *testing.T) {
	tables := fakeTables(t)
	tables.foreign.Constants = map[string]string{"model.Mood": "Mood"}
	schema, err := dump("2.0", "testdata/2.0", tables)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(schema.Enums, func(e Enum) bool { return e.Name == "model.Mood" })
	if at < 0 || !slices.Equal(schema.Enums[at].Values, []Value{{"Good", "good"}, {"Bad", "bad"}}) {
		t.Errorf("%+v", schema.Enums)
	}
}

func TestARowForAFieldThatATreeHasIsStale(t *testing.T) {
	tables := fakeTables(t)
	tables.foreign.Fields[0].Name = "Title"
	_, err := merge(fakeDump(t, "1.0"), fakeDump(t, "2.0"), tables)
	if err == nil || !strings.Contains(err.Error(), "model.Card.Title: a tree has it now") {
		t.Error(err)
	}
}

func TestAFileThatDoesNotParseMattersOnlyWhenNeeded(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/2.0")); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(root, "server", "public", "model")
	broken := []byte("package model\n\nfunc Broken( {\n")
	if err := os.WriteFile(filepath.Join(folder, "broken.go"), broken, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dump("2.0", root, fakeTables(t)); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "note.go"), broken, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := dump("2.0", root, fakeTables(t))
	if err == nil || !strings.Contains(err.Error(), "is used, but not declared") || !strings.Contains(err.Error(), "note.go:3") {
		t.Error(err)
	}
}

func TestAnEmptyFolderIsNoTree(t *testing.T) {
	if _, err := dump("1.0", t.TempDir(), fakeTables(t)); err == nil || !strings.Contains(err.Error(), "no checkout") {
		t.Error(err)
	}
}

func TestTheReportSaysWhatChanged(t *testing.T) {
	var out bytes.Buffer
	if report(&out, diff(fakeDump(t, "1.0"), fakeDump(t, "2.0"))) {
		t.Error("not only additions")
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, want := range []string{
		"added   hook Noted  (note *model.Note; level logr.Level) () since 1.5",
		"added   value model.Flag B  4",
		"changed field model.Note.HasMore  HasMore bool -> HasMore *bool",
		"changed hook Serve  (Stream uint32; Request *http.Request) () since 0.5 -> (Stream uint32; Request *plugin.Subset) () since 0.5",
		"removed field model.Note.Retired  Retired bool",
		"removed value model.Color RetiredOne  retired",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("missing: %s\nin:\n%s", want, out.String())
		}
	}
}

func TestTheExitCodeIsForCI(t *testing.T) {
	folder := t.TempDir()
	old, more := filepath.Join(folder, "old.json"), filepath.Join(folder, "more.json")
	schema := fakeDump(t, "1.0")
	if err := write(old, schema); err != nil {
		t.Fatal(err)
	}
	schema.Types = append(schema.Types, Type{Name: "model.New", Is: "int"})
	if err := write(more, schema); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args      []string
		different bool
	}{
		{[]string{"diff", old, old}, false},
		{[]string{"diff", old, more}, true},
		{[]string{"diff", "-additions-ok", old, more}, false},
		{[]string{"diff", "-additions-ok", more, old}, true},
	} {
		different, err := run(test.args, &bytes.Buffer{})
		if err != nil || different != test.different {
			t.Errorf("%v: %v, %v", test.args, different, err)
		}
	}
	for _, wrong := range [][]string{nil, {"diff", old}, {"tree"}, {"-x"}} {
		if _, err := run(wrong, &bytes.Buffer{}); err == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
}

// The committed schema is what the committed dumps give.
func TestTheSchemaIsFresh(t *testing.T) {
	schema, err := merged("..")
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("../plugin.json")
	if err != nil {
		t.Fatal(err)
	}
	if text(t, schema) != string(committed) {
		t.Error("schema/plugin.json is stale; run `go run . merge` in schema/dump")
	}
}

// Rows for items that no dump has are mistakes.
func TestEveryRowOfTheTablesIsUsed(t *testing.T) {
	tables, err := readTables("..")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := readSchema("../plugin.json")
	if err != nil {
		t.Fatal(err)
	}
	used := flatten(schema)
	for name := range tables.since.Hooks {
		if _, ok := used["hook "+name]; !ok {
			t.Errorf("since.json: no hook %s", name)
		}
	}
	for name := range tables.since.API {
		if _, ok := used["api "+name]; !ok {
			t.Errorf("since.json: no API method %s", name)
		}
	}
	for _, foreign := range tables.foreign.Types {
		if _, ok := used["type "+foreign.Name]; !ok {
			t.Errorf("foreign.json: nothing reaches %s", foreign.Name)
		}
	}
	for leaf, why := range tables.foreign.Leaves {
		if why == "" {
			t.Errorf("foreign.json: %s without a reason", leaf)
		}
	}
}
