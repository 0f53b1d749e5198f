package pluginapi

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Deeper messages stay empty, so that those which hold themselves end.
const maxDepth = 5

// Filler makes values up, each another one.
type Filler struct {
	next int
	// Leave are fields that stay unset: Message.field, or .field of any message.
	Leave map[string]bool
	// JSON are texts for fields that hold some: Message.field.
	JSON map[string]string
	// Without a source of chance every field is set, to a value that nobody else has.
	random *rand.Rand
	share  float64
}

// Chance makes a source of values of all kinds; name and seed decide all, share how many of the fields are set.
func Chance(name string, seed uint64, share float64) *Filler {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	return &Filler{random: rand.New(rand.NewPCG(seed, sum.Sum64())), share: share}
}

// Numbers with a meaning, and texts that are something else to Go: by message and field.
var texts = map[string]func(n int64) string{
	"PushNotification.badge":    numberOrNothing,
	"PushNotification.cont_ava": numberOrNothing,
	"SharedChannel.home":        func(n int64) string { return []string{"", "true"}[n&1] },
}

func numberOrNothing(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// small are numbers of which only the first few are known.
var small = map[string]int32{"SidebarCategoryWithChannels.sorting": 4}

// Fill sets the fields of a message.
func (f *Filler) Fill(m protoreflect.Message) { f.fill(m, 0) }

func (f *Filler) fill(m protoreflect.Message, depth int) {
	for i := range m.Descriptor().Fields().Len() {
		field := m.Descriptor().Fields().Get(i)
		key := string(m.Descriptor().Name()) + "." + string(field.Name())
		if f.Leave[key] || f.Leave["."+string(field.Name())] || depth > maxDepth || f.skips() {
			continue
		}
		switch {
		case field.IsMap():
			f.entries(m.Mutable(field).Map(), field.MapValue(), key, depth)
		case field.IsList():
			f.items(m.Mutable(field).List(), field, key, depth)
		case field.Message() != nil:
			f.message(m.Mutable(field).Message(), depth)
		default:
			m.Set(field, f.scalar(field, key))
		}
	}
}

func (f *Filler) skips() bool { return f.random != nil && f.random.Float64() >= f.share }

func (f *Filler) count(usual int) int {
	if f.random == nil {
		return usual
	}
	return f.random.IntN(3)
}

func (f *Filler) entries(entries protoreflect.Map, of protoreflect.FieldDescriptor, key string, depth int) {
	for range f.count(1) {
		value := entries.NewValue()
		if of.Message() != nil {
			f.message(value.Message(), depth)
		} else {
			value = f.scalar(of, key)
		}
		entries.Set(protoreflect.ValueOfString(fmt.Sprintf("key%d", f.number())).MapKey(), value)
	}
}

func (f *Filler) items(list protoreflect.List, of protoreflect.FieldDescriptor, key string, depth int) {
	if of.Message() != nil {
		for range f.count(1) {
			f.message(list.AppendMutable().Message(), depth)
		}
		return
	}
	for range f.count(2) {
		list.Append(f.scalar(of, key))
	}
}

func (f *Filler) message(m protoreflect.Message, depth int) {
	switch m.Descriptor().FullName() {
	case "google.protobuf.Struct":
		f.object(m, depth)
	case "google.protobuf.Value":
		f.value(m, depth)
	default:
		f.fill(m, depth+1)
	}
}

func (f *Filler) object(m protoreflect.Message, depth int) {
	entries := m.Mutable(m.Descriptor().Fields().ByName("fields")).Map()
	for range f.count(1) {
		value := entries.NewValue()
		f.value(value.Message(), depth)
		entries.Set(protoreflect.ValueOfString(fmt.Sprintf("key%d", f.number())).MapKey(), value)
	}
}

// value makes a value of any kind, without chance a text.
func (f *Filler) value(m protoreflect.Message, depth int) {
	fields := m.Descriptor().Fields()
	kind := 0
	if f.random != nil {
		kind = f.random.IntN(7)
	}
	if depth > maxDepth {
		kind = min(kind, 4)
	}
	switch kind {
	case 1:
		m.Set(fields.ByName("null_value"), protoreflect.ValueOfEnum(0))
	case 2:
		m.Set(fields.ByName("bool_value"), protoreflect.ValueOfBool(f.flag()))
	case 3:
		m.Set(fields.ByName("number_value"), protoreflect.ValueOfFloat64(float64(f.integer(54))))
	case 4:
		m.Set(fields.ByName("number_value"), protoreflect.ValueOfFloat64(float64(f.integer(40))/1024))
	case 5:
		f.object(m.Mutable(fields.ByName("struct_value")).Message(), depth+1)
	case 6:
		items := m.Mutable(fields.ByName("list_value")).Message()
		list := items.Mutable(items.Descriptor().Fields().ByName("values")).List()
		for range f.count(1) {
			f.value(list.AppendMutable().Message(), depth+1)
		}
	default:
		m.Set(fields.ByName("string_value"), protoreflect.ValueOfString(f.text("value")))
	}
}

func (f *Filler) number() int { f.next++; return f.next }

func (f *Filler) flag() bool { return f.random == nil || f.random.IntN(3) > 0 }

// integer is of any size up to so many bits, or an extreme.
func (f *Filler) integer(bits int) int64 {
	switch f.random.IntN(8) {
	case 0:
		return math.MaxInt64 >> (64 - bits)
	case 1:
		return math.MinInt64 >> (64 - bits)
	case 2:
		return 0
	}
	return int64(f.random.Uint64()) >> (64 - bits + f.random.IntN(bits))
}

func (f *Filler) text(word string) string {
	n := f.number()
	if f.random == nil {
		return fmt.Sprintf("%s%d", word, n)
	}
	switch f.random.IntN(8) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("<%s> & \"%d\" é漢🦀\n\x00", word, n)
	case 2:
		return strings.Repeat(word, 300)
	}
	return fmt.Sprintf("%s%d", word, n)
}

func (f *Filler) scalar(field protoreflect.FieldDescriptor, key string) protoreflect.Value {
	n := int64(f.number())
	wide, narrow := int64(1_600_000_000_000)+n, 1000+n
	if f.random != nil {
		wide, narrow = f.integer(64), f.integer(32)
	}
	if limit := small[key]; limit > 0 {
		narrow = n % int64(limit)
	}
	switch field.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(f.flag())
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(narrow))
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(uint32(narrow))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(wide)
	case protoreflect.EnumKind:
		values := int64(field.Enum().Values().Len())
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(1 + n%(values-1)))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(f.bytes(string(field.Name()), key))
	}
	if text := texts[key]; text != nil {
		return protoreflect.ValueOfString(text(narrow))
	}
	return protoreflect.ValueOfString(f.text("text"))
}

func (f *Filler) bytes(name, key string) []byte {
	switch {
	case f.JSON[key] != "":
		return []byte(f.JSON[key])
	case strings.HasSuffix(name, "_json"):
		return []byte("{}")
	}
	return []byte(f.text("bytes"))
}
