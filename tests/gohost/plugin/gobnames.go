package plugin

import (
	"encoding/gob"
	"errors"
	"reflect"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/pq"
)

// DismissPost is the rejection text that drops a post without telling its author.
const DismissPost = "plugin.message_will_be_posted.dismiss_post"

// Error is the text.
func (e ErrorString) Error() string { return e.Err }

// EncodableError turns any error into one whose type is registered.
func EncodableError(err error) error {
	if err == nil {
		return nil
	}
	var app *model.AppError
	if errors.As(err, &app) {
		return app
	}
	var sql *pq.Error
	if errors.As(err, &sql) {
		return sql
	}
	return &ErrorString{Err: err.Error()}
}

func init() {
	for _, r := range registered {
		gob.RegisterName(r.name, r.value)
	}
}

// WireName is the gob name of a type in an interface.
func WireName(t reflect.Type) string {
	for _, r := range registered {
		if reflect.TypeOf(r.value) == t {
			return r.name
		}
	}
	return t.String()
}

// RegisteredTypes are the types of the registered names, in a fixed order.
func RegisteredTypes() []reflect.Type {
	types := make([]reflect.Type, len(registered))
	for i, r := range registered {
		types[i] = reflect.TypeOf(r.value)
	}
	return types
}
