package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync"
	"time"

	"example.com/mmplugin/gohost/dump"
	"example.com/mmplugin/gohost/fill"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// hookRequest calls any hook: Args are the fields of its argument struct. Post, Command and
// Message are shorter for the hooks that take a post or a command.
type hookRequest struct {
	Name    string             `json:"name"`
	Args    json.RawMessage    `json:"args"`
	Context *plugin.Context    `json:"context"`
	Post    *model.Post        `json:"post"`
	Message *string            `json:"message"`
	Size    int                `json:"message_size"`
	Command *model.CommandArgs `json:"command"`
	// Filenames and TypedProps say what the JSON of a post cannot.
	Filenames  []string       `json:"filenames"`
	TypedProps map[string]int `json:"int_props"`
	// Poison puts a value into Props that gob refuses: the host's own encoding fails.
	Poison bool `json:"poison"`
	// Force calls the hook although it is not implemented.
	Force bool `json:"force"`
	// Fill is a seed: arguments that nothing above says are made up of it.
	Fill *uint64 `json:"fill"`
	// Dump adds arguments and reply as typed nodes.
	Dump bool `json:"dump"`
	// N is for concurrent_hooks.
	N int `json:"n"`
}

// prefilled hooks decode their reply into this field of their arguments.
var prefilled = map[string]string{
	"MessageWillBePosted": "B", "ChannelMemberWillBeAdded": "B", "TeamMemberWillBeAdded": "B",
}

// build makes the argument struct, a new one at each call.
func (r *hookRequest) build() (any, error) {
	args := plugin.New("Z_" + r.Name + "Args")
	if args == nil {
		return nil, fmt.Errorf("no hook is named %q", r.Name)
	}
	if r.Fill != nil {
		fill.New(*r.Fill).Value(args)
	}
	if r.Args != nil {
		if err := json.Unmarshal(r.Args, args); err != nil {
			return nil, fmt.Errorf("args of %s: %w", r.Name, err)
		}
	}
	for i := range reflect.ValueOf(args).Elem().NumField() {
		field := reflect.ValueOf(args).Elem().Field(i)
		switch field.Interface().(type) {
		case *plugin.Context:
			setIfNil(field, r.Context, &plugin.Context{RequestId: "request", SessionId: "session"})
		case *model.Post:
			setIfNil(field, r.post(), nil)
		case *model.CommandArgs:
			setIfNil(field, r.Command, nil)
		}
	}
	return args, nil
}

func setIfNil[T any](field reflect.Value, value, otherwise *T) {
	if !field.IsNil() {
		return
	}
	if value == nil {
		value = otherwise
	}
	field.Set(reflect.ValueOf(value))
}

func (r *hookRequest) post() *model.Post {
	post := new(model.Post)
	if r.Post != nil {
		*post = *r.Post
	}
	props := make(model.StringInterface)
	for key, value := range post.Props {
		props[key] = value
	}
	for key, value := range r.TypedProps {
		props[key] = value
	}
	if r.Poison {
		props["poison"] = time.Now()
	}
	if len(props) > 0 || post.Props != nil {
		post.Props = props
	}
	if r.Message != nil {
		post.Message = *r.Message
	}
	if r.Size > 0 {
		post.Message = strings.Repeat("x", r.Size)
	}
	if r.Filenames != nil {
		post.Filenames = r.Filenames
	}
	return post
}

// call runs the hook once; the RPC error is an answer, not a failure of the request.
func (r *hookRequest) call(s *state) (any, error, error) {
	_, returns, failed, err := r.callWith(s)
	return returns, failed, err
}

func (r *hookRequest) callWith(s *state) (args, returns any, failed, err error) {
	args, err = r.build()
	if err != nil {
		return nil, nil, nil, err
	}
	returns = plugin.New("Z_" + r.Name + "Returns")
	if returns == nil {
		return nil, nil, nil, fmt.Errorf("%s has no reply struct", r.Name)
	}
	if field, ok := prefilled[r.Name]; ok {
		value := reflect.ValueOf(args).Elem().FieldByName(field)
		reflect.ValueOf(returns).Elem().FieldByName("A").Set(value)
	}
	return args, returns, s.host.Hooks.Call(r.Name, args, returns), nil
}

func (s *state) hook(line []byte) (map[string]any, error) {
	var request hookRequest
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	if !s.host.Hooks.Has(request.Name) && !request.Force {
		return map[string]any{"implemented": false}, nil
	}
	begin := time.Now()
	args, returns, failed, err := request.callWith(s)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"implemented": true, "ms": milliseconds(begin), "rpc_error": text(failed), "returns": readable(returns),
	}
	if request.Dump {
		answer["dump"] = dump.Of(returns)
		answer["args_dump"] = dump.Of(args)
	}
	return answer, nil
}

// readable replaces error values by their type and text, since JSON shows neither.
func readable(returns any) map[string]any {
	fields := make(map[string]any)
	value := reflect.ValueOf(returns).Elem()
	for i := range value.NumField() {
		content := value.Field(i).Interface()
		if err, ok := content.(*plugin.ErrorString); ok && err != nil {
			content = map[string]any{"type": "*plugin.ErrorString", "text": err.Err, "code": err.Code}
		} else if err, ok := content.(*model.AppError); ok && err != nil {
			content = map[string]any{
				"type": "*model.AppError", "text": err.Error(), "id": err.Id, "message": err.Message,
				"detailed_error": err.DetailedError, "status_code": err.StatusCode, "where": err.Where,
			}
		}
		fields[value.Type().Field(i).Name] = content
	}
	return fields
}

// concurrentHooks runs one hook n times at once, all started together.
func (s *state) concurrentHooks(line []byte) (map[string]any, error) {
	request := hookRequest{N: 512}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	var errors []string
	var mu sync.Mutex
	times, err := together(request.N, func(int) error {
		_, failed, err := request.call(s)
		if failed != nil {
			mu.Lock()
			errors = append(errors, failed.Error())
			mu.Unlock()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	answer := summary(times)
	answer["rpc_errors"] = errors
	return answer, nil
}

// together runs f n times at once and gives the time of each.
func together(n int, f func(int) error) ([]time.Duration, error) {
	times := make([]time.Duration, n)
	errors := make([]error, n)
	var ready, done sync.WaitGroup
	ready.Add(1)
	for i := range n {
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Wait()
			begin := time.Now()
			errors[i] = f(i)
			times[i] = time.Since(begin)
		}()
	}
	ready.Done()
	done.Wait()
	for _, err := range errors {
		if err != nil {
			return nil, err
		}
	}
	return times, nil
}

func summary(times []time.Duration) map[string]any {
	if len(times) == 0 {
		return map[string]any{"n": 0}
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return map[string]any{
		"n": len(times), "p50_ms": ms(times[len(times)/2]), "p99_ms": ms(times[len(times)*99/100]),
		"max_ms": ms(times[len(times)-1]),
	}
}
