package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/hashicorp/yamux"
)

const (
	opEcho       = 'e' // sends everything back, ends when we end
	opSink       = 's' // reads everything; answers one byte after each sinkUnit
	opSource     = 'g' // reads a number, sends so many bytes of the pattern in 32 KiB writes, ends
	opDrop       = 'd' // drops the stream at once
	opUnread     = 'u' // drops it although 4 KiB are unread
	opHold       = 'h' // never reads again
	opUntilReset = 'r' // writes until that fails
	opOpen       = 'o' // reads a number, opens so many streams to us, echoes on each; then answers one byte
	opAway       = 'w' // sends GoAway, answers one byte, echoes
)

const sinkUnit = 64 << 20

// complaints collects what yamux logs; a well-behaved peer leaves it empty.
var complaints safeBuffer

type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func readNumber(r io.Reader) (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

func writeNumber(w io.Writer, n uint64) error {
	_, err := w.Write(binary.BigEndian.AppendUint64(nil, n))
	return err
}

func open(session *yamux.Session, op byte) (net.Conn, error) {
	stream, err := session.Open()
	if err != nil {
		return nil, err
	}
	_, err = stream.Write([]byte{op})
	return stream, err
}

func pattern(n int, seed byte) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i%251) ^ seed
	}
	return data
}

// exchange writes data in one call while reading the same number of bytes back, and compares.
func exchange(stream io.ReadWriter, data []byte) error {
	sent := make(chan error, 1)
	go func() {
		_, err := stream.Write(data)
		sent <- err
	}()
	back := make([]byte, len(data))
	if _, err := io.ReadFull(stream, back); err != nil {
		return fmt.Errorf("reading the echo: %w", err)
	}
	if !bytes.Equal(back, data) {
		return errors.New("the echo differs")
	}
	return <-sent
}

func expectEOF(stream io.Reader) error {
	n, err := stream.Read(make([]byte, 1))
	if n != 0 || err != io.EOF {
		return fmt.Errorf("expected the end, got %d bytes, %v", n, err)
	}
	return nil
}

// parallel runs n of them and returns the first error.
func parallel(n int, run func(i int) error) error {
	errs := make(chan error, n)
	for i := 0; i < n; i++ {
		go func() { errs <- run(i) }()
	}
	for i := 0; i < n; i++ {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}
