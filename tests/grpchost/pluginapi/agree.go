package pluginapi

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Agreement compares messages with what Rust has for them. Fields are paired by their names without what the
// languages make of them; what differs stands in a table.
type Agreement struct {
	// Lost are, by message, the fields of Go that it has no place for.
	Lost map[string][]string
	// Met are those of them that had a value and were lost, and the messages that Rust has written.
	Met map[string]bool
	// Wrote says that the messages are of Rust's making; otherwise Rust has read them.
	Wrote bool
	// Failed is what did not agree.
	Failed []string
	where  []string
}

func (a *Agreement) fail(format string, values ...any) {
	a.Failed = append(a.Failed, strings.Join(a.where, ".")+": "+fmt.Sprintf(format, values...))
}

// at goes into a part.
func (a *Agreement) at(name string, look func()) {
	a.where = append(a.where, name)
	look()
	a.where = a.where[:len(a.where)-1]
}

func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// letters are the fields of arguments and results: A, B, C.
func letter(at int) string { return string(rune('A' + at)) }

// Given compares a request with arguments: one field an argument, in their order.
func (a *Agreement) Given(m protoreflect.Message, args *Tree) {
	name := string(m.Descriptor().Name())
	a.at(name, func() {
		if flat[name] {
			a.fields(m, args.field("A"))
			return
		}
		at := 0
		for field := range each(m) {
			if field.Name() != "context" {
				a.field(m, field, args, letter(at))
				at++
			}
		}
		a.leftover(name, args, at)
	})
}

// Told compares a response with results: the error is the last of them.
func (a *Agreement) Told(m protoreflect.Message, results *Tree) {
	name := string(m.Descriptor().Name())
	a.at(name, func() {
		at := 0
		var failed protoreflect.FieldDescriptor
		for field := range each(m) {
			if field.Name() == "error" {
				failed = field
				continue
			}
			a.field(m, field, results, letter(at))
			at++
		}
		if failed != nil {
			a.field(m, failed, results, letter(at))
			at++
		}
		a.leftover(name, results, at)
	})
}

func (a *Agreement) leftover(name string, tree *Tree, from int) {
	for at := range 4 {
		if at >= from && !tree.field(letter(at)).isZero() {
			a.lost(name, letter(at))
		}
	}
}

func each(m protoreflect.Message) func(func(protoreflect.FieldDescriptor) bool) {
	return func(yield func(protoreflect.FieldDescriptor) bool) {
		for i := range m.Descriptor().Fields().Len() {
			if !yield(m.Descriptor().Fields().Get(i)) {
				return
			}
		}
	}
}

// lost is a field of Go that a message has no place for.
func (a *Agreement) lost(message, name string) {
	if slices.Contains(a.Lost[message], name) {
		a.Met[message+"."+name] = true
	} else {
		a.fail("%s of Go has no place in %s, which the list of what is lost does not say", name, message)
	}
}

// field compares one field with the field of that name in Go.
func (a *Agreement) field(m protoreflect.Message, field protoreflect.FieldDescriptor, tree *Tree, name string) {
	key := string(m.Descriptor().Name()) + "." + string(field.Name())
	a.at(string(field.Name()), func() {
		if special := special[key]; special != nil {
			special(a, m.Get(field), tree)
			return
		}
		a.value(m.Get(field), m.Has(field), field, tree.field(name))
	})
}

// fields compares all fields of a message with a struct.
func (a *Agreement) fields(m protoreflect.Message, tree *Tree) {
	if tree != nil && tree.Struct == nil {
		a.fail("a message for %+v", *tree)
		return
	}
	message := string(m.Descriptor().Name())
	a.Met[message] = a.Met[message] || a.Wrote
	used := map[string]bool{}
	for field := range each(m) {
		key := message + "." + string(field.Name())
		if named := renamed[key]; named != "" {
			used[named] = true
			a.field(m, field, tree, named)
			continue
		}
		if special[key] != nil {
			a.field(m, field, tree, "")
			continue
		}
		name := ""
		if tree != nil {
			for _, of := range *tree.Struct {
				if plain(of.Name) == plain(string(field.Name())) {
					name = of.Name
				}
			}
		}
		used[name] = true
		a.field(m, field, tree, name)
	}
	for _, name := range elsewhere[message] {
		used[name] = true
	}
	if tree == nil {
		return
	}
	for _, field := range *tree.Struct {
		if !used[field.Name] && !field.Value.isZero() {
			a.lost(message, field.Name)
		}
	}
}

func (a *Agreement) value(value protoreflect.Value, has bool, field protoreflect.FieldDescriptor, tree *Tree) {
	switch {
	case field.IsMap():
		a.entries(value.Map(), field.MapValue(), tree.entries())
	case field.IsList():
		a.items(value.List(), field, tree.items())
	case field.Message() != nil && !has:
		if !tree.isZero() {
			a.fail("not set, %s here", describe(tree))
		}
	default:
		a.one(value, field, tree)
	}
}

func (a *Agreement) entries(entries protoreflect.Map, field protoreflect.FieldDescriptor, ours [][2]*Tree) {
	if entries.Len() != len(ours) {
		a.fail("%d entries, %d here", entries.Len(), len(ours))
		return
	}
	for _, entry := range ours {
		key := protoreflect.ValueOfString(entry[0].text()).MapKey()
		if !entries.Has(key) {
			a.fail("no entry %q", entry[0].text())
			continue
		}
		a.at("["+entry[0].text()+"]", func() { a.one(entries.Get(key), field, entry[1]) })
	}
}

func (a *Agreement) items(list protoreflect.List, field protoreflect.FieldDescriptor, ours []*Tree) {
	if list.Len() != len(ours) {
		a.fail("%d items, %d here", list.Len(), len(ours))
		return
	}
	for at, item := range ours {
		a.at(fmt.Sprint(at), func() { a.one(list.Get(at), field, item) })
	}
}

func (a *Agreement) one(value protoreflect.Value, field protoreflect.FieldDescriptor, tree *Tree) {
	switch field.Kind() {
	case protoreflect.MessageKind:
		a.message(value.Message(), tree)
	case protoreflect.BoolKind:
		a.same(value.Bool(), tree.flag())
	case protoreflect.EnumKind:
		a.same(enumText(field, value.Enum()), known(field, tree.text()))
	case protoreflect.BytesKind:
		if strings.HasSuffix(string(field.Name()), "_json") && (tree == nil || tree.Bytes == nil) {
			a.jsonText(value.Bytes(), tree)
		} else {
			a.same(string(value.Bytes()), tree.text())
		}
	case protoreflect.StringKind:
		a.same(value.String(), tree.text())
	case protoreflect.Int64Kind:
		a.same(value.Int(), tree.int())
	case protoreflect.Uint32Kind:
		a.same(int64(value.Uint()), tree.int())
	default:
		a.same(value.Int(), min(max(tree.int(), math.MinInt32), math.MaxInt32))
	}
}

func (a *Agreement) same(theirs, ours any) {
	if !reflect.DeepEqual(theirs, ours) {
		a.fail("%#v, %#v here", theirs, ours)
	}
}

func (a *Agreement) message(m protoreflect.Message, tree *Tree) {
	fields := m.Descriptor().Fields()
	switch {
	case m.Descriptor().FullName() == "google.protobuf.Struct", m.Descriptor().FullName() == "google.protobuf.Value":
		a.json(m, tree)
	case m.Descriptor().Name() == "AppError" && tree != nil && tree.Interface != nil:
		a.hostError(m, tree.Interface)
	// Wrappers around one value.
	case fields.Len() == 1 && (tree == nil || tree.Struct == nil || strings.HasSuffix(string(fields.Get(0).Name()), "_json")):
		a.value(m.Get(fields.Get(0)), m.Has(fields.Get(0)), fields.Get(0), tree)
	default:
		a.fields(m, tree)
	}
}

// Error compares the error of an answer with the one that a call failed with.
func (a *Agreement) Error(m protoreflect.Message, tree *Tree) {
	if tree != nil && tree.Interface != nil {
		a.hostError(m, tree.Interface)
	} else {
		a.fields(m, tree)
	}
}

// hostError is Go's interface: the server's error, or one that has only a text.
func (a *Agreement) hostError(m protoreflect.Message, in *TreeInterface) {
	if in.Name == "*model.AppError" {
		a.fields(m, in.Value)
		return
	}
	said := m.Get(m.Descriptor().Fields().ByName("message")).String()
	if text := in.Value.field("Err"); text != nil {
		a.same(said, text.text())
	}
	if in.Name != "*plugin.ErrorString" && said == "" {
		a.fail("nothing said of a %s", in.Name)
	}
}

func (a *Agreement) json(m protoreflect.Message, tree *Tree) {
	text, err := protojson.Marshal(m.Interface())
	if err != nil {
		a.fail("%v", err)
		return
	}
	var ours any
	if tree != nil && tree.Bytes != nil {
		ours = parsed(unhex(tree.Bytes))
	} else {
		ours = tree.json()
	}
	theirs := parsed(text)
	if object, ok := theirs.(map[string]any); ok && len(object) == 0 && ours == nil {
		return
	}
	a.same(theirs, ours)
}

// jsonText is a whole type as JSON: all that is in the one must be in the other, whatever its name is there.
func (a *Agreement) jsonText(text []byte, tree *Tree) {
	if len(text) == 0 {
		if !tree.isZero() {
			a.fail("no JSON for %s", describe(tree))
		}
		return
	}
	there, here := map[any]bool{}, map[any]bool{}
	jsonLeaves(parsed(text), func(leaf any) { there[leaf] = true })
	tree.leaves(func(forms ...[]any) {
		missing := func(leaf any) bool { return !there[leaf] }
		at := slices.IndexFunc(forms, func(form []any) bool { return !slices.ContainsFunc(form, missing) })
		if at < 0 {
			a.fail("%#v is not in the JSON", forms)
			return
		}
		for _, leaf := range forms[at] {
			here[leaf] = true
		}
	})
	jsonValues("", parsed(text), func(where string, leaf any) {
		if !here[leaf] {
			a.fail("%#v of the JSON at %s is not here", leaf, where)
		}
	})
}

func describe(tree *Tree) string { return fmt.Sprint(tree.json()) }

// tooDeep are fields that are always empty in the values that Rust makes up: what can be left out is, so far inside.
var tooDeep = map[string]bool{"PostAcknowledgement.RemoteId": true}

// MissingOf are the fields that are listed as lost, of messages that Rust has written, and never had a value: they may
// have a place by now. What is lost inside of a field has a point in its name and is not looked for.
func (a *Agreement) MissingOf() []string {
	var missing []string
	for _, message := range slices.Sorted(maps.Keys(a.Lost)) {
		for _, name := range a.Lost[message] {
			if key := message + "." + name; a.Met[message] && !a.Met[key] && !tooDeep[key] && !strings.Contains(name, ".") {
				missing = append(missing, key)
			}
		}
	}
	return missing
}
