// Package dump shows any decoded gob value as nodes: its Go type, kind and content, in the same
// form as the golden vectors' JSON.
package dump

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/mmplugin/gohost/plugin"
)

// Node is one value. Absent keys mean false, empty or nil.
type Node struct {
	Type    string     `json:"type"`
	Kind    string     `json:"kind"`
	Nil     bool       `json:"nil,omitempty"`
	Bits    int        `json:"bits,omitempty"`
	Value   any        `json:"value,omitempty"`
	Hex     string     `json:"hex,omitempty"`
	GobName string     `json:"gob_name,omitempty"`
	Elem    *Node      `json:"elem,omitempty"`
	Elems   []*Node    `json:"elems,omitempty"`
	Entries [][2]*Node `json:"entries,omitempty"`
	Fields  []Field    `json:"fields,omitempty"`
}

// Field of a struct.
type Field struct {
	Name  string `json:"name"`
	Value *Node  `json:"value"`
}

// Of makes the node of a value.
func Of(value any) *Node { return node(reflect.ValueOf(value)) }

func node(v reflect.Value) *Node {
	n := &Node{Type: v.Type().String()}
	if special(n, v) {
		return n
	}
	switch v.Kind() {
	case reflect.Bool:
		n.Kind, n.Value = "bool", v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.Kind, n.Value, n.Bits = "int", strconv.FormatInt(v.Int(), 10), v.Type().Bits()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		n.Kind, n.Value, n.Bits = "uint", strconv.FormatUint(v.Uint(), 10), v.Type().Bits()
	case reflect.Float32:
		n.Kind, n.Value, n.Bits = "float", fmt.Sprintf("%08x", math.Float32bits(float32(v.Float()))), 32
	case reflect.Float64:
		n.Kind, n.Value, n.Bits = "float", fmt.Sprintf("%016x", math.Float64bits(v.Float())), 64
	case reflect.Complex64, reflect.Complex128:
		c := v.Complex()
		n.Kind, n.Bits = "complex", v.Type().Bits()
		n.Value = fmt.Sprintf("%016x,%016x", math.Float64bits(real(c)), math.Float64bits(imag(c)))
	case reflect.String:
		n.Kind = "string"
		if utf8.ValidString(v.String()) {
			n.Value = v.String()
		} else {
			n.Hex = hex.EncodeToString([]byte(v.String()))
		}
	default:
		composite(n, v)
	}
	return n
}

// special handles the types that gob carries as opaque bytes.
func special(n *Node, v reflect.Value) bool {
	if !v.CanInterface() {
		return false
	}
	switch value := v.Interface().(type) {
	case time.Time:
		bytes, _ := value.MarshalBinary()
		n.Kind, n.Value, n.Hex = "time", value.Format(time.RFC3339Nano), hex.EncodeToString(bytes)
	case url.URL:
		n.Kind, n.Value = "url", value.String()
	case big.Int:
		n.Kind, n.Value = "bigint", value.String()
	default:
		return false
	}
	return true
}

func composite(n *Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		n.Kind, n.Nil = "ptr", v.IsNil()
		if !n.Nil {
			n.Elem = node(v.Elem())
		}
	case reflect.Interface:
		n.Kind, n.Nil = "interface", v.IsNil()
		if !n.Nil {
			n.GobName = plugin.WireName(v.Elem().Type())
			n.Elem = node(v.Elem())
		}
	case reflect.Slice:
		n.Nil = v.IsNil()
		if v.Type().Elem().Kind() == reflect.Uint8 {
			n.Kind, n.Hex = "bytes", hex.EncodeToString(v.Bytes())
			return
		}
		n.Kind, n.Elems = "slice", elems(v)
	case reflect.Array:
		n.Kind, n.Elems = "array", elems(v)
	case reflect.Map:
		n.Kind, n.Nil, n.Entries = "map", v.IsNil(), entries(v)
	case reflect.Struct:
		n.Kind, n.Fields = "struct", fields(v)
	default:
		n.Kind = v.Kind().String()
	}
}

func elems(v reflect.Value) []*Node {
	list := make([]*Node, v.Len())
	for i := range list {
		list[i] = node(v.Index(i))
	}
	return list
}

func entries(v reflect.Value) [][2]*Node {
	type entry struct {
		key  []byte
		pair [2]*Node
	}
	var all []entry
	for iter := v.MapRange(); iter.Next(); {
		key := node(iter.Key())
		text, err := json.Marshal(key)
		if err != nil {
			panic(err)
		}
		all = append(all, entry{text, [2]*Node{key, node(iter.Value())}})
	}
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i].key, all[j].key) < 0 })
	pairs := make([][2]*Node, len(all))
	for i := range all {
		pairs[i] = all[i].pair
	}
	return pairs
}

func fields(v reflect.Value) []Field {
	var list []Field
	for i := range v.NumField() {
		field := v.Type().Field(i)
		switch field.Type.Kind() {
		case reflect.Func, reflect.Chan:
			continue
		}
		if field.IsExported() {
			list = append(list, Field{field.Name, node(v.Field(i))})
		}
	}
	return list
}
