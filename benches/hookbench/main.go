// Command hookbench measures two plugins side by side under one Go host: the bench plugin in Go
// (A) and in Rust (B). Short blocks alternate, A and B in turn; medians with quartiles count.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

const pinnedVariable = "HOOKBENCH_PINNED"

const usage = `hookbench -a GO.tar.gz -b RUST.tar.gz [options]

  -a, -b    bundles of the bench plugin (or bare executables); without -b an A/A run: the noise floor
  -rounds   blocks of each row and plugin (9)
  -quick    small blocks, three rounds: to see that it works
  -only     rows to run, by the start of their names, comma-separated
  -json     also write the figures to this file
  -core     pin host and plugins to this core (1); -1 leaves them free

On a machine that is busy with other work, "nice -n -20 hookbench …" (as root) helps. Do not use real-time scheduling: it
changes how the two processes take turns, for Go more than for others.
`

type settings struct {
	a, b, only, json string
	rounds, core     int
	quick            bool
}

func main() {
	if os.Getenv(echoVariable) != "" {
		echo()
		return
	}
	var s settings
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	flag.StringVar(&s.a, "a", "", "")
	flag.StringVar(&s.b, "b", "", "")
	flag.StringVar(&s.only, "only", "", "")
	flag.StringVar(&s.json, "json", "", "")
	flag.IntVar(&s.rounds, "rounds", 9, "")
	flag.IntVar(&s.core, "core", 1, "")
	flag.BoolVar(&s.quick, "quick", false, "")
	flag.Parse()
	if s.a == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := s.run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func (s *settings) run() error {
	if s.core >= 0 && os.Getenv(pinnedVariable) == "" {
		return pinned(s.core)
	}
	if s.quick {
		s.rounds = min(s.rounds, 3)
	}
	report := &report{Pinned: os.Getenv(pinnedVariable), Rounds: s.rounds, Noise: s.b == ""}
	if report.Noise {
		s.b = s.a
	}
	a, err := open("A", s.a)
	if err != nil {
		return err
	}
	defer a.close()
	b, err := open("B", s.b)
	if err != nil {
		return err
	}
	defer b.close()
	report.A, report.B = a.describe(), b.describe()
	if report.PingPong, err = pingPong(); err != nil {
		return err
	}
	wanted := func(name string) bool {
		if s.only == "" {
			return true
		}
		for _, start := range strings.Split(s.only, ",") {
			if strings.HasPrefix(name, start) {
				return true
			}
		}
		return false
	}
	if err := measure(s, [2]*subject{a, b}, wanted, report); err != nil {
		return err
	}
	report.print(os.Stdout)
	if s.json == "" {
		return nil
	}
	text, err := json.MarshalIndent(report, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.json, append(text, '\n'), 0o644)
}

// pinned runs this command again on one core; the plugins inherit that.
func pinned(core int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := append([]string{"-c", fmt.Sprint(core), self}, os.Args[1:]...)
	again := exec.Command("taskset", args...)
	again.Env = append(os.Environ(), fmt.Sprintf("%s=%d", pinnedVariable, core))
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := again.Run(); err != nil {
		return fmt.Errorf("taskset (use -core -1 where it is missing): %w", err)
	}
	return nil
}
