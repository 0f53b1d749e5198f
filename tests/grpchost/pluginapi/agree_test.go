package pluginapi

import (
	"encoding/json"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A reaction as Rust would describe it.
func reaction(t *testing.T, user string, more string) *Tree {
	t.Helper()
	text := `{"struct": [{"name": "B", "value": {"struct": [
		{"name": "UserId", "value": {"text": "` + user + `"}}, {"name": "CreateAt", "value": {"int": "7"}}` + more + `]}}]}`
	tree := new(Tree)
	if err := json.Unmarshal([]byte(text), tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestADifferenceIsFoundWhereverItIs(t *testing.T) {
	m := New("ReactionHasBeenAddedRequest")
	inner := m.Mutable(m.Descriptor().Fields().ByName("reaction")).Message()
	set := func(name string, value protoreflect.Value) {
		inner.Set(inner.Descriptor().Fields().ByName(protoreflect.Name(name)), value)
	}
	set("user_id", protoreflect.ValueOfString("u"))
	set("create_at", protoreflect.ValueOfInt64(7))
	check := func(tree *Tree, lost map[string][]string) []string {
		a := Agreement{Lost: lost, Met: map[string]bool{}}
		a.Given(m, tree)
		return a.Failed
	}
	if failed := check(reaction(t, "75", ""), nil); failed != nil {
		t.Error(failed)
	}
	for _, c := range []struct {
		user, more, where string
	}{
		{"76", "", "reaction.user_id"},
		{"", "", "reaction.user_id"},
		{"75", `, {"name": "EmojiName", "value": {"text": "61"}}`, "reaction.emoji_name"},
		{"75", `, {"name": "Elsewhere", "value": {"bool": true}}`, "Elsewhere"},
	} {
		failed := check(reaction(t, c.user, c.more), nil)
		if len(failed) != 1 || !strings.Contains(failed[0], c.where) {
			t.Errorf("%s: %q", c.where, failed)
		}
	}
	if failed := check(new(Tree), nil); len(failed) != 2 {
		t.Errorf("nothing against something: %q", failed)
	}
	lost := map[string][]string{"Reaction": {"Elsewhere"}}
	if failed := check(reaction(t, "75", `, {"name": "Elsewhere", "value": {"bool": true}}`), lost); failed != nil {
		t.Errorf("what is known as lost: %q", failed)
	}
}

func TestValuesOfChanceAreTheSameForTheSameSeed(t *testing.T) {
	made := func(seed uint64) string {
		m := New("MessageWillBePostedRequest")
		Chance("x", seed, 0.7).Fill(m)
		return m.String()
	}
	// The text of a message has spaces by chance.
	same := func(a, b string) bool { return strings.ReplaceAll(a, " ", "") == strings.ReplaceAll(b, " ", "") }
	if !same(made(1), made(1)) || same(made(1), made(2)) {
		t.Error("the seed does not decide")
	}
}
