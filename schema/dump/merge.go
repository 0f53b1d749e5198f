package main

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// merge puts two trees into one schema: the newer one's items, then those that only the older one has.
func merge(older, newer *Schema, tables *Tables) (*Schema, error) {
	was, is := older.Trees[0], newer.Trees[0]
	out := &Schema{Trees: []string{was, is}}
	call := func(old, new Call) Call {
		new.Args = mergeFields(old.Args, new.Args, was, is)
		new.Returns = mergeFields(old.Returns, new.Returns, was, is)
		return new
	}
	callName := func(c Call) string { return c.Name }
	onlyCall := func(c *Call, tree string) { c.Only = tree }
	out.Hooks = mergeLists(older.Hooks, newer.Hooks, was, is, callName, onlyCall, call)
	out.API = mergeLists(older.API, newer.API, was, is, callName, onlyCall, call)
	out.Driver = mergeLists(older.Driver, newer.Driver, was, is, callName, onlyCall, call)
	out.Types = mergeLists(older.Types, newer.Types, was, is,
		func(t Type) string { return t.Name }, func(t *Type, tree string) { t.Only = tree },
		func(old, new Type) Type {
			new.Fields = mergeFields(old.Fields, new.Fields, was, is)
			return new
		})
	out.Enums = mergeLists(older.Enums, newer.Enums, was, is,
		func(e Enum) string { return e.Name }, func(e *Enum, tree string) { e.Only = tree }, mergeValues)
	out.Registered = mergeLists(older.Registered, newer.Registered, was, is,
		func(r Registered) string { return r.Name }, func(r *Registered, tree string) { r.Only = tree },
		func(_, new Registered) Registered { return new })
	sort.Slice(out.Types, func(i, j int) bool { return out.Types[i].Name < out.Types[j].Name })
	sort.Slice(out.Enums, func(i, j int) bool { return out.Enums[i].Name < out.Enums[j].Name })
	return out, addSeen(out, tables.foreign.Fields)
}

func mergeLists[T any](old, new []T, was, is string, name func(T) string, only func(*T, string), both func(T, T) T) []T {
	var all []T
	for _, item := range new {
		at := slices.IndexFunc(old, func(other T) bool { return name(other) == name(item) })
		if at < 0 {
			only(&item, is)
		} else {
			item = both(old[at], item)
		}
		all = append(all, item)
	}
	for _, item := range old {
		if !slices.ContainsFunc(new, func(other T) bool { return name(other) == name(item) }) {
			only(&item, was)
			all = append(all, item)
		}
	}
	return all
}

func mergeFields(old, new []Field, was, is string) []Field {
	return mergeLists(old, new, was, is,
		func(f Field) string { return f.Name }, func(f *Field, tree string) { f.Only = tree },
		func(old, new Field) Field {
			if old.Type != new.Type {
				new.Was = old.Type
			}
			return new
		})
}

// mergeValues keeps old values: an older server may still send them.
func mergeValues(old, new Enum) Enum {
	for _, value := range old.Values {
		if !slices.Contains(new.Values, value) {
			new.Values = append(new.Values, value)
		}
	}
	return new
}

// addSeen adds the fields that servers without a tree send.
func addSeen(out *Schema, seen []SeenField) error {
	for _, row := range seen {
		at := slices.IndexFunc(out.Types, func(t Type) bool { return t.Name == row.Of })
		if at < 0 {
			return fmt.Errorf("foreign.json: %s.%s: no such type", row.Of, row.Name)
		}
		t := &out.Types[at]
		if slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Name == row.Name }) {
			return fmt.Errorf("foreign.json: %s.%s: a tree has it now; delete the row", row.Of, row.Name)
		}
		t.Fields = append(slices.Clone(t.Fields), row.Field)
		if row.Only != "" && !slices.Contains(out.Trees, row.Only) {
			out.Trees = append(out.Trees, row.Only)
		}
	}
	slices.SortFunc(out.Trees, compareVersions)
	return nil
}

// compareVersions orders 9.3 before 11.6.
func compareVersions(a, b string) int {
	left, right := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(left), len(right)) {
		x, _ := strconv.Atoi(left[i])
		y, _ := strconv.Atoi(right[i])
		if x != y {
			return x - y
		}
	}
	return len(left) - len(right)
}
