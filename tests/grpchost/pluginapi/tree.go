package pluginapi

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Tree is a value of Rust as gob would send it, by Go's names: one of these is set, none of them in a nil.
type Tree struct {
	Bool  *bool    `json:"bool,omitempty"`
	Int   *string  `json:"int,omitempty"`
	Float *float64 `json:"float,omitempty"`
	// Text, Bytes and Blob are in hexadecimal digits.
	Text      *string        `json:"text,omitempty"`
	Bytes     *string        `json:"bytes,omitempty"`
	Blob      *string        `json:"blob,omitempty"`
	List      *[]*Tree       `json:"list,omitempty"`
	Map       *[][2]*Tree    `json:"map,omitempty"`
	Struct    *[]TreeField   `json:"struct,omitempty"`
	Interface *TreeInterface `json:"interface,omitempty"`
}

// TreeField is a field with its name in Go; zeros are left out.
type TreeField struct {
	Name  string `json:"name"`
	Value *Tree  `json:"value"`
}

// TreeInterface is what lies in an interface, with its registered name.
type TreeInterface struct {
	Name  string `json:"name"`
	Value *Tree  `json:"value"`
}

func unhex(digits *string) []byte {
	if digits == nil {
		return nil
	}
	bytes, err := hex.DecodeString(*digits)
	if err != nil {
		panic(err)
	}
	return bytes
}

// field is a field of a struct; nil when it was left out.
func (t *Tree) field(name string) *Tree {
	if t == nil || t.Struct == nil {
		return nil
	}
	at := slices.IndexFunc(*t.Struct, func(field TreeField) bool { return field.Name == name })
	if at < 0 {
		return nil
	}
	return (*t.Struct)[at].Value
}

// text is a text or the bytes of one.
func (t *Tree) text() string {
	switch {
	case t == nil:
		return ""
	case t.Text != nil:
		return string(unhex(t.Text))
	}
	return string(unhex(t.Bytes))
}

func (t *Tree) flag() bool { return t != nil && t.Bool != nil && *t.Bool }

// int is a number, or the seconds of a time.
func (t *Tree) int() int64 {
	switch {
	case t == nil:
		return 0
	case t.Blob != nil:
		bytes := unhex(t.Blob)
		// Go's form of a time: a version, seconds since the year 1, nanoseconds, zone.
		const untilUnix = 62135596800
		if seconds := int64(binary.BigEndian.Uint64(bytes[1:9])); seconds != 0 {
			return seconds - untilUnix
		}
	case t.Int != nil:
		number, err := strconv.ParseInt(*t.Int, 10, 64)
		if err == nil {
			return number
		}
		large, err := strconv.ParseUint(*t.Int, 10, 64)
		if err != nil {
			panic(err)
		}
		return int64(large)
	}
	return 0
}

func (t *Tree) items() []*Tree {
	if t == nil || t.List == nil {
		return nil
	}
	return *t.List
}

func (t *Tree) entries() [][2]*Tree {
	if t == nil || t.Map == nil {
		return nil
	}
	return *t.Map
}

// isZero says that nobody set anything in it.
func (t *Tree) isZero() bool {
	switch {
	case t == nil:
		return true
	case t.Struct != nil:
		return !slices.ContainsFunc(*t.Struct, func(field TreeField) bool { return !field.Value.isZero() })
	case t.Float != nil:
		return *t.Float == 0
	case t.Interface != nil:
		return false
	}
	return !t.flag() && t.int() == 0 && t.text() == "" && len(t.items()) == 0 && len(t.entries()) == 0
}

// json is the value as JSON, in the form in which Go decodes it.
func (t *Tree) json() any {
	switch {
	case t == nil:
		return nil
	case t.Interface != nil:
		return t.Interface.Value.json()
	case t.Bool != nil:
		return *t.Bool
	case t.Int != nil:
		number, _ := strconv.ParseFloat(*t.Int, 64)
		return number
	case t.Float != nil:
		return *t.Float
	case t.Text != nil:
		return t.text()
	case t.Bytes != nil:
		return base64.StdEncoding.EncodeToString(unhex(t.Bytes))
	case t.List != nil:
		list := []any{}
		for _, item := range *t.List {
			list = append(list, item.json())
		}
		return list
	case t.Map != nil:
		entries := map[string]any{}
		for _, entry := range *t.Map {
			entries[entry[0].text()] = entry[1].json()
		}
		return entries
	}
	return nil
}

// leaves are the values that hold no others, but for those that JSON may leave out; each in the forms that JSON may have
// it in, as the values that it is then.
func (t *Tree) leaves(visit func(forms ...[]any)) {
	switch {
	case t == nil || t.isZero():
	case t.Struct != nil:
		for _, field := range *t.Struct {
			field.Value.leaves(visit)
		}
	case t.List != nil:
		for _, item := range *t.List {
			item.leaves(visit)
		}
	case t.Map != nil:
		for _, entry := range *t.Map {
			entry[0].leaves(visit)
			entry[1].leaves(visit)
		}
	case t.Interface != nil:
		t.Interface.Value.leaves(visit)
	case t.Text != nil, t.Float != nil, t.Int != nil:
		visit([]any{t.json()})
	case t.Bytes != nil:
		forms := [][]any{{t.json()}}
		if raw := unhex(t.Bytes); json.Valid(raw) {
			within := []any{}
			jsonValues("", parsed(raw), func(_ string, value any) { within = append(within, value) })
			forms = append(forms, within)
		}
		visit(forms...)
	case t.Blob != nil:
		var at time.Time
		if err := at.UnmarshalBinary(unhex(t.Blob)); err != nil {
			panic(err)
		}
		visit([]any{at.Format(time.RFC3339Nano)})
	}
}

// jsonLeaves are those of JSON.
func jsonLeaves(value any, visit func(leaf any)) {
	switch value := value.(type) {
	case map[string]any:
		for key, value := range value {
			visit(key)
			jsonLeaves(value, visit)
		}
	case []any:
		for _, value := range value {
			jsonLeaves(value, visit)
		}
	default:
		visit(value)
	}
}

// jsonValues are its texts and numbers without the keys, each with where it is, but for those that are as good as left out.
func jsonValues(where string, value any, visit func(where string, leaf any)) {
	switch value := value.(type) {
	case map[string]any:
		for key, value := range value {
			jsonValues(where+"."+key, value, visit)
		}
	case []any:
		for _, value := range value {
			jsonValues(where+"[]", value, visit)
		}
	case string:
		if value != "" {
			visit(where, value)
		}
	case float64:
		if value != 0 {
			visit(where, value)
		}
	}
}

func parsed(text []byte) any {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil
	}
	return value
}
