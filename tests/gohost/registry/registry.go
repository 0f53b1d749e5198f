// Package registry finds the Go type for the name of a call or of a type.
package registry

import (
	"fmt"
	"net/http"
	"net/rpc"
	"reflect"
	"strings"
	"time"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/plugin93"
	"example.com/mmplugin/gohost/vec"
)

var types = make(map[string]reflect.Type)

func init() {
	for _, value := range []any{
		false, int(0), int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0),
		uint64(0), float32(0), float64(0), complex128(0), "", []byte(nil), []string(nil), []int(nil),
		[]any(nil), map[string]any(nil), map[string]string(nil), map[string][]string(nil), struct{}{},
		time.Time{}, http.Header(nil), rpc.Request{}, rpc.Response{}, model.PreviewPost{}, plugin.Z_DbInt64ErrReturn{},
		vec.Ints{}, vec.Colls{}, vec.Times{}, vec.EvoOld{}, vec.EvoNew{},
	} {
		add(reflect.TypeOf(value))
	}
	for _, t := range plugin.RegisteredTypes() {
		add(t)
	}
	for _, name := range plugin.Names() {
		add(reflect.TypeOf(plugin.New(name)))
	}
	for _, name := range plugin93.Names() {
		add(reflect.TypeOf(plugin93.New(name)))
	}
}

// add names a type and everything that it is made of.
func add(t reflect.Type) {
	if _, ok := types[t.String()]; ok {
		return
	}
	types[t.String()] = t
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		add(t.Elem())
	case reflect.Map:
		add(t.Key())
		add(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				add(t.Field(i).Type)
			}
		}
	}
}

// OfOld says that a name means the form that the oldest server sends.
func OfOld(name string) bool { return strings.HasPrefix(name, "9.3/") }

// Find knows calls ("GetUser.args", "sparse/GetUser.returns", "9.3/GetUser.args", "db.DbTxArgs") and Go types
// ("model.Post", "plugin.Z_GetUserArgs", "map[string]interface {}", "rpc.Request").
func Find(name string) (reflect.Type, error) {
	if t, ok := types[name]; ok {
		return t, nil
	}
	if call, ok := strings.CutPrefix(name, "driver."); ok {
		return driverType(call)
	}
	last := name[strings.LastIndex(name, "/")+1:]
	if t, ok := types[strings.Replace(last, "model.", "model93.", 1)]; ok && OfOld(name) {
		return t, nil
	}
	base := structName(last)
	if OfOld(name) {
		if t, ok := types["plugin93."+base]; ok {
			return t, nil
		}
		return nil, fmt.Errorf("the oldest server has no other form of %q", name)
	}
	if t, ok := types["plugin."+base]; ok {
		return t, nil
	}
	if base == "" {
		return reflect.TypeFor[struct{}](), nil
	}
	return nil, fmt.Errorf("no call or type is named %q", name)
}

// driverType knows what a call of the database driver is given and answers: "Conn.args".
func driverType(name string) (reflect.Type, error) {
	method, side, _ := strings.Cut(name, ".")
	for _, call := range plugin.DriverCalls {
		switch {
		case call.Name == method && side == "args":
			return reflect.TypeOf(call.Args()).Elem(), nil
		case call.Name == method && side == "returns":
			return reflect.TypeOf(call.Returns()).Elem(), nil
		}
	}
	return nil, fmt.Errorf("the database driver has no %q", name)
}

// structName gives what the argument or the results of a call are called.
func structName(name string) string {
	call, side, _ := strings.Cut(name, ".")
	found, ok := plugin.Hook(call)
	if !ok {
		found, ok = plugin.Method(call)
	}
	switch {
	case ok && side == "args":
		return reflect.TypeOf(found.Args()).Elem().Name()
	case ok && side == "returns":
		return reflect.TypeOf(found.Returns()).Elem().Name()
	}
	return "Z_" + strings.TrimPrefix(name, "db.")
}
