package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.com/mmplugin/gohost/host"
)

// state is what requests share: one plugin at a time.
type state struct {
	log  *host.Log
	api  *host.API
	host *host.Host
	dir  string

	mu    sync.Mutex
	tasks map[int]chan result
	next  int
}

type result struct {
	answer map[string]any
	err    error
}

func newState() *state {
	return &state{log: new(host.Log), api: host.NewAPI(), tasks: make(map[int]chan result)}
}

type operation func(*state, []byte) (map[string]any, error)

var operations map[string]operation

func init() {
	operations = map[string]operation{
		"start": (*state).start, "activate": (*state).activate, "hook": (*state).hook,
		"http": (*state).http, "config": (*state).config, "ping": (*state).ping,
		"logs": (*state).logs, "api_calls": (*state).apiCalls, "api_fail": (*state).apiScript,
		"api_script": (*state).apiScript, "api_data": (*state).apiData, "put": (*state).put, "upload": (*state).upload,
		"kill": (*state).kill, "sigkill_host": (*state).sigkillHost,
		"concurrent_hooks": (*state).concurrentHooks, "concurrent_http": (*state).concurrentHTTP,
		"every_hook": (*state).everyHook, "serve": (*state).serve, "stats": (*state).stats, "wait": (*state).wait,
		"exited": (*state).exited, "close_api": (*state).closeAPI,
		"database": (*state).database, "close_driver": (*state).closeDriver,
	}
}

var errNotStarted = errors.New("no plugin is started")

func (s *state) request(line []byte) (map[string]any, error) {
	var head struct {
		Op    string `json:"op"`
		Async bool   `json:"async"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, fmt.Errorf("request is not a JSON object: %w", err)
	}
	run, ok := operations[head.Op]
	if !ok {
		return nil, fmt.Errorf("unknown op %q", head.Op)
	}
	switch head.Op {
	case "start", "logs", "api_calls", "api_fail", "api_script", "api_data", "put", "sigkill_host", "wait":
	default:
		if s.host == nil || s.host.Hooks == nil {
			return nil, errNotStarted
		}
	}
	if !head.Async {
		return run(s, line)
	}
	switch head.Op {
	case "start", "kill", "wait":
		return nil, fmt.Errorf("%s cannot be async", head.Op)
	}
	return s.spawn(run, line), nil
}

func (s *state) spawn(run operation, line []byte) map[string]any {
	done := make(chan result, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	s.tasks[s.next] = done
	// The task keeps its plugin though another request may stop it.
	frozen := &state{log: s.log, api: s.api, host: s.host}
	go func() {
		answer, err := run(frozen, line)
		done <- result{answer, err}
	}()
	return map[string]any{"task": s.next}
}

// wait gives the answer of an earlier request that was sent with "async": true.
func (s *state) wait(line []byte) (map[string]any, error) {
	request := struct {
		Task      int `json:"task"`
		TimeoutMS int `json:"timeout_ms"`
	}{TimeoutMS: 30_000}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	s.mu.Lock()
	done := s.tasks[request.Task]
	s.mu.Unlock()
	if done == nil {
		return nil, fmt.Errorf("no task %d", request.Task)
	}
	select {
	case r := <-done:
		s.mu.Lock()
		delete(s.tasks, request.Task)
		s.mu.Unlock()
		return r.answer, r.err
	case <-time.After(time.Duration(request.TimeoutMS) * time.Millisecond):
		return map[string]any{"timeout": true}, fmt.Errorf("task %d has not ended after %d ms", request.Task, request.TimeoutMS)
	}
}

type startRequest struct {
	Bundle string         `json:"bundle"`
	Dir    string         `json:"dir"`
	Exe    string         `json:"exe"`
	ID     string         `json:"id"`
	Mode   host.Mode      `json:"mode"`
	Config map[string]any `json:"config"`
	Probe  bool           `json:"probe"`
	// Database is what the driver leads to; empty is one in memory.
	Database string   `json:"database"`
	Env      []string `json:"env"`
	Echo     bool     `json:"echo"`
	Record   *bool    `json:"record"`
}

// start unpacks a bundle (or takes a folder, or a bare executable) and starts the plugin.
func (s *state) start(line []byte) (map[string]any, error) {
	var request startRequest
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	if s.host != nil {
		return nil, errors.New("a plugin is started already; kill it first")
	}
	if request.Echo {
		s.log.Echo(os.Stderr)
	}
	if request.Record != nil {
		s.api.Record(*request.Record)
	}
	answer := make(map[string]any)
	executable, err := s.find(request, answer)
	if err != nil {
		return nil, err
	}
	if request.Config != nil {
		s.api.SetConfiguration(request.Config)
	}
	started, err := host.Start(host.Options{
		Mode: request.Mode, Executable: executable, API: s.api, Log: s.log,
		Probe: request.Probe, Env: request.Env, Database: request.Database,
	})
	if err != nil {
		s.removeDir()
		return nil, err
	}
	s.host = started
	answer["implemented"] = started.Implemented
	answer["start_ms"] = float64(started.StartTime.Microseconds()) / 1000
	answer["pid"] = started.Pid()
	return answer, nil
}

func (s *state) find(request startRequest, answer map[string]any) (string, error) {
	if request.Exe != "" {
		s.api.PluginID = request.ID
		return request.Exe, nil
	}
	bundle, err := s.open(request)
	if err != nil {
		return "", err
	}
	s.api.UseManifest(bundle.Manifest)
	if s.api.BundlePath, err = filepath.Abs(bundle.Dir); err != nil {
		return "", err
	}
	answer["manifest"] = bundle.Manifest
	answer["dir"] = s.api.BundlePath
	return bundle.Executable()
}

func (s *state) open(request startRequest) (*host.Bundle, error) {
	if request.Bundle == "" {
		return host.Open(request.Dir)
	}
	dir, err := os.MkdirTemp("", "gohost")
	if err != nil {
		return nil, err
	}
	s.dir = dir
	return host.Unpack(request.Bundle, dir)
}

func (s *state) removeDir() {
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
		s.dir = ""
	}
}

func (s *state) stopQuietly() {
	if s.host != nil {
		s.host.Stop(false)
	}
	s.removeDir()
}
