package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"example.com/mmplugin/gohost/fill"
	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/plugin93"
)

// special hooks are the life cycle, and those with streams: they have operations of their own.
var special = []string{
	"Implemented", "OnActivate", "OnDeactivate", "OnConfigurationChange", "ServeHTTP", "ServeMetrics", "FileWillBeUploaded",
}

// everyHook calls all hooks of a server of this generation on the plugin of tests/allhooks, which was told how to
// answer, with arguments made up, and compares what the plugin says that it saw.
func (s *state) everyHook(line []byte) (map[string]any, error) {
	var request struct {
		Seed uint64 `json:"seed"`
		How  string `json:"how"`
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	answers := make(map[string]any)
	for _, hook := range plugin.Hooks {
		if slices.Contains(special, hook.Name) || (s.host.Old() && !hook.Old) {
			continue
		}
		answer, err := s.oneHook(hook, request.Seed, request.How)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", hook.Name, err)
		}
		answers[hook.Name] = answer
	}
	return map[string]any{"hooks": answers}, nil
}

func (s *state) oneHook(hook plugin.Call, seed uint64, how string) (map[string]any, error) {
	if _, err := s.direct(&httpRequest{Method: "POST", Path: "/answer/" + hook.Name, Body: &how}); err != nil {
		return nil, err
	}
	args, returns := hook.Args(), hook.Returns()
	if s.host.Old() {
		if old := plugin93.New(reflect.TypeOf(args).Elem().Name()); old != nil {
			args = old
		}
		if old := plugin93.New(reflect.TypeOf(returns).Elem().Name()); old != nil {
			returns = old
		}
	}
	filler := fill.New(seed + fill.Seed(hook.Name))
	filler.Plain = true
	filler.Value(args)
	failed := s.host.Hooks.Call(hook.Name, args, returns)
	seen, err := s.direct(&httpRequest{Method: "GET", Path: "/seen/" + hook.Name})
	if err != nil {
		return nil, err
	}
	body, _ := seen["body"].(string)
	return map[string]any{
		"difference": text(sameArgs(args, body)), "rpc_error": text(failed), "returns": readable(returns),
	}, nil
}

// sameArgs compares the arguments but the context with the last call in a JSON list of calls.
func sameArgs(args any, seen string) error {
	var calls [][]any
	if err := decode([]byte(seen), &calls); err != nil || len(calls) == 0 {
		return fmt.Errorf("%d calls in %q, %w", len(calls), seen, err)
	}
	last := calls[len(calls)-1]
	value := reflect.ValueOf(args).Elem()
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.Type == reflect.TypeFor[*plugin.Context]() {
			continue
		}
		text, err := json.Marshal(value.Field(i).Interface())
		if err != nil {
			return err
		}
		var sent any
		if err := decode(text, &sent); err != nil {
			return err
		}
		if len(last) == 0 {
			return fmt.Errorf("%s: the plugin saw no such argument", field.Name)
		}
		if err := sameJSON(sent, last[0], field.Name); err != nil {
			return err
		}
		last = last[1:]
	}
	if len(last) > 0 {
		return fmt.Errorf("the plugin saw %d arguments more", len(last))
	}
	return nil
}

func decode(text []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(target)
}

// sameJSON compares what was sent with what was seen, which may have empty fields of other releases.
func sameJSON(sent, seen any, path string) error {
	switch a := sent.(type) {
	case map[string]any:
		b, ok := seen.(map[string]any)
		if !ok {
			break
		}
		for key, value := range a {
			if err := sameJSON(value, b[key], path+"."+key); err != nil {
				return err
			}
		}
		for key, value := range b {
			if _, ok := a[key]; !ok && !nothing(value) {
				return fmt.Errorf("%s.%s: seen %v, and nobody sent it", path, key, value)
			}
		}
		return nil
	case []any:
		b, ok := seen.([]any)
		if !ok || len(a) != len(b) {
			break
		}
		for i := range a {
			if err := sameJSON(a[i], b[i], fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	case json.Number:
		b, ok := seen.(json.Number)
		x, _ := a.Float64()
		y, _ := b.Float64()
		if ok && (a == b || (x == y && bytes.ContainsAny([]byte(a+b), ".eE"))) {
			return nil
		}
	default:
		if sent == seen {
			return nil
		}
	}
	if nothing(sent) && nothing(seen) {
		return nil
	}
	return fmt.Errorf("%s: sent %v, seen %v", path, sent, seen)
}

// nothing is what a field has that nobody set: the wire does not tell nil from empty.
func nothing(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == ""
	case json.Number:
		return value == "0"
	case []any:
		return len(value) == 0
	case map[string]any:
		for _, inner := range value {
			if !nothing(inner) {
				return false
			}
		}
		return true
	}
	return false
}
