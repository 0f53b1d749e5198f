// Command gohost runs a Mattermost plugin as the server does and lets a test drive it: one JSON
// request a line on stdin, one JSON answer a line on stdout. See the README for the requests.
// `gohost demo --bundle X.tar.gz` shows a person what a plugin does.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "demo" {
		if err := demo(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "usage: gohost < requests > answers   or   gohost demo --bundle X.tar.gz")
		os.Exit(2)
	}
	requests, err := ownStdin()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	loop(requests, os.Stdout)
}

// ownStdin keeps the requests to this process: go-plugin hands os.Stdin to the plugin.
func ownStdin() (*os.File, error) {
	fd, err := syscall.Dup(0)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	os.Stdin = null
	return os.NewFile(uintptr(fd), "requests"), nil
}

type answers struct {
	mu  sync.Mutex
	out *json.Encoder
}

func (a *answers) write(answer map[string]any, err error) {
	if answer == nil {
		answer = make(map[string]any)
	}
	answer["ok"] = err == nil
	if err != nil {
		answer["error"] = err.Error()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.out.Encode(answer); err != nil {
		fmt.Fprintln(os.Stderr, "error: cannot answer:", err)
		os.Exit(1)
	}
}

func loop(in io.Reader, out io.Writer) {
	state := newState()
	answers := &answers{out: json.NewEncoder(out)}
	lines := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			answers.write(state.request(line))
		}
		if err != nil {
			state.stopQuietly()
			return
		}
	}
}
