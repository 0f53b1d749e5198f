package main

import (
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"example.com/mmplugin/gohost/host"
	"example.com/mmplugin/gohost/plugin"
)

// subject is one of the two plugins.
type subject struct {
	label, path, executable, dir string
	bundle                       *host.Bundle
	host                         *host.Host
}

// description of a subject, for the report.
type description struct {
	Path            string `json:"path"`
	ExecutableBytes int64  `json:"executable_bytes"`
	BundleBytes     int64  `json:"bundle_bytes,omitempty"`
}

func open(label, path string) (*subject, error) {
	s := &subject{label: label, path: path, executable: path}
	if !strings.HasSuffix(path, ".tar.gz") {
		return s, nil
	}
	var err error
	if s.dir, err = os.MkdirTemp("", "hookbench"); err != nil {
		return nil, err
	}
	if s.bundle, err = host.Unpack(path, s.dir); err != nil {
		return nil, err
	}
	s.executable, err = s.bundle.Executable()
	return s, err
}

func (s *subject) describe() description {
	d := description{Path: s.path}
	if info, err := os.Stat(s.executable); err == nil {
		d.ExecutableBytes = info.Size()
	}
	if info, err := os.Stat(s.path); err == nil && s.bundle != nil {
		d.BundleBytes = info.Size()
	}
	return d
}

func (s *subject) close() {
	s.stop()
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

func (s *subject) stop() {
	if s.host != nil {
		s.host.Stop(true)
		s.host = nil
	}
}

// start is what the server's Activate does: checksums, process, handshake, hooks, OnActivate.
func (s *subject) start() (time.Duration, error) {
	api := host.NewAPI()
	api.Record(false)
	api.SetConfiguration(map[string]any{"word": "bench"})
	if s.bundle != nil {
		api.UseManifest(s.bundle.Manifest)
	}
	begin := time.Now()
	started, err := host.Start(host.Options{Executable: s.executable, API: api})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", s.path, err)
	}
	s.host = started
	if err := started.Hooks.OnActivate(); err != nil {
		return 0, fmt.Errorf("%s: OnActivate: %w", s.path, err)
	}
	return time.Since(begin), nil
}

// cpu is what the plugin has used so far.
func (s *subject) cpu() (time.Duration, error) {
	usage, err := host.ReadUsage(s.host.Pid())
	return usage.CPU, err
}

func (s *subject) rssMiB() (float64, error) {
	usage, err := host.ReadUsage(s.host.Pid())
	return float64(usage.RSSKiB) / 1024, err
}

// request goes straight into the ServeHTTP hook; the answer is kept only if wanted.
func (s *subject) request(method, path string, body io.Reader, keep bool) (*host.Recorder, error) {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) hookbench")
	r.Header.Set("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")
	r.Header.Set("Mattermost-User-Id", host.BenchUserID)
	recorder := host.NewRecorder()
	recorder.Keep = keep
	if err := s.host.Hooks.ServeHTTP(&plugin.Context{RequestId: "bench"}, recorder, r); err != nil {
		return nil, fmt.Errorf("%s: %s %s: %w", s.path, method, path, err)
	}
	if status, _ := recorder.Result(); status != 200 {
		return nil, fmt.Errorf("%s: %s %s: status %d %s", s.path, method, path, status, recorder.Body)
	}
	return recorder, nil
}

var errShort = errors.New("wrong length")
