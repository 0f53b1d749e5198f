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

// ErrorString carries a plain error: the text, and a code for the few errors that a receiver must
// recognise.
type ErrorString struct {
	Code int
	Err  string
}

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

const optionsName = "github.com/mattermost/mattermost/server/public/model.PropertyOptions" +
	"[*github.com/mattermost/mattermost/server/public/model.PluginPropertyOption]"

// registered are the gob names of every type that may lie in an interface, besides Go's basic ones.
var registered = []struct {
	name  string
	value any
}{
	{"[]*model.SlackAttachment", []*model.MessageAttachment{}},
	{"[]interface {}", []any{}},
	{"map[string]interface {}", map[string]any{}},
	{"*model.AppError", &model.AppError{}},
	{"*pq.Error", &pq.Error{}},
	{"*plugin.ErrorString", &ErrorString{}},
	{"*model.AutocompleteDynamicListArg", &model.AutocompleteDynamicListArg{}},
	{"*model.AutocompleteStaticListArg", &model.AutocompleteStaticListArg{}},
	{"*model.AutocompleteTextArg", &model.AutocompleteTextArg{}},
	{"*model.PreviewPost", &model.PreviewPost{}},
	{optionsName, model.PropertyOptions[*model.PluginPropertyOption]{}},
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
