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
	data, value, err := makeUp(t, *seed, r.Share)
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
	if err := compareNodes(got, []any{want}); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{OK: true}
}

// makeUp gives the bytes of a value and what Go's decoder reads from them, which may be less: nil for a pointer to zero.
func makeUp(t reflect.Type, seed uint64, share float64) ([]byte, *dump.Node, error) {
	filler := fill.New(seed)
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
