// Command yamuxpeer is the Go side of the yamux tests and benchmarks: hashicorp/yamux over a unix socket.
//
//	yamuxpeer check SOCKET SCENARIO   dial, act as the Mattermost server would, verify
//	yamuxpeer bench SOCKET PID [STEP] dial, measure, print one JSON line
//	yamuxpeer serve SOCKET            listen and serve one connection (the Go side of a Go-Go measurement)
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/yamux"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: yamuxpeer check|bench|serve SOCKET [SCENARIO|PID [STEP]]")
	}
	var err error
	switch os.Args[1] {
	case "check":
		err = check(os.Args[2], os.Args[3])
	case "bench":
		err = bench(os.Args[2], os.Args[3], strings.Join(os.Args[4:], ""))
	case "serve":
		err = serve(os.Args[2])
	default:
		err = fmt.Errorf("unknown command %q", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		os.Exit(1)
	}
}

func config() *yamux.Config {
	c := yamux.DefaultConfig()
	c.LogOutput = &complaints
	return c
}

func dial(socket string, c *yamux.Config) (*yamux.Session, error) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	return yamux.Client(conn, c)
}

func check(socket, name string) error {
	scenario, ok := scenarios[name]
	if !ok {
		return fmt.Errorf("unknown scenario %q", name)
	}
	c := config()
	if scenario.configure != nil {
		scenario.configure(c)
	}
	session, err := dial(socket, c)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := within(60*time.Second, func() error { return scenario.run(session) }); err != nil {
		return fmt.Errorf("%w (yamux said: %q)", err, complaints.String())
	}
	if !scenario.mayComplain {
		if text := complaints.String(); text != "" {
			return fmt.Errorf("yamux complained: %s", text)
		}
	}
	fmt.Printf("ok %s %.0f ms\n", name, float64(time.Since(start).Microseconds())/1000)
	return nil
}

func within(limit time.Duration, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return fmt.Errorf("not done after %v", limit)
	}
}

func serve(socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	session, err := yamux.Server(conn, config())
	if err != nil {
		return err
	}
	for {
		stream, err := session.Accept()
		if err != nil {
			return nil
		}
		go func() {
			defer stream.Close()
			serveStream(stream)
		}()
	}
}

// The operations of the other side, chosen by the first byte of a stream; the Rust test serves the same.
func serveStream(stream net.Conn) {
	op := make([]byte, 1)
	if _, err := io.ReadFull(stream, op); err != nil {
		return
	}
	buf := make([]byte, 32*1024)
	switch op[0] {
	case opEcho:
		for {
			n, err := stream.Read(buf)
			if err != nil {
				return
			}
			if _, err := stream.Write(buf[:n]); err != nil {
				return
			}
		}
	case opSink:
		total := uint64(0)
		for {
			n, err := stream.Read(buf)
			total += uint64(n)
			if err != nil {
				break
			}
			if total >= sinkUnit && total%sinkUnit == 0 {
				stream.Write([]byte{1})
			}
		}
	case opSource:
		size, err := readNumber(stream)
		if err != nil {
			return
		}
		for size > 0 {
			n := min(size, uint64(len(buf)))
			if _, err := stream.Write(buf[:n]); err != nil {
				return
			}
			size -= n
		}
	}
}
