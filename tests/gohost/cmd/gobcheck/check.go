package main

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"example.com/mmplugin/gohost/dump"
	"example.com/mmplugin/gohost/registry"
)

type request struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Gob    []byte `json:"gob_base64"`
	Hex    string `json:"gob_hex"`
	Expect string `json:"expect"`
	// Make is a seed: make a value up and answer its bytes and what Go reads from them.
	Make *uint64 `json:"make"`
	// Made is a seed: compare with the value that Make gives.
	Made *uint64 `json:"made"`
	// Share of the fields that are set in a value made up; none given: all.
	Share float64 `json:"share"`
	// JSON of the value as another program writes it: answer Go's JSON of the decoded value, and of this one read by Go.
	JSON *string `json:"json"`
	// None: that the servers of a form have nothing of that name is an answer.
	None bool `json:"none"`
	// Broken makes texts that are no UTF-8.
	Broken bool `json:"broken"`
	// ZeroIsNil takes pointers to zero for nil when it compares.
	ZeroIsNil bool `json:"zero_is_nil"`
	// Wrong are calls: make streams with a field of a wrong kind, one for each field that they reach.
	Wrong []string `json:"wrong"`
	// Deep nests a command's response in itself that often, and sends a good one after it.
	Deep int `json:"deep"`
}

type answer struct {
	OK     bool         `json:"ok"`
	Error  string       `json:"error,omitempty"`
	Hex    string       `json:"gob_hex,omitempty"`
	Values []*dump.Node `json:"values,omitempty"`
	// None: the oldest server has no other form of this.
	None  bool        `json:"none,omitempty"`
	Cases []wrongCase `json:"cases,omitempty"`
	// JSON of the decoded value, and JSONBack of the JSON given.
	JSON     string `json:"json,omitempty"`
	JSONBack string `json:"json_back,omitempty"`
}

func check(r request) answer {
	if r.Wrong != nil {
		return wrongCases(r.Wrong)
	}
	if r.Deep > 0 {
		return deep(r.Deep)
	}
	if r.Make != nil || r.Made != nil {
		return r.made()
	}
	if _, err := registry.Find(r.Name); err != nil && r.None {
		return answer{OK: true, None: true}
	}
	if r.JSON != nil {
		return r.asJSON()
	}
	values, err := r.decode()
	if err != nil {
		return answer{Error: err.Error()}
	}
	if r.Expect == "" {
		return answer{OK: true, Values: values}
	}
	if err := compare(values, r.Expect); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{OK: true}
}

func (r request) bytes() ([]byte, error) {
	switch r.File {
	case "":
		if r.Hex != "" {
			return hex.DecodeString(r.Hex)
		}
		return r.Gob, nil
	case "-":
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(r.File)
}

func (r request) decode() ([]*dump.Node, error) {
	data, err := r.bytes()
	if err != nil {
		return nil, err
	}
	var types []reflect.Type
	for _, name := range strings.Split(r.Name, "+") {
		t, err := registry.Find(name)
		if err != nil {
			return nil, err
		}
		types = append(types, t)
	}
	in := bytes.NewReader(data)
	decoder := gob.NewDecoder(in)
	var values []*dump.Node
	for i := 0; ; i++ {
		if i >= len(types) && (len(types) > 1 || in.Len() == 0) {
			break
		}
		value := reflect.New(types[min(i, len(types)-1)])
		if err := decoder.DecodeValue(value); err != nil {
			return nil, fmt.Errorf("value %d (%s), %d bytes before the end: %w", i, value.Elem().Type(), in.Len(), err)
		}
		values = append(values, dump.Of(value.Elem().Interface()))
	}
	if in.Len() > 0 {
		return nil, fmt.Errorf("%d bytes are left after %d values", in.Len(), len(values))
	}
	return values, nil
}

// compare looks at contents, not at type names: those differ between packages.
func compare(values []*dump.Node, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var expected struct {
		Values []any `json:"values"`
	}
	if err := json.Unmarshal(text, &expected); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return compareNodes(values, expected.Values, func(node any) any { return node })
}

func compareNodes(values []*dump.Node, expected []any, simple func(any) any) error {
	if len(expected) != len(values) {
		return fmt.Errorf("%d values, expected %d", len(values), len(expected))
	}
	for i, value := range values {
		got, err := generic(value)
		if err != nil {
			return err
		}
		if err := same(simple(got), simple(expected[i]), fmt.Sprintf("value %d", i)); err != nil {
			return err
		}
	}
	return nil
}

// generic is a node as JSON's own types.
func generic(node *dump.Node) (any, error) {
	text, err := json.Marshal(node)
	if err != nil {
		return nil, err
	}
	var value any
	return value, json.Unmarshal(text, &value)
}

// same compares two nodes or parts of nodes; an absent key is the same as false or empty.
func same(got, want any, path string) error {
	left, ok1 := got.(map[string]any)
	right, ok2 := want.(map[string]any)
	if ok1 && ok2 {
		return sameObject(left, right, path)
	}
	a, ok1 := got.([]any)
	b, ok2 := want.([]any)
	if ok1 && ok2 {
		if len(a) != len(b) {
			return fmt.Errorf("%s: %d elements, expected %d", path, len(a), len(b))
		}
		for i := range a {
			if err := same(a[i], b[i], fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	if (got == nil && empty(want)) || (want == nil && empty(got)) || reflect.DeepEqual(got, want) {
		return nil
	}
	return fmt.Errorf("%s: got %v, expected %v", path, short(got), short(want))
}

func sameObject(left, right map[string]any, path string) error {
	keys := make(map[string]bool)
	for key := range left {
		keys[key] = true
	}
	for key := range right {
		keys[key] = true
	}
	delete(keys, "type")
	for key := range keys {
		if key == "fields" {
			if err := sameFields(left[key], right[key], path); err != nil {
				return err
			}
			continue
		}
		at := path
		if key != "elem" && key != "elems" && key != "value" {
			at += " (" + key + ")"
		}
		if err := same(left[key], right[key], at); err != nil {
			return err
		}
	}
	return nil
}

// sameFields compares the fields that both know: the struct may be that of another release.
func sameFields(got, want any, path string) error {
	wanted := byName(want)
	for name, value := range byName(got) {
		if other, ok := wanted[name]; ok {
			if err := same(value, other, path+"."+name); err != nil {
				return err
			}
		}
	}
	return nil
}

func byName(fields any) map[string]any {
	all := make(map[string]any)
	list, _ := fields.([]any)
	for _, field := range list {
		if field, ok := field.(map[string]any); ok {
			name, _ := field["name"].(string)
			all[name] = field["value"]
		}
	}
	return all
}

func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	}
	return false
}

func short(value any) string {
	text := fmt.Sprintf("%v", value)
	if len(text) > 120 {
		text = text[:120] + "…"
	}
	return text
}
