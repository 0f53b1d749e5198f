package host

import (
	"bytes"
	"encoding/gob"
	"net"
	"net/rpc"
	"reflect"
	"strings"
	"testing"

	"example.com/mmplugin/gohost/fill"
	"example.com/mmplugin/gohost/plugin"
)

// dial serves an API on a pipe.
func dial(t *testing.T, api *API) *rpc.Client {
	t.Helper()
	ours, theirs := net.Pipe()
	go serve(newAPIServer(api, nil, theirs.Close), theirs)
	client := rpc.NewClient(ours)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// streaming methods read a stream of the plugin: there is none here.
var streaming = map[string]bool{"InstallPlugin": true, "UploadData": true, "PluginHTTP": true, "PluginHTTPStream": true}

func TestEveryMethodAnswersWhatTheSeedGives(t *testing.T) {
	api := NewAPI()
	api.SetScript("*", &Script{Kind: "filled", Seed: 5})
	client := dial(t, api)
	for _, method := range plugin.Methods {
		if streaming[method.Name] {
			continue
		}
		args, got, sent, want := method.Args(), method.Returns(), method.Returns(), method.Returns()
		fill.New(7).Value(args)
		if err := client.Call("Plugin."+method.Name, args, got); err != nil {
			t.Errorf("%s: %v", method.Name, err)
			continue
		}
		fill.Results(sent, 5)
		overTheWire(t, sent, want)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", method.Name, got, want)
		}
		calls := api.Calls()
		received := method.Args()
		overTheWire(t, args, received)
		if last := calls[len(calls)-1]; last.Method != method.Name || !reflect.DeepEqual(last.Args, received) {
			t.Errorf("%s: recorded %+v", method.Name, last)
		}
	}
}

// overTheWire gives what arrives of a value.
func overTheWire(t *testing.T, sent, received any) {
	t.Helper()
	data := encoded(t, sent)
	if err := decode(data, received); err != nil {
		t.Fatal(err)
	}
}

func TestWithoutScriptsTheNameIsTheSeed(t *testing.T) {
	client := dial(t, NewAPI())
	got, want := new(plugin.Z_GetReactionsReturns), new(plugin.Z_GetReactionsReturns)
	if err := client.Call("Plugin.GetReactions", &plugin.Z_GetReactionsArgs{A: "x"}, got); err != nil {
		t.Fatal(err)
	}
	fill.Results(want, fill.Seed("GetReactions"))
	if len(got.A) == 0 || len(got.A) != len(want.A) {
		t.Errorf("%+v", got)
	}
}

func TestAnOldServerLacksWhatCameLater(t *testing.T) {
	api := NewAPI()
	api.attach(new(Log), Mode93)
	client := dial(t, api)
	err := client.Call("Plugin.UpdateUserRoles", &plugin.Z_UpdateUserRolesArgs{}, new(plugin.Z_UpdateUserRolesReturns))
	if err == nil || !strings.Contains(err.Error(), "rpc: can't find method Plugin.UpdateUserRoles") {
		t.Error(err)
	}
	if err := client.Call("Plugin.GetTeams", &plugin.Z_GetTeamsArgs{}, new(plugin.Z_GetTeamsReturns)); err != nil {
		t.Error(err)
	}
}

func encoded(t *testing.T, value any) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(value); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func decode(data []byte, target any) error {
	return gob.NewDecoder(bytes.NewReader(data)).Decode(target)
}
