package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"example.com/mmplugin/gohost/host"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// demo shows a person what a bundle does under a host.
func demo(arguments []string) error {
	flags := flag.NewFlagSet("demo", flag.ExitOnError)
	bundle := flags.String("bundle", "", "the .tar.gz to run")
	message := flags.String("message", "hello hoge", "the message to post")
	path := flags.String("path", "/", "the path to GET")
	mode := flags.String("mode", string(host.Mode11), "server generation to imitate: 11 or 9.3")
	config := flags.String("config", "{}", "the plugin's settings, a JSON object")
	logs := flags.Bool("logs", false, "print every log line")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *bundle == "" {
		return errors.New("--bundle is missing")
	}
	if *mode != string(host.Mode11) && *mode != string(host.Mode93) {
		return fmt.Errorf("--mode %s: 11 or 9.3", *mode)
	}
	settings := make(map[string]any)
	if err := json.Unmarshal([]byte(*config), &settings); err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	dir, err := os.MkdirTemp("", "gohost")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	unpacked, err := host.Unpack(*bundle, dir)
	if err != nil {
		return err
	}
	show := &show{message: *message, path: *path, log: new(host.Log)}
	if *logs {
		show.log.Echo(os.Stdout)
	}
	return show.run(unpacked, host.Mode(*mode), settings)
}

type show struct {
	message, path string
	log           *host.Log
}

func (s *show) run(bundle *host.Bundle, mode host.Mode, settings map[string]any) error {
	executable, err := bundle.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("bundle     %s %s (%s)\n", bundle.Manifest.Id, bundle.Manifest.Version, bundle.Manifest.Name)
	api := host.NewAPI()
	api.UseManifest(bundle.Manifest)
	api.SetConfiguration(settings)
	api.BundlePath = bundle.Dir
	h, err := host.Start(host.Options{Mode: mode, Executable: executable, API: api, Log: s.log})
	if err != nil {
		s.complain()
		return fmt.Errorf("the plugin did not start: %w", err)
	}
	fmt.Printf("started    in %.1f ms\n", float64(h.StartTime.Microseconds())/1000)
	fmt.Printf("hooks      %s\n", strings.Join(h.Implemented, ", "))
	begin := time.Now()
	if err := h.Hooks.OnActivate(); err != nil {
		h.Stop(false)
		s.complain()
		return fmt.Errorf("OnActivate: %w", err)
	}
	fmt.Printf("activated  in %.1f ms\n", milliseconds(begin))
	s.get(h)
	s.post(h)
	for _, command := range api.Commands() {
		fmt.Printf("command    /%s %s\n", command.Trigger, command.AutoCompleteDesc)
	}
	stopped := h.Stop(true)
	if !stopped.Graceful {
		s.complain()
		return errors.New("the plugin did not stop by itself and was killed")
	}
	fmt.Printf("stopped    in %d ms\n", stopped.DeactivateMS+stopped.KillMS)
	return nil
}

func (s *show) get(h *host.Host) {
	if !h.Hooks.Has("ServeHTTP") {
		return
	}
	request := httptest.NewRequest("GET", s.path, nil)
	request.RequestURI = "/plugins/" + h.API.PluginID + request.RequestURI
	request.Header.Set("Mattermost-User-Id", host.BenchUserID)
	recorder := host.NewRecorder()
	if err := h.Hooks.ServeHTTP(&plugin.Context{RequestId: "demo"}, recorder, request); err != nil {
		fmt.Printf("GET %-6s failed: %v\n", s.path, err)
		return
	}
	status, header := recorder.Result()
	fmt.Printf("GET %-6s %d %s %q\n", s.path, status, header.Get("Content-Type"), recorder.Body)
}

func (s *show) post(h *host.Host) {
	if !h.Hooks.Has("MessageWillBePosted") {
		return
	}
	post := &model.Post{
		UserId: host.BenchUserID, ChannelId: host.BenchChannelID, Message: s.message, CreateAt: time.Now().UnixMilli(),
	}
	after, rejected, err := h.Hooks.MessageWillBePosted(&plugin.Context{RequestId: "demo"}, post)
	switch {
	case err != nil:
		fmt.Printf("message    %q: the hook failed: %v\n", s.message, err)
	case rejected == plugin.DismissPost:
		fmt.Printf("message    %q was dropped\n", s.message)
	case rejected != "":
		fmt.Printf("message    %q was rejected: %s\n", s.message, rejected)
	case after.Message == s.message:
		fmt.Printf("message    %q passed unchanged\n", s.message)
	default:
		fmt.Printf("message    %q became %q\n", s.message, after.Message)
	}
}

// complain prints the warnings and errors that the plugin left in the log.
func (s *show) complain() {
	for _, entry := range s.log.Entries() {
		if entry.Level == "warn" || entry.Level == "error" || entry.Source == "stderr" {
			fmt.Printf("log        %s %s %v\n", entry.Level, entry.Message, entry.Fields)
		}
	}
}
