package main

import (
	"fmt"
	"io"
	"sort"
	"strings"
)

// Difference is one line of a report.
type Difference struct {
	// How is "added", "removed" or "changed".
	How  string
	What string
	// Old and New describe the item; empty where it is not.
	Old, New string
}

// diff compares two schemas item by item; order does not count.
func diff(old, new *Schema) []Difference {
	left, right := flatten(old), flatten(new)
	var all []Difference
	for what, text := range left {
		if other, ok := right[what]; !ok {
			all = append(all, Difference{"removed", what, text, ""})
		} else if other != text {
			all = append(all, Difference{"changed", what, text, other})
		}
	}
	for what, text := range right {
		if _, ok := left[what]; !ok {
			all = append(all, Difference{"added", what, "", text})
		}
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].How != all[j].How {
			return all[i].How < all[j].How
		}
		return all[i].What < all[j].What
	})
	return all
}

// flatten gives every item a name and a text that says all about it.
func flatten(s *Schema) map[string]string {
	all := make(map[string]string)
	for kind, calls := range map[string][]Call{"hook": s.Hooks, "api": s.API, "driver": s.Driver} {
		for _, call := range calls {
			text := fmt.Sprintf("(%s) (%s)", listed(call.Args, call.Arg), listed(call.Returns, call.Reply))
			if call.Since != "" {
				text += " since " + call.Since
			}
			if call.Variadic {
				text += " variadic"
			}
			all[kind+" "+call.Name] = text
		}
	}
	for _, t := range s.Types {
		all["type "+t.Name] = t.Is
		for _, field := range t.Fields {
			all["field "+t.Name+"."+field.Name] = described(field)
		}
	}
	for _, enum := range s.Enums {
		all["enum "+enum.Name] = enum.Kind
		for _, value := range enum.Values {
			all["value "+enum.Name+" "+value.Name] = value.Value
		}
	}
	for _, r := range s.Registered {
		all["registered "+r.Name] = r.Type
	}
	return all
}

func listed(fields []Field, single string) string {
	if single != "" {
		return single
	}
	var all []string
	for _, field := range fields {
		all = append(all, described(field))
	}
	return strings.Join(all, "; ")
}

func described(f Field) string {
	text := f.Name
	if f.Param != "" {
		text = f.Param
	}
	text += " " + f.Type
	if f.JSON != "" {
		text += " json:" + f.JSON
	}
	for _, option := range f.Options {
		text += "," + option
	}
	if f.Embedded {
		text += " embedded"
	}
	return text
}

// report writes the lines and says whether anything but additions is among them.
func report(out io.Writer, all []Difference) (onlyAdditions bool) {
	onlyAdditions = true
	for _, d := range all {
		onlyAdditions = onlyAdditions && d.How == "added"
		text := d.New
		switch d.How {
		case "removed":
			text = d.Old
		case "changed":
			text = d.Old + " -> " + d.New
		}
		fmt.Fprintln(out, strings.TrimSpace(fmt.Sprintf("%-7s %s  %s", d.How, d.What, text)))
	}
	return onlyAdditions
}
