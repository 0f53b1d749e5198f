// Command gobpeer times Go's encoding/gob for benchmarks that do the same in another language: one
// request a line on stdin, one JSON answer a line on stdout.
//
//	bytes NAME      {"first":hex,"next":hex}: the first messages of a fresh stream (definitions
//	                and value) and the value again as the warm stream writes it
//	encode NAME N   {"ns":…,"bytes":…}: N values on a warm stream, nanoseconds and bytes of one
//	decode NAME N   {"ns":…}: the same, read into a fresh value each time, as net/rpc does
//
// NAME is post, user, config or users (a hundred).
package main

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		answer, err := answer(strings.Fields(lines.Text()))
		if err != nil {
			answer = map[string]any{"error": err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			os.Exit(1)
		}
	}
}

func answer(words []string) (map[string]any, error) {
	if len(words) < 2 {
		return nil, fmt.Errorf("want: bytes NAME, encode NAME N or decode NAME N")
	}
	value, ok := values()[words[1]]
	if !ok {
		return nil, fmt.Errorf("no value is named %q", words[1])
	}
	if words[0] == "bytes" {
		first, next, err := stream(value)
		return map[string]any{"first": hex.EncodeToString(first), "next": hex.EncodeToString(next)}, err
	}
	n := 1000
	if len(words) > 2 {
		var err error
		if n, err = strconv.Atoi(words[2]); err != nil {
			return nil, err
		}
	}
	switch words[0] {
	case "encode":
		return encode(value, n)
	case "decode":
		return decode(value, n)
	}
	return nil, fmt.Errorf("unknown request %q", words[0])
}

// stream is what a fresh encoder writes for a value, and then for the same again.
func stream(value any) (first, next []byte, err error) {
	var out bytes.Buffer
	encoder := gob.NewEncoder(&out)
	if err := encoder.Encode(value); err != nil {
		return nil, nil, err
	}
	first = bytes.Clone(out.Bytes())
	out.Reset()
	err = encoder.Encode(value)
	return first, out.Bytes(), err
}

type counter struct{ bytes int }

func (c *counter) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}

func encode(value any, n int) (map[string]any, error) {
	out := new(counter)
	encoder := gob.NewEncoder(out)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	out.bytes = 0
	begin := time.Now()
	for range n {
		if err := encoder.Encode(value); err != nil {
			return nil, err
		}
	}
	took := time.Since(begin)
	return map[string]any{"ns": took.Nanoseconds() / int64(n), "bytes": out.bytes / n}, nil
}

// repeated gives the first bytes once and then the next ones for ever.
type repeated struct {
	now  []byte
	next []byte
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.now) == 0 {
		r.now = r.next
	}
	n := copy(p, r.now)
	r.now = r.now[n:]
	return n, nil
}

func decode(value any, n int) (map[string]any, error) {
	first, next, err := stream(value)
	if err != nil {
		return nil, err
	}
	var in io.Reader = bufio.NewReader(&repeated{first, next})
	decoder := gob.NewDecoder(in)
	fresh := reflect.TypeOf(value).Elem()
	if err := decoder.DecodeValue(reflect.New(fresh)); err != nil {
		return nil, err
	}
	begin := time.Now()
	for range n {
		if err := decoder.DecodeValue(reflect.New(fresh)); err != nil {
			return nil, err
		}
	}
	took := time.Since(begin)
	return map[string]any{"ns": took.Nanoseconds() / int64(n), "bytes": len(next)}, nil
}
