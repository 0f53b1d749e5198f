package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"example.com/mmplugin/gohost/host"
)

// step is one size of a growth row: n operations by c callers, each of which moves so many bytes.
type step struct {
	row, title string
	n, c       int
	bytes      int
	run        func(s *subject, bytes int) error
}

// The plugin of a step is a fresh process, so that its memory is that of the step.
var steps = []step{
	{"hooks", "1 hook at a time", 3000, 1, 0, plainHook},
	{"hooks", "8 hooks at a time", 8000, 8, 0, plainHook},
	{"hooks", "64 hooks at a time", 20000, 64, 0, plainHook},
	{"hooks", "512 hooks at a time", 20000, 512, 0, plainHook},
	{"messages", "message of 1 KiB", 2000, 1, kib, longHook},
	{"messages", "message of 32 KiB", 1000, 1, 32 * kib, longHook},
	{"messages", "message of 1 MiB", 100, 1, mib, longHook},
	{"messages", "message of 16 MiB", 8, 1, 16 * mib, longHook},
	{"streams", "1 answer of 1 MiB at a time", 64, 1, mib, streamed},
	{"streams", "16 answers at a time", 128, 16, mib, streamed},
	{"streams", "256 answers at a time", 512, 256, mib, streamed},
}

const kib = 1 << 10

func plainHook(s *subject, _ int) error { return s.post(plainMessage) }

func longHook(s *subject, bytes int) error {
	return s.post(plainMessage + strings.Repeat("x", bytes-len(plainMessage)))
}

func streamed(s *subject, bytes int) error {
	got, err := s.request("GET", fmt.Sprintf("/bytes?n=%d", bytes), nil, false)
	if err == nil && got.Length != bytes {
		err = errShort
	}
	return err
}

// grown is what a step gave.
type grown struct {
	Step string `json:"step"`
	// Rate a second, and MB a second where it moves bytes.
	Rate float64 `json:"rate"`
	MB   float64 `json:"mb,omitempty"`
	CPU  float64 `json:"cpu_us"`
	Peak float64 `json:"peak_rss_mib"`
	// Ping is the slowest answer to the host's health check meanwhile, in ms.
	Ping float64 `json:"slowest_ping_ms"`
}

// measureGrowth has both do more and more at once.
func measureGrowth(s *settings, subjects [2]*subject, report *report) error {
	for i, step := range steps {
		if s.quick {
			step.n = max(step.n/8, step.c)
		}
		progress("growth", i, len(steps)-1)
		var both [2]grown
		err := inTurn(i, func(which int) error {
			var err error
			both[which], err = step.of(subjects[which])
			return err
		})
		if err != nil {
			return err
		}
		report.Growth = append(report.Growth, both)
	}
	return nil
}

func (st step) of(s *subject) (grown, error) {
	s.stop()
	if _, err := s.start(); err != nil {
		return grown{}, err
	}
	done, slowest := make(chan struct{}), make(chan time.Duration, 1)
	go func() { slowest <- pinging(s.host, done) }()
	result, err := timed(s, "step", st.n, st.c, func() error { return st.run(s, st.bytes) })
	close(done)
	ping := <-slowest
	if err != nil {
		return grown{}, fmt.Errorf("%s: %w", st.title, err)
	}
	usage, err := host.ReadUsage(s.host.Pid())
	return grown{
		Step: st.title,
		Rate: result["step.rate"],
		MB:   result["step.rate"] * float64(st.bytes) / 1e6,
		CPU:  result["step.cpu"],
		Peak: float64(usage.PeakKiB) / 1024,
		Ping: float64(ping.Microseconds()) / 1000,
	}, err
}

// pinging asks for signs of life until done; the slowest answer counts.
func pinging(h *host.Host, done <-chan struct{}) time.Duration {
	var slowest time.Duration
	for {
		begin := time.Now()
		if h.Ping() != nil {
			return time.Hour
		}
		slowest = max(slowest, time.Since(begin))
		select {
		case <-done:
			return slowest
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (r *report) printGrowth(w io.Writer) {
	if len(r.Growth) == 0 {
		return
	}
	fmt.Fprintf(w, "\nGrowth: a fresh process for each line, A and B\n%-30s %22s %18s %20s %18s %18s\n", "",
		"a second", "MB/s", "plugin CPU, µs", "peak RSS, MiB", "slowest ping, ms")
	pair := func(both [2]grown, of func(grown) float64) string {
		if of(both[0]) == 0 && of(both[1]) == 0 {
			return ""
		}
		return short(of(both[0])) + " · " + short(of(both[1]))
	}
	for _, both := range r.Growth {
		fmt.Fprintf(w, "%-30s %22s %18s %20s %18s %18s\n", both[0].Step,
			pair(both, func(g grown) float64 { return g.Rate }), pair(both, func(g grown) float64 { return g.MB }),
			pair(both, func(g grown) float64 { return g.CPU }), pair(both, func(g grown) float64 { return g.Peak }),
			pair(both, func(g grown) float64 { return g.Ping }))
	}
}
