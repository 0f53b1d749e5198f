package main

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"reflect"

	"example.com/mmplugin/gohost/dump"
	"example.com/mmplugin/gohost/fill"
	"example.com/mmplugin/gohost/registry"
)

// made answers a value that is made up, or compares one with it.
func (r request) made() answer {
	t, err := registry.Find(r.Name)
	if err != nil && registry.OfOld(r.Name) {
		return answer{OK: true, None: true}
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	seed := r.Made
	if r.Make != nil {
		seed = r.Make
	}
	data, value, err := makeUp(t, *seed, r.Share, r.Broken)
	if err != nil {
		return answer{Error: err.Error()}
	}
	if r.Make != nil {
		return answer{OK: true, Hex: hex.EncodeToString(data), Values: []*dump.Node{value}}
	}
	got, err := r.decode()
	if err != nil {
		return answer{Error: err.Error()}
	}
	want, err := generic(value)
	if err != nil {
		return answer{Error: err.Error()}
	}
	simple := func(node any) any { return node }
	if r.ZeroIsNil {
		simple = zeroAsNil
	}
	if err := compareNodes(got, []any{want}, simple); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{OK: true}
}

// makeUp gives the bytes of a value and what Go's decoder reads from them, which may be less: nil for a pointer to zero.
func makeUp(t reflect.Type, seed uint64, share float64, broken bool) ([]byte, *dump.Node, error) {
	filler := fill.New(seed)
	filler.Broken = broken
	if share > 0 {
		filler.Share = share
	}
	value, read := reflect.New(t), reflect.New(t)
	filler.Value(value.Interface())
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).EncodeValue(value); err != nil {
		return nil, nil, err
	}
	data := bytes.Clone(out.Bytes())
	if err := gob.NewDecoder(&out).DecodeValue(read); err != nil {
		return nil, nil, err
	}
	return data, dump.Of(read.Elem().Interface()), nil
}

// zeroAsNil replaces pointers to zero by nil ones, at every depth.
func zeroAsNil(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = zeroAsNil(inner)
		}
		if value["kind"] == "ptr" && isZero(value["elem"]) {
			return map[string]any{"kind": "ptr", "nil": true}
		}
	case []any:
		for i, inner := range value {
			value[i] = zeroAsNil(inner)
		}
	}
	return value
}

// isZero says that a node is nil, empty, or made of nothing but zeros.
func isZero(value any) bool {
	node, ok := value.(map[string]any)
	if !ok || node["nil"] == true {
		return true
	}
	if fields, ok := node["fields"].([]any); ok {
		for _, field := range fields {
			if field, ok := field.(map[string]any); !ok || !isZero(field["value"]) {
				return false
			}
		}
		return true
	}
	zero := empty(node["value"]) || (node["value"] == "0" && node["kind"] != "string")
	return zero && empty(node["hex"]) && empty(node["elems"]) && empty(node["entries"]) && node["elem"] == nil
}
