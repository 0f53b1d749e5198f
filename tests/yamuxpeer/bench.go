package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/hashicorp/yamux"
)

// figures are named measurements: times of this side, and CPU time of the server per unit, which other load on the machine
// disturbs less.
type figures map[string]float64

const (
	bulk    = 1 << 30
	callers = 64
)

// bench measures against the process server, which serves the operations of serveStream; only names a single step.
func bench(socket, server, only string) error {
	s, err := dial(socket, config())
	if err != nil {
		return err
	}
	f := figures{}
	if _, err := pingPongs(s, 64, 2000); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		run  func(*yamux.Session, string, figures) error
	}{
		{"pingpong", benchPingPong}, {"callers", benchCallers}, {"in", benchIn},
		{"out", benchOut}, {"opens", benchOpens}, {"loaded", benchLoaded},
	} {
		if only != "" && only != step.name {
			continue
		}
		if err := step.run(s, server, f); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(f)
}

func benchPingPong(s *yamux.Session, server string, f figures) error {
	for _, size := range []int{64, 300} {
		before := cpu(server)
		times, err := pingPongs(s, size, 10000)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("ping_pong_%d", size)
		f[name+"_cpu_us"] = (cpu(server) - before) * 1e6 / 10000
		f[name+"_p50_us"] = quantile(times, 0.5)
		f[name+"_p99_us"] = quantile(times, 0.99)
	}
	return nil
}

func benchCallers(s *yamux.Session, server string, f figures) error {
	const each = 1000
	before, start := cpu(server), time.Now()
	err := parallel(callers, func(int) error { _, err := pingPongs(s, 300, each); return err })
	f["callers_64_per_s"] = callers * each / time.Since(start).Seconds()
	f["callers_64_cpu_us"] = (cpu(server) - before) * 1e6 / (callers * each)
	return err
}

func benchIn(s *yamux.Session, server string, f figures) error {
	return rate("in", server, f, func() error { return send(s, bulk) })
}

func benchOut(s *yamux.Session, server string, f figures) error {
	return rate("out", server, f, func() error { return receive(s, bulk) })
}

func rate(name, server string, f figures, run func() error) error {
	before, start := cpu(server), time.Now()
	err := run()
	f[name+"_mib_s"] = bulk / time.Since(start).Seconds() / (1 << 20)
	f[name+"_cpu_us_per_mib"] = (cpu(server) - before) * 1e6 / (bulk >> 20)
	return err
}

func benchOpens(s *yamux.Session, server string, f figures) error {
	const count = 3000
	before, start := cpu(server), time.Now()
	for i := 0; i < count; i++ {
		stream, err := open(s, opEcho)
		if err != nil {
			return err
		}
		if err := exchange(stream, []byte("hello")); err != nil {
			return err
		}
		stream.Close()
	}
	f["opens_per_s"] = count / time.Since(start).Seconds()
	f["opens_cpu_us"] = (cpu(server) - before) * 1e6 / count
	return nil
}

// benchLoaded measures small messages on one stream while another brings a gigabyte.
func benchLoaded(s *yamux.Session, _ string, f figures) error {
	done := make(chan error, 1)
	go func() { done <- receive(s, bulk) }()
	var all []time.Duration
	for {
		times, err := pingPongs(s, 300, 200)
		if err != nil {
			return err
		}
		select {
		case err := <-done:
			f["streaming_p99_us"] = quantile(all, 0.99)
			f["streaming_p50_us"] = quantile(all, 0.5)
			return err
		default:
			all = append(all, times...)
		}
	}
}

func pingPongs(s *yamux.Session, size, count int) ([]time.Duration, error) {
	stream, err := open(s, opEcho)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	data, back := pattern(size, 1), make([]byte, size)
	times := make([]time.Duration, 0, count)
	for i := 0; i < count; i++ {
		start := time.Now()
		if _, err := stream.Write(data); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(stream, back); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	return times, nil
}

func quantile(times []time.Duration, q float64) float64 {
	if len(times) == 0 {
		return 0
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return float64(times[int(q*float64(len(times)-1))].Nanoseconds()) / 1000
}

// cpu is the CPU time in seconds that the threads of a process have used so far (Linux; elsewhere 0).
func cpu(pid string) float64 {
	threads, _ := filepath.Glob("/proc/" + pid + "/task/*/schedstat")
	total := 0.0
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		var ns float64
		fmt.Sscan(string(text), &ns)
		total += ns
	}
	return total / 1e9
}
