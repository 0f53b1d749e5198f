package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goPeer builds and packs the bench plugin written in Go.
func goPeer(t *testing.T) string {
	t.Helper()
	bundle := filepath.Join(t.TempDir(), "peer.tar.gz")
	script, err := filepath.Abs("../../../../benches/go-plugin/bundle.sh")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("sh", script, bundle).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return bundle
}

// drive sends requests and gives the answers.
func drive(t *testing.T, requests ...string) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	loop(strings.NewReader(strings.Join(requests, "\n")+"\n"), &out)
	var answers []map[string]any
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var answer map[string]any
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		answers = append(answers, answer)
	}
	if len(answers) != len(requests) {
		t.Fatalf("%d answers to %d requests", len(answers), len(requests))
	}
	return answers
}

// contains looks for a text in the JSON of each answer in turn; "" does not look.
func contains(t *testing.T, answers []map[string]any, texts ...string) {
	t.Helper()
	for i, answer := range answers {
		text, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		if i < len(texts) && !strings.Contains(string(text), texts[i]) {
			t.Errorf("answer %d: no %s in %s", i, texts[i], text)
		}
	}
}

// stopped is in the answer to kill. Whether it was graceful depends on the moment: a Go plugin may
// end before its answer to Quit is out.
const stopped = `"deactivate_error":""`

func TestAGoPluginLivesThroughTheWholeWay(t *testing.T) {
	bundle := goPeer(t)
	for _, mode := range []string{"11", "9.3"} {
		answers := drive(t,
			`{"op":"start","bundle":"`+bundle+`","mode":"`+mode+`","config":{"WORD":"w"},"probe":true}`,
			`{"op":"activate"}`,
			`{"op":"logs","source":"api"}`,
			`{"op":"hook","name":"MessageWillBePosted","post":{"message":"a hoge"},"int_props":{"n":7},"dump":true}`,
			`{"op":"hook","name":"UserWillLogIn"}`,
			`{"op":"http","method":"POST","path":"/sink?check=1","body_size":300000,"body_chunk":7000}`,
			`{"op":"http","path":"/bytes?n=300000","abort_after":40000,"events":true}`,
			`{"op":"http","via":"server","path":"/echoheaders?access_token=x&a=1","headers":{"Authorization":["Bearer session-token"],"Mattermost-User-Id":["evil"]}}`,
			`{"op":"concurrent_hooks","name":"MessageWillBePosted","message":"x","n":64}`,
			`{"op":"concurrent_http","path":"/hello","n":64}`,
			`{"op":"api_fail","method":"KVGet","kind":"missing"}`,
			`{"op":"http","path":"/bench/api?n=3&c=2"}`,
			`{"op":"stats"}`,
			`{"op":"ping"}`,
			`{"op":"hook","name":"MessageWillBePosted","message":"x","async":true}`,
			`{"op":"wait","task":1}`,
			`{"op":"kill"}`,
		)
		contains(t, answers,
			`"implemented":["ExecuteCommand"`, `"plugin_error":""`, `"word":"w"`,
			`"message":"a hoge 2026-01-01T00:00:00Z"`, `"implemented":false`, `\"bytes\":300000`,
			`"call":"write"`, `\"query\":\"a=1\",\"user_id\":\"user00000000000000000000aa\"`,
			`"rpc_errors":null`, `"statuses":{"200":64}`, ``, `\"errors\":3`, `"rss_kib"`, ``, `"task":1`,
			`"message":"x"`, stopped,
		)
	}
}

// A Go plugin loses its hooks when the host cannot encode a call, as with the real server.
func TestAPoisonedCallCostsAGoPluginItsHooks(t *testing.T) {
	answers := drive(t,
		`{"op":"start","bundle":"`+goPeer(t)+`"}`,
		`{"op":"activate"}`,
		`{"op":"hook","name":"MessageWillBePosted","message":"x","poison":true}`,
		`{"op":"hook","name":"MessageWillBePosted","message":"x"}`,
		`{"op":"ping"}`,
		`{"op":"kill"}`,
	)
	contains(t, answers, ``, ``, `type not registered`, `unexpected EOF`, `"ok":true`, stopped)
}

func TestRequestsThatCannotBeCarriedOutSaySo(t *testing.T) {
	answers := drive(t, `nonsense`, `{"op":"nope"}`, `{"op":"activate"}`, `{"op":"wait","task":9}`,
		`{"op":"start","bundle":"/nowhere.tar.gz"}`, `{"op":"start","exe":"/bin/true"}`, `{"op":"api_fail"}`)
	contains(t, answers, `not a JSON object`, `unknown op`, `no plugin is started`, `no task 9`,
		`no such file`, `Unrecognized remote plugin message`, `method is missing`)
}
