package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"time"
	"unicode/utf8"

	"example.com/mmplugin/gohost/host"
	"example.com/mmplugin/gohost/plugin"
)

// httpRequest is one request for the plugin, by default handed straight to its ServeHTTP hook;
// with Via "server" it goes through a real HTTP server and client.
type httpRequest struct {
	Via     string              `json:"via"`
	Metrics bool                `json:"metrics"` // for the hook ServeMetrics
	Method  string              `json:"method"`
	Path    string              `json:"path"`
	Headers map[string][]string `json:"headers"`
	User    string              `json:"user"`
	Context *plugin.Context     `json:"context"`

	// One of these is the body; Size makes bytes i mod 251.
	Body   *string `json:"body"`
	Base64 []byte  `json:"body_base64"`
	Size   int     `json:"body_size"`
	// Chunk and ChunkDelayMS cut the body; FailAfter breaks it off with an error.
	Chunk        int  `json:"body_chunk"`
	ChunkDelayMS int  `json:"body_chunk_delay_ms"`
	FailAfter    *int `json:"body_fail_after"`
	// NoBody gives the plugin no body stream at all.
	NoBody bool `json:"no_body"`

	// Preset are headers that the writer has before the plugin sees it.
	Preset map[string][]string `json:"preset_headers"`
	// DelayMS slows each write (or read by the client), AbortAfter loses the client.
	DelayMS    int  `json:"write_delay_ms"`
	AbortAfter *int `json:"abort_after"`
	// Discard keeps only the length of the response's body, as a server does that passes it on.
	Discard bool `json:"discard"`
	// Events asks for the list of writer calls.
	Events bool `json:"events"`
	// N is for concurrent_http.
	N int `json:"n"`
}

var errBodyFailed = errors.New("the request body broke off")

// piecewise is a body that comes in pieces and may break off.
type piecewise struct {
	rest      io.Reader
	chunk     int
	delay     time.Duration
	failAfter int
}

func (p *piecewise) Read(data []byte) (int, error) {
	if p.failAfter == 0 {
		return 0, errBodyFailed
	}
	time.Sleep(p.delay)
	if p.chunk > 0 && len(data) > p.chunk {
		data = data[:p.chunk]
	}
	if p.failAfter > 0 && len(data) > p.failAfter {
		data = data[:p.failAfter]
	}
	n, err := p.rest.Read(data)
	if p.failAfter > 0 {
		p.failAfter -= n
	}
	return n, err
}

func (r *httpRequest) content() []byte {
	switch {
	case r.Body != nil:
		return []byte(*r.Body)
	case r.Base64 != nil:
		return r.Base64
	}
	data := make([]byte, r.Size)
	for i := range data {
		data[i] = byte(i % 251)
	}
	return data
}

func (r *httpRequest) body() io.Reader {
	p := &piecewise{
		rest: bytes.NewReader(r.content()), chunk: r.Chunk,
		delay: time.Duration(r.ChunkDelayMS) * time.Millisecond, failAfter: -1,
	}
	if r.FailAfter != nil {
		p.failAfter = *r.FailAfter
	}
	return p
}

func parseHTTP(line []byte) (*httpRequest, error) {
	request := &httpRequest{Method: http.MethodGet, Path: "/"}
	return request, json.Unmarshal(line, request)
}

func (s *state) http(line []byte) (map[string]any, error) {
	request, err := parseHTTP(line)
	if err != nil {
		return nil, err
	}
	if request.Via == "server" {
		return s.throughServer(request)
	}
	return s.direct(request)
}

func (s *state) direct(request *httpRequest) (map[string]any, error) {
	r := httptest.NewRequest(request.Method, request.Path, request.body())
	r.RequestURI = "/plugins/" + s.api.PluginID + r.RequestURI
	for name, values := range request.Headers {
		r.Header[name] = values
	}
	if request.User != "" {
		r.Header.Set("Mattermost-User-Id", request.User)
	}
	if request.NoBody {
		r.Body = nil
	}
	recorder := host.NewRecorder()
	for name, values := range request.Preset {
		recorder.Header()[name] = values
	}
	recorder.Keep = !request.Discard
	recorder.Delay = time.Duration(request.DelayMS) * time.Millisecond
	if request.AbortAfter != nil {
		recorder.AbortAfter = *request.AbortAfter
	}
	context := request.Context
	if context == nil {
		context = &plugin.Context{RequestId: "request", SessionId: "session"}
	}
	begin := time.Now()
	serve := s.host.Hooks.ServeHTTP
	if request.Metrics {
		serve = s.host.Hooks.ServeMetrics
	}
	failed := serve(context, recorder, r)
	took := milliseconds(begin)
	status, header := recorder.Result()
	answer := response(status, header, recorder.Body)
	answer["body_len"] = recorder.Length
	answer["rpc_error"] = text(failed)
	answer["ms"] = took
	if request.Events {
		answer["events"] = recorder.Events
	}
	return answer, nil
}

const maxShownBody = 1 << 20

// response shows a body as text or base64, and a long one only by length and checksum.
func response(status int, header http.Header, body []byte) map[string]any {
	answer := map[string]any{
		"status": status, "headers": header, "body_len": len(body), "body_crc32": crc32.ChecksumIEEE(body),
	}
	if len(body) <= maxShownBody {
		if utf8.Valid(body) {
			answer["body"] = string(body)
		} else {
			answer["body_base64"] = base64.StdEncoding.EncodeToString(body)
		}
	}
	return answer
}

// listen opens a server on a free local port that leads to the plugin as /plugins/<id>/….
func (s *state) listen() (net.Listener, *http.Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	front := &host.Front{Host: s.host, Sessions: map[string]string{sessionToken: host.BenchUserID}}
	server := &http.Server{Handler: front}
	go func() { _ = server.Serve(listener) }()
	return listener, server, nil
}

// sessionToken is the one valid session of every server that this command opens.
const sessionToken = "session-token"

// serve leaves the server open for the test's own client.
func (s *state) serve([]byte) (map[string]any, error) {
	listener, _, err := s.listen()
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	return map[string]any{
		"address": address, "url": "http://" + address + "/plugins/" + s.api.PluginID,
		"session_token": sessionToken, "session_user": host.BenchUserID,
	}, nil
}

func (s *state) throughServer(request *httpRequest) (map[string]any, error) {
	listener, server, err := s.listen()
	if err != nil {
		return nil, err
	}
	defer server.Close()
	target := "http://" + listener.Addr().String() + "/plugins/" + s.api.PluginID + request.Path
	body := request.body()
	if request.NoBody {
		body = nil
	}
	r, err := http.NewRequest(request.Method, target, body)
	if err != nil {
		return nil, err
	}
	for name, values := range request.Headers {
		r.Header[name] = values
	}
	begin := time.Now()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	received, readError := request.receive(got.Body)
	answer := response(got.StatusCode, got.Header, received)
	answer["ms"] = milliseconds(begin)
	answer["read_error"] = text(readError)
	return answer, nil
}

// receive reads the answer, slowly and only in part if asked to.
func (r *httpRequest) receive(body io.Reader) ([]byte, error) {
	var all []byte
	piece := make([]byte, 32<<10)
	for {
		n, err := body.Read(piece)
		all = append(all, piece[:n]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if r.AbortAfter != nil && len(all) >= *r.AbortAfter {
			return all, nil
		}
		time.Sleep(time.Duration(r.DelayMS) * time.Millisecond)
	}
}

// concurrentHTTP sends the same request n times at once, straight to the hook.
func (s *state) concurrentHTTP(line []byte) (map[string]any, error) {
	request, err := parseHTTP(line)
	if err != nil {
		return nil, err
	}
	if request.N == 0 {
		request.N = 256
	}
	answers := make([]map[string]any, request.N)
	times, err := together(request.N, func(i int) (err error) {
		answers[i], err = s.direct(request)
		return err
	})
	if err != nil {
		return nil, err
	}
	statuses := make(map[int]int)
	bodies := make(map[uint32]int)
	var errors []string
	for _, answer := range answers {
		statuses[answer["status"].(int)]++
		bodies[answer["body_crc32"].(uint32)]++
		if text := answer["rpc_error"].(string); text != "" {
			errors = append(errors, text)
		}
	}
	answer := summary(times)
	answer["statuses"] = statuses
	answer["body_crc32s"] = bodies
	answer["rpc_errors"] = errors
	return answer, nil
}
