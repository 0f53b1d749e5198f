package host

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

func TestDefaultConfigurationIsWhole(t *testing.T) {
	config := NewAPI().Config()
	if *config.ServiceSettings.SiteURL != SiteURL || config.TeamSettings.SiteName == nil {
		t.Errorf("%+v", config.ServiceSettings)
	}
}

func TestPluginConfigurationOverlaysDefaultsWithLowerCaseKeys(t *testing.T) {
	api := NewAPI()
	api.UseManifest(&model.Manifest{Id: "x", SettingsSchema: &model.PluginSettingsSchema{
		Settings: []*model.PluginSetting{{Key: "Word", Default: "w"}, {Key: "Other", Default: 1}},
	}})
	api.SetConfiguration(map[string]any{"WORD": "stored"})
	text, err := api.pluginConfiguration()
	if err != nil || string(text) != `{"other":1,"word":"stored"}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestKVSetWithOptionsComparesWhenAtomic(t *testing.T) {
	server := &apiServer{api: NewAPI()}
	set := func(value, old string, atomic bool) bool {
		args := &plugin.Z_KVSetWithOptionsArgs{A: "k", B: []byte(value)}
		args.C.Atomic = atomic
		if old != "" {
			args.C.OldValue = []byte(old)
		}
		returns := new(plugin.Z_KVSetWithOptionsReturns)
		if err := server.KVSetWithOptions(args, returns); err != nil {
			t.Fatal(err)
		}
		return returns.A
	}
	if !set("1", "", true) || set("2", "", true) || !set("2", "1", true) || !set("3", "", false) || set("4", "3", false) {
		t.Error("wrong answers")
	}
	if got := server.api.get("k"); !bytes.Equal(got, []byte("3")) {
		t.Errorf("stored %q", got)
	}
}

func TestScriptsStepInAndEnd(t *testing.T) {
	server := &apiServer{api: NewAPI()}
	get := func() (*plugin.Z_GetUserReturns, error) {
		returns := new(plugin.Z_GetUserReturns)
		return returns, server.GetUser(&plugin.Z_GetUserArgs{A: BenchUserID}, returns)
	}
	server.api.SetScript("GetUser", &Script{Kind: "missing", Times: 1})
	if _, err := get(); err == nil || err.Error() != "rpc: can't find method Plugin.GetUser" {
		t.Errorf("%v", err)
	}
	server.api.SetScript("GetUser", &Script{Kind: "app_error", AppError: &model.AppError{Id: "x"}})
	if returns, err := get(); err != nil || returns.B == nil || returns.B.Id != "x" {
		t.Errorf("%+v, %v", returns, err)
	}
	server.api.SetScript("GetUser", &Script{Kind: "returns", Returns: []byte(`{"A":{"username":"scripted"}}`)})
	if returns, err := get(); err != nil || returns.A.Username != "scripted" {
		t.Errorf("%+v, %v", returns, err)
	}
	server.api.SetScript("GetUser", nil)
	if returns, err := get(); err != nil || returns.A.Username != BenchUsername {
		t.Errorf("%+v, %v", returns, err)
	}
	if calls := server.api.Calls(); len(calls) != 4 {
		t.Errorf("%d calls", len(calls))
	}
}

func TestPagesStayInside(t *testing.T) {
	all := []int{1, 2, 3}
	if len(page(all, 0, 2)) != 2 || len(page(all, 1, 2)) != 1 || len(page(all, 9, 2)) != 0 || len(page(all, -1, -1)) != 0 {
		t.Error("wrong pages")
	}
}

// stream is a connection whose requests are given and whose answers are kept.
type stream struct {
	*bytes.Reader
	bytes.Buffer
}

func (s *stream) Read(p []byte) (int, error)  { return s.Reader.Read(p) }
func (s *stream) Write(p []byte) (int, error) { return s.Buffer.Write(p) }

func TestBodyIsPulledInThePiecesAskedFor(t *testing.T) {
	for name, test := range map[string]struct{ requests, want string }{
		"two reads":     {"\x06\x04", "BODYb"},
		"one huge read": {"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", "BODYbody"},
		"none":          {"", ""},
	} {
		conn := &stream{Reader: bytes.NewReader([]byte(test.requests))}
		serveReader(strings.NewReader("BODYbody"), conn)
		if conn.String() != test.want {
			t.Errorf("%s: %q", name, conn.String())
		}
	}
}

func TestRecorderBreaksOffLikeALostClient(t *testing.T) {
	recorder := NewRecorder()
	recorder.AbortAfter = 3
	if _, err := recorder.Write([]byte("abc")); err != nil {
		t.Error(err)
	}
	if _, err := recorder.Write([]byte("d")); !errors.Is(err, errGone) {
		t.Error(err)
	}
	if status, _ := recorder.Result(); status != 200 || string(recorder.Body) != "abc" {
		t.Errorf("%d %q", status, recorder.Body)
	}
}
