package host

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/plugin93"
)

// ServeHTTP hands a request to the plugin: the response writer is served on one new broker id,
// the body on another.
func (h *Hooks) ServeHTTP(c *plugin.Context, w http.ResponseWriter, r *http.Request) error {
	return h.serveRequest("ServeHTTP", c, w, r)
}

// ServeMetrics does the same with a request for the plugin's metrics.
func (h *Hooks) ServeMetrics(c *plugin.Context, w http.ResponseWriter, r *http.Request) error {
	return h.serveRequest("ServeMetrics", c, w, r)
}

func (h *Hooks) serveRequest(hook string, c *plugin.Context, w http.ResponseWriter, r *http.Request) error {
	if !h.has[hook] {
		http.NotFound(w, r)
		return nil
	}
	writer := h.broker.NextId()
	go func() {
		conn, err := h.broker.Accept(writer)
		if err != nil {
			h.failed(hook+" response stream", err)
			return
		}
		defer conn.Close()
		serve(h.writerService(w), conn)
	}()
	var body uint32
	if r.Body != nil {
		body = h.broker.NextId()
		go func() {
			conn, err := h.broker.Accept(body)
			if err != nil {
				h.failed(hook+" request body stream", err)
				return
			}
			defer conn.Close()
			serveReader(r.Body, conn)
		}()
	}
	err := h.Call(hook, h.httpArgs(writer, body, c, r), nil)
	if err != nil {
		h.failed(hook, err)
		http.Error(w, "500 internal server error", http.StatusInternalServerError)
	}
	return err
}

func (h *Hooks) httpArgs(writer, body uint32, c *plugin.Context, r *http.Request) any {
	if h.host.mode == Mode93 {
		whole := &http.Request{
			Method: r.Method, URL: r.URL, Proto: r.Proto, ProtoMajor: r.ProtoMajor,
			ProtoMinor: r.ProtoMinor, Header: r.Header, Host: r.Host, RemoteAddr: r.RemoteAddr,
			RequestURI: r.RequestURI,
		}
		return plugin93.Z_ServeHTTPArgs{
			ResponseWriterStream: writer, Request: whole, Context: c, RequestBodyStream: body,
		}
	}
	subset := &plugin.HTTPRequestSubset{
		Method: r.Method, URL: r.URL, Proto: r.Proto, ProtoMajor: r.ProtoMajor,
		ProtoMinor: r.ProtoMinor, Header: r.Header, Host: r.Host, RemoteAddr: r.RemoteAddr,
		RequestURI: r.RequestURI,
	}
	return plugin.Z_ServeHTTPArgs{
		ResponseWriterStream: writer, Request: subset, Context: c, RequestBodyStream: body,
	}
}

// serveReader answers the pull protocol: a signed varint asks for that many bytes; the end of
// the body is the end of the stream.
func serveReader(r io.Reader, conn io.ReadWriter) {
	requests := bufio.NewReader(conn)
	for {
		wanted, err := binary.ReadVarint(requests)
		if err != nil {
			return
		}
		if sent, err := io.CopyN(conn, r, wanted); err != nil || sent < wanted {
			return
		}
	}
}

func (h *Hooks) writerService(w http.ResponseWriter) any {
	base := &responseWriter{w: w}
	if h.host.mode == Mode93 {
		return base
	}
	return &flushingWriter{base}
}

// responseWriter is the net/rpc service that a plugin writes its response to.
type responseWriter struct {
	w  http.ResponseWriter
	mu sync.Mutex
	// conn and buffer are set once the plugin has taken over the connection.
	conn   net.Conn
	buffer *bufio.ReadWriter
}

func (s *responseWriter) Header(_ struct{}, reply *http.Header) error {
	*reply = s.w.Header()
	return nil
}

func (s *responseWriter) SyncHeader(header http.Header, _ *struct{}) error {
	current := s.w.Header()
	for name := range current {
		if _, ok := header[name]; !ok {
			delete(current, name)
		}
	}
	for name, values := range header {
		current[name] = values
	}
	return nil
}

func (s *responseWriter) WriteHeader(status int, _ *struct{}) error {
	if status < 100 || status > 999 {
		return fmt.Errorf("invalid WriteHeader code %d", status)
	}
	s.w.WriteHeader(status)
	return nil
}

func (s *responseWriter) Write(data []byte, _ *struct{}) error {
	_, err := s.w.Write(data)
	return err
}

// flushingWriter adds what newer servers have.
type flushingWriter struct{ *responseWriter }

func (s *flushingWriter) Flush(_ struct{}, _ *struct{}) error {
	if flusher, ok := s.w.(http.Flusher); ok {
		flusher.Flush()
	}
	return nil
}

func (s *responseWriter) HijackResponse(_ struct{}, _ *struct{}) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		return errors.New("response already hijacked")
	}
	hijacker, ok := s.w.(http.Hijacker)
	if !ok {
		return errors.New("response is not hijackable")
	}
	conn, buffer, err := hijacker.Hijack()
	if err != nil {
		return err
	}
	s.conn, s.buffer = conn, buffer
	return nil
}

func (s *responseWriter) taken() (net.Conn, *bufio.ReadWriter, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return nil, nil, errors.New("response was not hijacked")
	}
	return s.conn, s.buffer, nil
}

func (s *responseWriter) HjConnRead(size int, reply *[]byte) error {
	conn, _, err := s.taken()
	if err != nil {
		return err
	}
	return readInto(conn, size, reply)
}

func (s *responseWriter) HjConnRWRead(buffer []byte, reply *[]byte) error {
	_, rw, err := s.taken()
	if err != nil {
		return err
	}
	return readInto(rw, len(buffer), reply)
}

func readInto(r io.Reader, size int, reply *[]byte) error {
	data := make([]byte, size)
	n, err := r.Read(data)
	if err != nil {
		return err
	}
	*reply = data[:n]
	return nil
}

func (s *responseWriter) HjConnWrite(data []byte, reply *int) error {
	conn, _, err := s.taken()
	if err != nil {
		return err
	}
	*reply, err = conn.Write(data)
	return err
}

func (s *responseWriter) HjConnRWWrite(data []byte, reply *int) error {
	_, rw, err := s.taken()
	if err != nil {
		return err
	}
	*reply, err = rw.Write(data)
	return err
}

func (s *responseWriter) HjConnClose(_ struct{}, _ *struct{}) error {
	conn, _, err := s.taken()
	if err != nil {
		return err
	}
	return conn.Close()
}

func (s *responseWriter) HjConnSetDeadline(t time.Time, _ *struct{}) error {
	conn, _, err := s.taken()
	if err != nil {
		return err
	}
	return conn.SetDeadline(t)
}

func (s *responseWriter) HjConnSetReadDeadline(t time.Time, _ *struct{}) error {
	conn, _, err := s.taken()
	if err != nil {
		return err
	}
	return conn.SetReadDeadline(t)
}

func (s *responseWriter) HjConnSetWriteDeadline(t time.Time, _ *struct{}) error {
	conn, _, err := s.taken()
	if err != nil {
		return err
	}
	return conn.SetWriteDeadline(t)
}
