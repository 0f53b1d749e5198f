// Package fill makes up values of any type that gob can send: the same one for the same seed.
package fill

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/pq"
)

// maxDepth is the usual Depth.
const maxDepth = 7

// Filler is a source of values.
type Filler struct {
	random *rand.Rand
	// Share is how many of the fields are set; the others keep their zero.
	Share float64
	// Depth ends types that hold themselves: deeper pointers, lists and interfaces stay nil.
	Depth int
	// Plain puts only what comes from JSON into interfaces, as in what the server has from its database.
	Plain bool
	// Broken puts bytes that are no UTF-8 into texts.
	Broken bool
}

// New makes a source; the seed decides all.
func New(seed uint64) *Filler {
	return &Filler{random: rand.New(rand.NewPCG(seed, 0x6d6d)), Share: 1, Depth: maxDepth}
}

// Seed makes a seed of a name.
func Seed(name string) uint64 {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	return sum.Sum64()
}

// Value fills what target points to.
func (f *Filler) Value(target any) { f.fill(reflect.ValueOf(target).Elem(), 0) }

// Results fills a struct of results, but for its errors: the call went well.
func Results(target any, seed uint64) {
	New(seed).Value(target)
	value := reflect.ValueOf(target).Elem()
	if value.Kind() != reflect.Struct {
		return
	}
	for i := range value.NumField() {
		switch value.Field(i).Type() {
		case errorType, reflect.TypeFor[*model.AppError]():
			value.Field(i).SetZero()
		}
	}
}

var (
	errorType = reflect.TypeFor[error]()
	anyType   = reflect.TypeFor[any]()
)

func (f *Filler) fill(v reflect.Value, depth int) {
	if f.special(v, depth) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(f.random.IntN(4) > 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(f.integer() >> (64 - v.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.integer()) >> (64 - v.Type().Bits()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(f.float())
	case reflect.String:
		v.SetString(f.text())
	case reflect.Pointer:
		if depth < f.Depth {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		f.slice(v, depth)
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), depth)
		}
	case reflect.Map:
		f.entries(v, depth)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && f.random.Float64() < f.Share {
				f.fill(v.Field(i), depth+1)
			}
		}
	default:
		panic(fmt.Sprintf("fill: %s", v.Type()))
	}
}

// special handles types that are more than their kind says.
func (f *Filler) special(v reflect.Value, depth int) bool {
	switch v.Type() {
	case errorType:
		f.err(v)
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(f.time()))
	case reflect.TypeFor[url.URL]():
		v.Set(reflect.ValueOf(url.URL{Scheme: "https", Host: "example.com", Path: "/" + f.word(), RawQuery: "q=" + f.word()}))
	case reflect.TypeFor[json.RawMessage]():
		text, _ := json.Marshal(map[string]any{f.word(): f.integer() >> 12})
		v.SetBytes(text)
	case reflect.TypeFor[http.Request]():
		v.Set(reflect.ValueOf(http.Request{
			Method: "PUT", URL: &url.URL{Path: "/" + f.word()}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"X-Word": {f.word(), f.word()}}, Host: "example.com", RequestURI: "/" + f.word(),
		}))
	case reflect.TypeFor[http.Response]():
		v.Set(reflect.ValueOf(http.Response{
			Status: "201 Created", StatusCode: 201, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"X-Word": {f.word()}}, ContentLength: 7,
		}))
	default:
		if v.Kind() != reflect.Interface {
			return false
		}
		if v.Type().NumMethod() == 0 && depth < f.Depth {
			f.dynamic(v, depth)
		}
	}
	return true
}

func (f *Filler) slice(v reflect.Value, depth int) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		data := make([]byte, f.random.IntN(20))
		for i := range data {
			data[i] = byte(f.random.Uint32())
		}
		v.SetBytes(data)
		return
	}
	if depth >= f.Depth {
		return
	}
	n := 1 + f.random.IntN(3)
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		// An element that is a pointer must not be nil.
		f.fill(v.Index(i), min(depth+1, f.Depth-1))
	}
}

func (f *Filler) entries(v reflect.Value, depth int) {
	if depth >= f.Depth {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range 1 + f.random.IntN(3) {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, depth)
		f.fill(value, min(depth+1, f.Depth-1))
		v.SetMapIndex(key, value)
	}
}

// dynamic puts something into an empty interface: nil, what gob knows by itself, or a registered type.
func (f *Filler) dynamic(v reflect.Value, depth int) {
	basic := []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](),
		reflect.TypeFor[int32](), reflect.TypeFor[int64](), reflect.TypeFor[uint](), reflect.TypeFor[uint8](),
		reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](), reflect.TypeFor[float32](),
		reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[[]byte](), reflect.TypeFor[[]string](),
	}
	n := f.random.IntN(len(basic) + 6)
	var t reflect.Type
	switch {
	case f.Plain && n < len(basic)+2:
		t = []reflect.Type{reflect.TypeFor[bool](), reflect.TypeFor[float64](), reflect.TypeFor[string]()}[n%3]
	case n < len(basic):
		t = basic[n]
	case n == len(basic):
		return
	case n == len(basic)+1:
		types := plugin.RegisteredTypes()
		t = types[f.random.IntN(len(types))]
	case n%2 == 0:
		t = reflect.TypeFor[[]any]()
	default:
		t = reflect.TypeFor[map[string]any]()
	}
	if depth >= f.Depth-2 && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
		t = reflect.TypeFor[string]()
	}
	value := reflect.New(t).Elem()
	f.fill(value, max(depth+1, f.Depth-3))
	if value.Kind() == reflect.Pointer && value.IsNil() {
		return
	}
	v.Set(value)
}

// err puts one of the errors that travel into an error field.
func (f *Filler) err(v reflect.Value) {
	var value error
	switch f.random.IntN(4) {
	case 0:
		return
	case 1:
		value = &model.AppError{Id: f.text(), Message: f.text(), Where: f.text(), StatusCode: 404}
	case 2:
		value = &pq.Error{Severity: "ERROR", Code: "23505", Message: f.text(), Table: f.word()}
	default:
		value = &plugin.ErrorString{Code: f.random.IntN(8), Err: f.text()}
	}
	v.Set(reflect.ValueOf(value))
}

// integer is small, of any size, or an extreme.
func (f *Filler) integer() int64 {
	n := int64(f.random.Uint64())
	switch f.random.IntN(6) {
	case 0:
		return math.MinInt64
	case 1:
		return math.MaxInt64
	case 2:
		return n
	}
	// The callers keep the highest bits.
	return n >> f.random.IntN(8)
}

func (f *Filler) float() float64 {
	if f.random.IntN(4) == 0 {
		return float64(f.random.IntN(1000))
	}
	return float64(float32(f.random.NormFloat64() * 1e6))
}

var alphabets = []string{"abcdefghijklmnopqrstuvwxyz", "éüßñ漢字仮名😀🦀", "<>&\"'\\\t\n 0"}

func (f *Filler) text() string {
	letters := []rune(alphabets[f.random.IntN(len(alphabets))])
	text := make([]rune, f.random.IntN(30))
	if f.random.IntN(50) == 0 {
		text = make([]rune, 5000)
	}
	for i := range text {
		text[i] = letters[f.random.IntN(len(letters))]
	}
	if f.Broken && len(text) > 0 {
		// A byte that never is, the start of a letter that does not go on, half a surrogate pair.
		broken := []string{"\xff", "\xe6\xbc", "\xed\xa0\x80"}[f.random.IntN(3)]
		at := f.random.IntN(len(text))
		return string(text[:at]) + broken + string(text[at:])
	}
	return string(text)
}

func (f *Filler) word() string {
	word := make([]byte, 1+f.random.IntN(8))
	for i := range word {
		word[i] = 'a' + byte(f.random.IntN(26))
	}
	return string(word)
}

func (f *Filler) time() time.Time {
	zone := time.UTC
	if f.random.IntN(2) == 0 {
		zone = time.FixedZone("", 60*(f.random.IntN(1440)-720))
	}
	return time.Unix(f.random.Int64N(1<<33), f.random.Int64N(1e9)).In(zone)
}
