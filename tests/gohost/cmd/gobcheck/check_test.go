package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// TestGoldenVectorsDecodeToWhatTheySay shows that the structs of this module are those of the
// server: a wrong kind or a missing field would not go unseen.
func TestGoldenVectorsDecodeToWhatTheySay(t *testing.T) {
	vectors, _ := filepath.Glob("../../../golden/*.json")
	deeper, _ := filepath.Glob("../../../golden/*/*.json")
	vectors = append(vectors, deeper...)
	if len(vectors) == 0 {
		t.Fatal("no golden vectors in tests/golden")
	}
	for _, path := range vectors {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var vector struct {
			GoError string `json:"go_error"`
			Values  []struct {
				Type string `json:"type"`
			} `json:"values"`
		}
		if err := json.Unmarshal(text, &vector); err != nil || len(vector.Values) == 0 || vector.GoError != "" {
			continue // no vector, or one that Go itself cannot read
		}
		var types []string
		for _, value := range vector.Values {
			types = append(types, value.Type)
		}
		got := check(request{
			Name: strings.Join(types, "+"), File: strings.TrimSuffix(path, ".json") + ".gob", Expect: path,
		})
		if !got.OK {
			t.Errorf("%s: %s", path, got.Error)
		}
	}
}

// TestTheRestOfTheVectorsDecodesToWhatItSays does the same for the vectors that share one file.
func TestTheRestOfTheVectorsDecodesToWhatItSays(t *testing.T) {
	file, err := os.Open("../../../golden/rest-11.5.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, 1<<24)
	expected, checked := filepath.Join(t.TempDir(), "x.json"), 0
	for lines.Scan() {
		var line struct {
			Name string          `json:"name"`
			Hex  string          `json:"gob_hex"`
			View json.RawMessage `json:"view"`
		}
		var view struct {
			Values []struct {
				Type string `json:"type"`
			} `json:"values"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.View == nil {
			continue // the names of all
		}
		if err := errors.Join(json.Unmarshal(line.View, &view), os.WriteFile(expected, line.View, 0o600)); err != nil {
			t.Fatal(err)
		}
		var types []string
		for _, value := range view.Values {
			types = append(types, value.Type)
		}
		checked++
		if got := check(request{Name: strings.Join(types, "+"), Hex: line.Hex, Expect: expected}); !got.OK {
			t.Errorf("%s: %s", line.Name, got.Error)
		}
	}
	if checked < 1000 || lines.Err() != nil {
		t.Errorf("%d vectors, %v", checked, lines.Err())
	}
}

func encoded(t *testing.T, values ...any) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := gob.NewEncoder(&out)
	for _, value := range values {
		if err := encoder.Encode(value); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestCheckComparesContents(t *testing.T) {
	post := &plugin.Z_CreatePostArgs{A: &model.Post{
		Message: "hello", Props: model.StringInterface{"n": 7, "list": []any{"x", 1.5}},
	}}
	decoded := check(request{Name: "CreatePost.args", Gob: encoded(t, post)})
	if !decoded.OK {
		t.Fatal(decoded.Error)
	}
	text, err := json.Marshal(decoded)
	if err != nil {
		t.Fatal(err)
	}
	expected := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(expected, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := check(request{Name: "CreatePost.args", Gob: encoded(t, post), Expect: expected}); !got.OK {
		t.Error(got.Error)
	}
	post.A.Props["n"] = int64(7)
	got := check(request{Name: "CreatePost.args", Gob: encoded(t, post), Expect: expected})
	if got.OK || !strings.Contains(got.Error, "A.Props") {
		t.Errorf("another type of a property went unseen: %+v", got)
	}
}

func TestAMadeUpValueIsKnownAgain(t *testing.T) {
	seed, other := uint64(1), uint64(2)
	made := check(request{Name: "CreatePost.args", Make: &seed})
	if !made.OK || made.Hex == "" || len(made.Values) != 1 {
		t.Fatalf("%+v", made)
	}
	if got := check(request{Name: "CreatePost.args", Made: &seed, Hex: made.Hex}); !got.OK {
		t.Error(got.Error)
	}
	if got := check(request{Name: "CreatePost.args", Made: &other, Hex: made.Hex}); got.OK {
		t.Error("another value went unseen")
	}
	if got := check(request{Name: "9.3/GetServerVersion.args", Make: &seed}); !got.OK || !got.None {
		t.Errorf("%+v", got)
	}
	if got := check(request{Name: "9.3/GetUser.returns", Make: &seed}); !got.OK || got.None {
		t.Errorf("%+v", got)
	}
}

func TestEachFieldIsWrongOnce(t *testing.T) {
	answer := check(request{Wrong: []string{"CreatePost.args", "UpdatePost.args"}})
	paths := make(map[string]bool)
	for _, c := range answer.Cases {
		if paths[c.Name+c.Path] || c.Hex == "" {
			t.Errorf("%s %s", c.Name, c.Path)
		}
		paths[c.Name+c.Path] = true
	}
	for _, want := range []string{"CreatePost.argsA", "CreatePost.argsA.Metadata.Embeds[0].Type", "UpdatePost.argsA"} {
		if !paths[want] {
			t.Errorf("no %s in %d cases, %s", want, len(paths), answer.Error)
		}
	}
	if paths["UpdatePost.argsA.Message"] {
		t.Error("a post's fields come twice")
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		request request
		want    string
	}{
		"unknown name":  {request{Name: "Nonsense.args"}, "no call or type"},
		"other type":    {request{Name: "int", Gob: encoded(t, "x")}, "value 0 (int)"},
		"value missing": {request{Name: "int+int", Gob: encoded(t, 1)}, "value 1 (int)"},
		"value left":    {request{Name: "int+int", Gob: encoded(t, 1, 2, 3)}, "bytes are left"},
	} {
		if got := check(test.request); got.OK || !strings.Contains(got.Error, test.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
