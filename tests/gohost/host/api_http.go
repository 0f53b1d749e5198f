package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/plugin93"
)

// service is the API as servers of the host's generation have it.
func (s *apiServer) service() any {
	if s.hooks.host.mode == Mode93 {
		return &api93{s}
	}
	return &api11{s}
}

// api93 sends HTTP to other plugins with whole bodies only.
type api93 struct{ *apiServer }

func (s *api93) PluginHTTP(args *plugin93.Z_PluginHTTPArgs, returns *plugin.Z_PluginHTTPReturns) error {
	return s.buffered(args.Request, args.RequestBody, returns)
}

type api11 struct{ *apiServer }

func (s *api11) PluginHTTP(args *plugin.Z_PluginHTTPArgs, returns *plugin.Z_PluginHTTPReturns) error {
	return s.buffered(whole(args.Request, nil), args.RequestBody, returns)
}

func (s *apiServer) buffered(request *http.Request, body []byte, returns *plugin.Z_PluginHTTPReturns) error {
	var failed error
	args := map[string]any{"method": request.Method, "url": request.URL.String(), "length": len(body)}
	err := s.do("PluginHTTP", args, returns, func() {
		request.Body = io.NopCloser(bytes.NewReader(body))
		response := s.pluginHTTP(request)
		returns.ResponseBody, failed = io.ReadAll(response.Body)
		response.Body = nil
		returns.Response = response
	})
	return errors.Join(err, failed)
}

// PluginHTTPStream dials both of the plugin's ids, first of all and in this order. The response is
// pushed: nothing is read from its stream.
func (s *api11) PluginHTTPStream(args *plugin.Z_PluginHTTPStreamArgs, returns *plugin.Z_PluginHTTPStreamReturns) error {
	if script := s.api.takeScript("PluginHTTPStream"); script != nil && script.Kind == "missing" {
		return errors.New("rpc: can't find method Plugin.PluginHTTPStream")
	}
	out, err := s.hooks.broker.Dial(args.ResponseBodyStream)
	if err != nil {
		return fmt.Errorf("can't connect to remote response body stream: %w", err)
	}
	body := io.NopCloser(bytes.NewReader(nil))
	if args.RequestBodyStream != 0 {
		in, err := s.hooks.broker.Dial(args.RequestBodyStream)
		if err != nil {
			return fmt.Errorf("can't connect to remote request body stream: %w", err)
		}
		body = &pullReader{in}
	}
	return s.do("PluginHTTPStream", args, returns, func() {
		response := s.pluginHTTP(whole(args.Request, body))
		returns.StatusCode, returns.Header = response.StatusCode, response.Header
		go func() {
			_, err := io.Copy(out, response.Body)
			s.api.saw(func(seen *Streams) {
				seen.Pushed++
				if err != nil {
					seen.PushErrors = append(seen.PushErrors, err.Error())
				}
			})
			response.Body.Close()
			out.Close()
			body.Close()
		}()
	})
}

func whole(r *plugin.HTTPRequestSubset, body io.ReadCloser) *http.Request {
	return &http.Request{
		Method: r.Method, URL: r.URL, Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor,
		Header: r.Header, Host: r.Host, RemoteAddr: r.RemoteAddr, RequestURI: r.RequestURI, Body: body,
	}
}

// pluginHTTP finds the other plugin, which answers through a pipe: its response begins with its
// first write.
func (s *apiServer) pluginHTTP(r *http.Request) *http.Response {
	parts := strings.SplitN(r.URL.Path, "/", 3)
	if len(parts) != 3 {
		body := io.NopCloser(strings.NewReader("Not enough URL. Form of URL should be /<pluginid>/*"))
		return &http.Response{StatusCode: http.StatusBadRequest, Body: body}
	}
	r.URL = &url.URL{Path: "/" + parts[2], RawQuery: r.URL.Query().Encode()}
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Set("Mattermost-Plugin-ID", s.api.PluginID)
	reader, writer := io.Pipe()
	w := &pipeWriter{header: make(http.Header), pipe: writer, ready: make(chan struct{})}
	go func() {
		switch parts[1] {
		case s.api.PluginID:
			_ = s.hooks.ServeHTTP(new(plugin.Context), w, r)
		case "com.example.target":
			s.target(w, r)
		default:
			http.NotFound(w, r)
		}
		w.begin(http.StatusOK)
		writer.Close()
	}()
	<-w.ready
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: reader, ContentLength: -1,
	}
}

type pipeWriter struct {
	header, sent http.Header
	status       int
	pipe         *io.PipeWriter
	ready        chan struct{}
	once         sync.Once
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) begin(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.ready)
	})
}

func (w *pipeWriter) WriteHeader(status int) { w.begin(status) }

func (w *pipeWriter) Write(data []byte) (int, error) {
	w.begin(http.StatusOK)
	return w.pipe.Write(data)
}

func (w *pipeWriter) Flush() { w.begin(http.StatusOK) }

// target is another plugin, played by the host.
func (s *apiServer) target(w http.ResponseWriter, r *http.Request) {
	query := func(name string) int {
		n, _ := strconv.Atoi(r.URL.Query().Get(name))
		return n
	}
	var read int64
	var readErr, writeErr error
	switch r.URL.Path {
	case "/echo":
		w.WriteHeader(http.StatusCreated)
		buffer := make([]byte, 32<<10)
		for readErr == nil && writeErr == nil {
			var n int
			n, readErr = r.Body.Read(buffer)
			read += int64(n)
			if n > 0 {
				_, writeErr = w.Write(buffer[:n])
			}
		}
		if readErr == io.EOF {
			readErr = nil
		}
	case "/count":
		read, readErr = io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, read)
	case "/part":
		read, readErr = io.CopyN(io.Discard, r.Body, int64(query("n")))
		fmt.Fprint(w, "enough")
	case "/bytes":
		writeErr = writePattern(w, query("n"), query("said"))
	case "/request":
		_ = json.NewEncoder(w).Encode(map[string]any{
			"method": r.Method, "url": r.URL.String(), "header": r.Header, "host": r.Host, "proto": r.Proto,
		})
	default:
		http.NotFound(w, r)
	}
	s.api.saw(func(seen *Streams) {
		seen.Targets = append(seen.Targets, Target{r.URL.Path, read, text(readErr), text(writeErr)})
	})
}

func writePattern(w http.ResponseWriter, n, said int) error {
	if said > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(said))
	}
	piece := make([]byte, 251*256)
	for i := range piece {
		piece[i] = byte(i % 251)
	}
	for n > 0 {
		if n < len(piece) {
			piece = piece[:n]
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
		n -= len(piece)
	}
	return nil
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
