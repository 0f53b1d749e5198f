package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

const echoVariable = "HOOKBENCH_ECHO"

// What the machine of the official figures took for the ping-pong, in µs.
const officialPingPong = 6.5

// echo is the other side of the ping-pong: this command again, with a socket as descriptor 3.
func echo() {
	data := make([]byte, pingPongSize)
	for {
		n, err := syscall.Read(3, data)
		if n <= 0 || err != nil {
			return
		}
		if _, err := syscall.Write(3, data[:n]); err != nil {
			return
		}
	}
}

const (
	pingPongSize  = 300
	pingPongCount = 20_000
)

// pingPong is the median time, in µs, of 300 bytes to another process and back over a raw unix
// socket: what the machine takes before any code of a plugin runs.
func pingPong() (float64, error) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return 0, err
	}
	theirs := os.NewFile(uintptr(pair[1]), "echo")
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), echoVariable+"=1")
	child.ExtraFiles = []*os.File{theirs}
	if err := child.Start(); err != nil {
		return 0, fmt.Errorf("ping-pong: %w", err)
	}
	theirs.Close()
	times := make([]time.Duration, pingPongCount)
	data := make([]byte, pingPongSize)
	for i := range times {
		begin := time.Now()
		if _, err := syscall.Write(pair[0], data); err != nil {
			return 0, err
		}
		if _, err := syscall.Read(pair[0], data); err != nil {
			return 0, err
		}
		times[i] = time.Since(begin)
	}
	syscall.Close(pair[0])
	_ = child.Wait()
	slices.Sort(times)
	return microseconds(times[len(times)/2]), nil
}
