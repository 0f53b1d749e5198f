package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"example.com/mmplugin/gohost/host"
	"example.com/mmplugin/gohost/model"
)

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func milliseconds(since time.Time) float64 {
	return float64(time.Since(since).Microseconds()) / 1000
}

// activate calls OnActivate; "plugin_error" is what it returned.
func (s *state) activate([]byte) (map[string]any, error) {
	begin := time.Now()
	err := s.host.Hooks.OnActivate()
	return map[string]any{"plugin_error": text(err), "ms": milliseconds(begin)}, nil
}

// config stores a new configuration and tells the plugin.
func (s *state) config(line []byte) (map[string]any, error) {
	var request struct {
		Config map[string]any `json:"config"`
		Quiet  bool           `json:"quiet"`
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	s.api.SetConfiguration(request.Config)
	if request.Quiet {
		return nil, nil
	}
	return map[string]any{"plugin_error": text(s.host.Hooks.OnConfigurationChange())}, nil
}

func (s *state) ping([]byte) (map[string]any, error) {
	begin := time.Now()
	err := s.host.Ping()
	return map[string]any{"ms": milliseconds(begin)}, err
}

func (s *state) logs(line []byte) (map[string]any, error) {
	var request struct {
		Clear  bool   `json:"clear"`
		Source string `json:"source"`
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	entries := make([]host.Entry, 0)
	for _, entry := range s.log.Entries() {
		if request.Source == "" || request.Source == entry.Source {
			entries = append(entries, entry)
		}
	}
	if request.Clear {
		s.log.Clear()
	}
	return map[string]any{"logs": entries}, nil
}

func (s *state) apiCalls(line []byte) (map[string]any, error) {
	var request struct {
		Clear  bool   `json:"clear"`
		Method string `json:"method"`
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	calls := make([]host.Call, 0)
	for _, call := range s.api.Calls() {
		if request.Method == "" || request.Method == call.Method {
			calls = append(calls, call)
		}
	}
	if request.Clear {
		s.api.ClearCalls()
	}
	return map[string]any{"calls": calls}, nil
}

// apiScript changes what one API method does; "kind": "" or absent brings it back.
func (s *state) apiScript(line []byte) (map[string]any, error) {
	var request struct {
		Method string `json:"method"`
		host.Script
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	if request.Method == "" {
		return nil, errors.New("method is missing")
	}
	if request.Kind == "" {
		s.api.SetScript(request.Method, nil)
		return nil, nil
	}
	if request.Kind == "app_error" && request.AppError == nil {
		request.AppError = &model.AppError{
			Id: "test.app_error", Message: "scripted", StatusCode: 400, Where: request.Method,
		}
	}
	s.api.SetScript(request.Method, &request.Script)
	return nil, nil
}

// apiData shows what the API holds.
func (s *state) apiData([]byte) (map[string]any, error) {
	kv := make(map[string]any)
	for key, value := range s.api.KV() {
		kv[key] = value
	}
	return map[string]any{"kv_base64": kv, "commands": s.api.Commands(), "streams": s.api.Streams()}, nil
}

// put adds records to the API.
func (s *state) put(line []byte) (map[string]any, error) {
	var request struct {
		User    *model.User    `json:"user"`
		Channel *model.Channel `json:"channel"`
		Team    *model.Team    `json:"team"`
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	if request.User != nil {
		s.api.PutUser(request.User)
	}
	if request.Channel != nil {
		s.api.PutChannel(request.Channel)
	}
	if request.Team != nil {
		s.api.PutTeam(request.Team)
	}
	return nil, nil
}

// kill is a normal stop: OnDeactivate unless "deactivate" is false, then Quit.
func (s *state) kill(line []byte) (map[string]any, error) {
	request := struct {
		Deactivate bool `json:"deactivate"`
	}{true}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	stopped := s.host.Stop(request.Deactivate)
	s.host = nil
	s.removeDir()
	return map[string]any{"stopped": stopped}, nil
}

// sigkillHost ends this process as a killed server does: no answer, no clean-up.
func (s *state) sigkillHost([]byte) (map[string]any, error) {
	return nil, syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func (s *state) exited([]byte) (map[string]any, error) {
	return map[string]any{"exited": s.host.Exited()}, nil
}

func (s *state) closeAPI([]byte) (map[string]any, error) {
	return nil, s.host.Hooks.CloseAPI()
}

func (s *state) closeDriver([]byte) (map[string]any, error) {
	return nil, s.host.Hooks.CloseDriver()
}

// database tells what is open there, and what would have harmed a server.
func (s *state) database([]byte) (map[string]any, error) {
	return map[string]any{"database": s.host.Driver.State()}, nil
}

// stats tells what the plugin's process uses.
func (s *state) stats([]byte) (map[string]any, error) {
	usage, err := host.ReadUsage(s.host.Pid())
	if err != nil {
		return nil, err
	}
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.host.Pid()))
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"rss_kib": usage.RSSKiB, "peak_rss_kib": usage.PeakKiB, "cpu_ns": usage.CPU.Nanoseconds(),
		"threads": usage.Threads, "fds": len(fds),
	}, nil
}
