package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Tables hold what no tree says: since when an item is there, and what types of other modules look like.
type Tables struct {
	since   Since
	foreign Foreign
}

// Since is since.json.
type Since struct {
	Hooks map[string]Item `json:"hooks"`
	API   map[string]Item `json:"api"`
}

// Item is the row of a hook or an API method.
type Item struct {
	Since    string `json:"since"`
	Category string `json:"category,omitempty"`
	// Why gives the reason when upstream says something else.
	Why string `json:"why,omitempty"`
}

// Foreign is foreign.json.
type Foreign struct {
	// Packages gives import paths of other modules their names in the schema.
	Packages map[string]string `json:"packages"`
	// Leaves are types that the schema names without a description, and why.
	Leaves map[string]string `json:"leaves"`
	Types  []Type            `json:"types"`
	// Renamed types are one and the same on the wire: old name, new name.
	Renamed map[string]string `json:"renamed"`
	// Fields are known from servers whose tree is not at hand.
	Fields []SeenField `json:"fields"`
	// Constants have a common prefix, but no type of their own: enum, prefix.
	Constants map[string]string `json:"constants"`
	// Prefixes are of enums whose constants share more of their names than a prefix.
	Prefixes map[string]string `json:"prefixes"`
}

// SeenField is a field of a type of ours that a server sends.
type SeenField struct {
	Of string `json:"of"`
	Field
}

func readTables(folder string) (*Tables, error) {
	tables := new(Tables)
	if err := readJSON(filepath.Join(folder, "since.json"), &tables.since); err != nil {
		return nil, err
	}
	return tables, readJSON(filepath.Join(folder, "foreign.json"), &tables.foreign)
}

// fill adds version and category: the table's if it has a row, else what the tree's comment says.
func (t *Tables) fill(call *Call, kind, comment string) error {
	rows := t.since.Hooks
	if kind == "api" {
		rows = t.since.API
	}
	said := parseComment(comment)
	row, ok := rows[call.Name]
	if !ok {
		row = said
	}
	call.Since, call.Category = row.Since, row.Category
	switch {
	case row.Since == "" || (kind == "api" && row.Category == ""):
		return errors.New("the tree does not say since when it is there; add a row to since.json")
	case ok && said.Since != "" && said.Since != row.Since && row.Why == "":
		return fmt.Errorf("the tree says %s, since.json %s; correct the row or give it a `why`", said.Since, row.Since)
	}
	return nil
}

// parseComment finds upstream's two marks in a doc comment.
func parseComment(comment string) Item {
	var item Item
	for _, line := range strings.Split(comment, "\n") {
		if _, version, ok := strings.Cut(line, "inimum server version:"); ok {
			item.Since = strings.TrimSpace(version)
		}
		if tag, ok := strings.CutPrefix(strings.TrimSpace(line), "@tag "); ok && item.Category == "" {
			item.Category = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), " ", "_")
		}
	}
	return item
}

func (f *Foreign) find(name string) *Type {
	for i := range f.Types {
		if f.Types[i].Name == name {
			return &f.Types[i]
		}
	}
	return nil
}
