// Command grpcbench measures one hook over gRPC: a Go plugin (A) and examples/bench-plugin built with the feature
// `grpc` (B), and beside them B over net/rpc (C), all under this host. Short blocks alternate; medians count.
package main

//go:generate go run ./generate

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
)

const usage = `grpcbench -go PLUGIN -rust PLUGIN [options]

  -rounds   blocks of each row and plugin (9)
  -n        hooks of a block, from one caller; from 64 callers eight times as many (3000)
  -json     also write the figures to this file
  -core     pin host and plugins to this core (1); -1 leaves them free
`

// row is a line of the report: what is measured, and which share of A's figure is the goal for B.
type row struct {
	name, title string
	goal        float64
	higher      bool
}

var rows = []row{
	{"p50", "hook, 1 caller: p50, µs", 0.8, false},
	{"p99", "hook, 1 caller: p99, µs", 0, false},
	{"cpu", "hook, 1 caller: plugin CPU, µs", 0.4, false},
	{"change.p50", "hook that changes the post: p50, µs", 0, false},
	{"change.cpu", "hook that changes the post: plugin CPU, µs", 0, false},
	{"many.rate", "hook, 64 callers, a second", 0, true},
	{"many.cpu", "hook, 64 callers: plugin CPU, µs", 0, false},
	{"start", "start until OnActivate is done, ms", 0, false},
	{"rss.idle", "RSS idle, MiB", 0, false},
	{"rss.loaded", "RSS after load, MiB", 0, false},
	{"size", "executable, MiB", 0, false},
}

func main() {
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	goPlugin, rustPlugin := flag.String("go", "", ""), flag.String("rust", "", "")
	rounds, n := flag.Int("rounds", 9, ""), flag.Int("n", 3000, "")
	path, core := flag.String("json", "", ""), flag.Int("core", 1, "")
	flag.Parse()
	if *goPlugin == "" || *rustPlugin == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if *core >= 0 && os.Getenv(pinned) == "" {
		os.Exit(again(*core))
	}
	subjects := []subject{
		&overGRPC{executable: *goPlugin}, &overGRPC{executable: *rustPlugin}, &overNetRPC{executable: *rustPlugin},
	}
	all, err := measure(subjects, *rounds, *n)
	if err == nil {
		err = report(all, *path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

const pinned = "GRPCBENCH_PINNED"

// again runs this command on one core.
func again(core int) int {
	command := exec.Command("taskset", append([]string{"-c", strconv.Itoa(core)}, os.Args...)...)
	command.Env = append(os.Environ(), pinned+"=1")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return 0
}

// samples are the figures of all rounds, by row and subject.
type samples map[string][][]float64

func measure(subjects []subject, rounds, n int) (samples, error) {
	all := samples{}
	add := func(which int, figures map[string]float64) {
		for name, value := range figures {
			if all[name] == nil {
				all[name] = make([][]float64, len(subjects))
			}
			all[name][which] = append(all[name][which], value)
		}
	}
	for round := range rounds + 1 {
		for i := range subjects {
			which := (i + round) % len(subjects)
			figures, err := block(subjects[which], n)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", []string{"Go", "Rust over gRPC", "Rust over net/rpc"}[which], err)
			}
			if round > 0 { // the first one warms up
				add(which, figures)
			}
		}
	}
	return all, nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func report(all samples, path string) error {
	fmt.Printf("%-46s %12s %12s %12s %8s %8s\n", "", "A Go gRPC", "B Rust gRPC", "C net/rpc", "B/A", "B/C")
	for _, row := range rows {
		a, b, c := median(all[row.name][0]), median(all[row.name][1]), median(all[row.name][2])
		verdict := ""
		if row.goal > 0 {
			verdict = fmt.Sprintf("  goal %.2f: met", row.goal)
			if (b/a > row.goal) != row.higher {
				verdict = fmt.Sprintf("  goal %.2f: missed", row.goal)
			}
		}
		fmt.Printf("%-46s %12.5g %12.5g %12.5g %8.2f %8.2f%s\n", row.title, a, b, c, b/a, b/c, verdict)
	}
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
