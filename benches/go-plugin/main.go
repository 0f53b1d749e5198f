// Command bench-go-plugin is the Go peer of examples/bench-plugin: the same behaviour, so that
// the two can be measured side by side.
package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"example.com/mmplugin/bench-go-plugin/sdk"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

type configuration struct{ Word string }

type bench struct {
	api    *sdk.API
	config atomic.Pointer[configuration]
	routes map[string]func(http.ResponseWriter, *http.Request)
}

func main() { sdk.Main(new(bench)) }

func (b *bench) SetAPI(api *sdk.API) { b.api = api }

func (b *bench) OnConfigurationChange() error {
	config := new(configuration)
	if err := b.api.LoadPluginConfiguration(config); err != nil {
		return err
	}
	b.config.Store(config)
	return nil
}

func (b *bench) OnActivate() error {
	b.makeRoutes()
	err := b.api.RegisterCommand(&model.Command{
		Trigger: "bench", AutoComplete: true, AutoCompleteDesc: "Echo of the bench plugin",
		AutoCompleteHint: "[text]", DisplayName: "Bench",
	})
	if err != nil {
		return fmt.Errorf("register command: %w", err)
	}
	if err := b.api.KVSet(benchKey, []byte(benchValue)); err != nil {
		return err
	}
	word := ""
	if config := b.config.Load(); config != nil {
		word = config.Word
	}
	b.api.LogInfo("bench plugin activated", "word", word)
	return nil
}

func (b *bench) OnDeactivate() error { return nil }

func (b *bench) MessageWillBePosted(_ *plugin.Context, post *model.Post) (*model.Post, string) {
	if !strings.Contains(post.Message, "hoge") {
		return nil, ""
	}
	post.Message += " 2026-01-01T00:00:00Z"
	return post, ""
}

func (b *bench) MessageHasBeenPosted(*plugin.Context, *model.Post) {}

func (b *bench) ExecuteCommand(_ *plugin.Context, args *model.CommandArgs) (*model.CommandResponse, *model.AppError) {
	return &model.CommandResponse{ResponseType: "ephemeral", Text: "bench: " + args.Command}, nil
}

func (b *bench) ServeHTTP(_ *plugin.Context, w http.ResponseWriter, r *http.Request) {
	defer func() {
		if recover() != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
		}
	}()
	if route, ok := b.routes[r.URL.Path]; ok {
		route(w, r)
		return
	}
	http.NotFound(w, r)
}
