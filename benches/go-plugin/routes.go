package main

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

const (
	piece   = 32 << 10
	modulus = 251
)

func (b *bench) makeRoutes() {
	b.routes = map[string]func(http.ResponseWriter, *http.Request){
		"/hello": hello, "/echoheaders": echoHeaders, "/status": status, "/bytes": bytes, "/sink": sink,
		"/bench/sleep": sleep, "/bench/exit": exit, "/bench/print": print,
		"/bench/panic": func(http.ResponseWriter, *http.Request) { panic("bench panic") },
	}
	for path, call := range b.counted() {
		b.routes[path] = func(w http.ResponseWriter, r *http.Request) { count(w, r, call) }
	}
}

func number(r *http.Request, name string, otherwise int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil {
		return n
	}
	return otherwise
}

func answerJSON(w http.ResponseWriter, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text)
}

func hello(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, "Hello, world!")
}

func echoHeaders(w http.ResponseWriter, r *http.Request) {
	answerJSON(w, map[string]any{
		"method": r.Method, "path": r.URL.Path, "query": r.URL.RawQuery, "host": r.Host,
		"header": r.Header, "user_id": r.Header.Get("Mattermost-User-Id"),
	})
}

func status(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(number(r, "code", http.StatusOK))
}

func bytes(w http.ResponseWriter, r *http.Request) {
	total, chunk := number(r, "n", 0), max(number(r, "chunk", piece), 1)
	w.Header().Set("Content-Type", "application/octet-stream")
	// Any piece of the body is a part of this: byte i is i mod 251.
	pattern := make([]byte, chunk+modulus)
	for i := range pattern {
		pattern[i] = byte(i % modulus)
	}
	for done := 0; done < total; {
		now := pattern[done%modulus:][:min(chunk, total-done)]
		if _, err := w.Write(now); err != nil {
			return
		}
		done += len(now)
	}
}

func sink(w http.ResponseWriter, r *http.Request) {
	check := r.URL.Query().Get("check") == "1"
	buffer := make([]byte, piece)
	total, sum := 0, uint32(0)
	for {
		n, err := r.Body.Read(buffer)
		total += n
		if check {
			sum = crc32.Update(sum, crc32.IEEETable, buffer[:n])
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	answer := map[string]any{"bytes": total, "ok": true}
	if check {
		answer["crc32"] = sum
	}
	answerJSON(w, answer)
}

func sleep(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Duration(number(r, "ms", 0)) * time.Millisecond)
	_, _ = io.WriteString(w, "slept")
}

func exit(_ http.ResponseWriter, r *http.Request) { os.Exit(number(r, "code", 0)) }

func print(w http.ResponseWriter, r *http.Request) {
	text := r.URL.Query().Get("text") + "\n"
	switch r.URL.Query().Get("to") {
	case "stdout":
		fmt.Fprint(os.Stdout, text)
	case "stderr":
		fmt.Fprint(os.Stderr, text)
	case "fd1":
		_, _ = syscall.Write(1, []byte(text))
	case "fd2":
		_, _ = syscall.Write(2, []byte(text))
	}
	_, _ = io.WriteString(w, "printed")
}
