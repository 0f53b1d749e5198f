package sdk

import (
	"bytes"
	"encoding/binary"
	"io"
	"log"
	"net/http"
	"net/rpc"

	"example.com/mmplugin/gohost/plugin"
)

func (s *hooksServer) ServeHTTP(args *plugin.Z_ServeHTTPArgs, _ *struct{}) error {
	conn, err := s.broker.Dial(args.ResponseWriterStream)
	if err != nil {
		return err
	}
	w := &responseWriter{client: rpc.NewClient(conn)}
	defer w.client.Close()

	r := &http.Request{
		Method: args.Request.Method, URL: args.Request.URL, Proto: args.Request.Proto,
		ProtoMajor: args.Request.ProtoMajor, ProtoMinor: args.Request.ProtoMinor,
		Header: args.Request.Header, Host: args.Request.Host, RemoteAddr: args.Request.RemoteAddr,
		RequestURI: args.Request.RequestURI,
	}
	if args.RequestBodyStream != 0 {
		body, err := s.broker.Dial(args.RequestBodyStream)
		if err != nil {
			return err
		}
		r.Body = &pullReader{body}
	} else {
		r.Body = io.NopCloser(&bytes.Buffer{})
	}
	defer r.Body.Close()
	s.impl.ServeHTTP(args.Context, w, r)
	return nil
}

// pullReader asks for each read with a varint.
type pullReader struct{ io.ReadWriteCloser }

func (p *pullReader) Read(data []byte) (int, error) {
	var wanted [binary.MaxVarintLen64]byte
	n := binary.PutVarint(wanted[:], int64(len(data)))
	if _, err := p.ReadWriteCloser.Write(wanted[:n]); err != nil {
		return 0, err
	}
	return p.ReadWriteCloser.Read(data)
}

// responseWriter sends the header before every write, as it may have changed.
type responseWriter struct {
	client *rpc.Client
	header http.Header
}

func (w *responseWriter) Header() http.Header {
	if w.header == nil {
		if err := w.client.Call("Plugin.Header", struct{}{}, &w.header); err != nil {
			log.Printf("RPC call to Header failed: %v", err)
		}
		if w.header == nil {
			w.header = make(http.Header)
		}
	}
	return w.header
}

func (w *responseWriter) Write(data []byte) (int, error) {
	if err := w.client.Call("Plugin.SyncHeader", w.header, nil); err != nil {
		return 0, err
	}
	if err := w.client.Call("Plugin.Write", data, nil); err != nil {
		return 0, err
	}
	return len(data), nil
}

func (w *responseWriter) WriteHeader(status int) {
	if err := w.client.Call("Plugin.SyncHeader", w.header, nil); err != nil {
		return
	}
	if err := w.client.Call("Plugin.WriteHeader", status, nil); err != nil {
		log.Printf("RPC call to WriteHeader failed: %v", err)
	}
}
