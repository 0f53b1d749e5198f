package main

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"reflect"

	"example.com/mmplugin/gohost/registry"
)

// asJSON writes the value of a gob stream as JSON, and the value of a JSON text.
func (r request) asJSON() answer {
	t, err := registry.Find(r.Name)
	if err != nil {
		return answer{Error: err.Error()}
	}
	data, err := r.bytes()
	if err != nil {
		return answer{Error: err.Error()}
	}
	decoded, read := reflect.New(t), reflect.New(t)
	if err := gob.NewDecoder(bytes.NewReader(data)).DecodeValue(decoded); err != nil {
		return answer{Error: err.Error()}
	}
	first, err := json.Marshal(decoded.Interface())
	if err != nil {
		return answer{Error: err.Error()}
	}
	if err := json.Unmarshal([]byte(*r.JSON), read.Interface()); err != nil {
		return answer{Error: "reading: " + err.Error(), JSON: string(first)}
	}
	second, err := json.Marshal(read.Interface())
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{OK: true, JSON: string(first), JSONBack: string(second)}
}
