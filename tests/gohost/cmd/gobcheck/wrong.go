package main

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"example.com/mmplugin/gohost/fill"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/registry"
)

// wrongCase is a stream of two values: one with a field of another kind than its type has, then a good one.
type wrongCase struct {
	Name string `json:"name"`
	// Path of the field: A.Metadata.Embeds[0].Type, a map's value as [].
	Path string `json:"path"`
	Hex  string `json:"gob_hex"`
}

// wrongCases gives a case for each field of each struct that the calls reach, by the first way there.
func wrongCases(names []string) answer {
	var cases []wrongCase
	seen := make(map[reflect.Type]bool)
	for _, name := range names {
		t, err := registry.Find(name)
		if err != nil {
			return answer{Error: err.Error()}
		}
		walk(t, "", func(inner reflect.Type) reflect.Type { return inner }, seen, func(path string, wrong reflect.Type) {
			data, failed := wrongStream(t, wrong)
			if failed != nil {
				err = fmt.Errorf("%s: %s: %w", name, path, failed)
			}
			cases = append(cases, wrongCase{name, path, hex.EncodeToString(data)})
		})
		if err != nil {
			return answer{Error: err.Error()}
		}
	}
	return answer{OK: true, Cases: cases}
}

// walk calls visit for each field below t, with a type like the root's that holds nothing but that field, changed.
// around makes such a root of a type that stands in t's place.
func walk(t reflect.Type, path string, around func(reflect.Type) reflect.Type, seen map[reflect.Type]bool, visit func(string, reflect.Type)) {
	if t.Kind() != reflect.Struct || seen[t] {
		return
	}
	seen[t] = true
	for i := range t.NumField() {
		field := t.Field(i)
		if !field.IsExported() {
			continue
		}
		at := field.Name
		if path != "" {
			at = path + "." + field.Name
		}
		holder := func(inner reflect.Type) reflect.Type {
			return around(reflect.StructOf([]reflect.StructField{{Name: field.Name, Type: inner}}))
		}
		visit(at, holder(otherKind(field.Type)))
		inner, step := field.Type, ""
		wrap := func(inner reflect.Type) reflect.Type { return inner }
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map {
			outer, before := inner, wrap
			switch outer.Kind() {
			case reflect.Pointer:
				wrap = func(t reflect.Type) reflect.Type { return before(reflect.PointerTo(t)) }
			case reflect.Slice:
				step += "[0]"
				wrap = func(t reflect.Type) reflect.Type { return before(reflect.SliceOf(t)) }
			default:
				step += "[]"
				wrap = func(t reflect.Type) reflect.Type { return before(reflect.MapOf(outer.Key(), t)) }
			}
			inner = outer.Elem()
		}
		if !opaque(inner) {
			walk(inner, at+step, func(t reflect.Type) reflect.Type { return holder(wrap(t)) }, seen, visit)
		}
	}
}

// opaque types are one value on the wire, or too deep to be of interest.
func opaque(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[time.Time](), reflect.TypeFor[url.URL](), reflect.TypeFor[http.Response](), reflect.TypeFor[http.Request]():
		return true
	}
	return false
}

// otherKind is a type that gob sends in another form than t.
func otherKind(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.String || t == reflect.TypeFor[json.RawMessage]() || opaque(t) {
		return reflect.TypeFor[int]()
	}
	return reflect.TypeFor[string]()
}

// wrongStream encodes a value of the changed type and a good one after it.
func wrongStream(good, wrong reflect.Type) ([]byte, error) {
	var out bytes.Buffer
	encoder := gob.NewEncoder(&out)
	value := reflect.New(wrong)
	filler := fill.New(1)
	filler.Depth = 100
	filler.Value(value.Interface())
	if err := encoder.EncodeValue(value); err != nil {
		return nil, err
	}
	err := encoder.EncodeValue(reflect.New(good))
	return out.Bytes(), err
}

// deep is a stream of two results of ExecuteCommand: n responses in each other, and one.
func deep(n int) answer {
	response := &model.CommandResponse{Text: "innermost"}
	for range n {
		response = &model.CommandResponse{ExtraResponses: []*model.CommandResponse{response}}
	}
	var out bytes.Buffer
	encoder := gob.NewEncoder(&out)
	for _, a := range []*model.CommandResponse{response, {Text: "good"}} {
		if err := encoder.Encode(&plugin.Z_ExecuteCommandReturns{A: a}); err != nil {
			return answer{Error: err.Error()}
		}
	}
	return answer{OK: true, Hex: hex.EncodeToString(out.Bytes())}
}
