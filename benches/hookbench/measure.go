package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

// samples are the figures of both subjects, round by round, by row.
type samples map[string]*[2][]float64

func (s samples) add(which int, values figures) {
	for name, value := range values {
		if s[name] == nil {
			s[name] = new([2][]float64)
		}
		s[name][which] = append(s[name][which], value)
	}
}

// inTurn calls f for both, the other one first in every second round.
func inTurn(round int, f func(which int) error) error {
	for i := range 2 {
		if err := f((i + round) % 2); err != nil {
			return err
		}
	}
	return nil
}

func measure(s *settings, subjects [2]*subject, wanted func(string) bool, report *report) error {
	all := make(samples)
	if wanted("start") {
		if err := measureStart(s, subjects, all); err != nil {
			return err
		}
	}
	if wanted("rss") {
		if err := measureMemory(s, subjects, all); err != nil {
			return err
		}
	}
	if err := measureBlocks(s, subjects, wanted, all); err != nil {
		return err
	}
	report.fill(all)
	if wanted("growth") {
		return measureGrowth(s, subjects, report)
	}
	return nil
}

func measureStart(s *settings, subjects [2]*subject, all samples) error {
	for round := range s.rounds + 1 {
		progress("start", round, s.rounds)
		err := inTurn(round, func(which int) error {
			took, err := subjects[which].start()
			if err != nil {
				return err
			}
			subjects[which].stop()
			if round > 0 { // the first one reads the file from disk
				all.add(which, figures{"start": float64(took.Microseconds()) / 1000})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const memoryRounds = 3

func measureMemory(s *settings, subjects [2]*subject, all samples) error {
	for round := range min(memoryRounds, s.rounds) {
		progress("rss", round, min(memoryRounds, s.rounds)-1)
		err := inTurn(round, func(which int) error {
			values, err := subjects[which].memory()
			all.add(which, values)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// memory of a fresh process: after a second of rest, and after load.
func (s *subject) memory() (figures, error) {
	if _, err := s.start(); err != nil {
		return nil, err
	}
	defer s.stop()
	time.Sleep(time.Second)
	idle, err := s.rssMiB()
	if err != nil {
		return nil, err
	}
	if _, err := hook64(s, 10_000); err != nil {
		return nil, err
	}
	if _, err := response(s, 1); err != nil {
		return nil, err
	}
	loaded, err := s.rssMiB()
	return figures{"rss.idle": idle, "rss.loaded": loaded}, err
}

func measureBlocks(s *settings, subjects [2]*subject, wanted func(string) bool, all samples) error {
	for _, subject := range subjects {
		if _, err := subject.start(); err != nil {
			return err
		}
	}
	for _, block := range blocks {
		if !wanted(block.name) {
			continue
		}
		n := block.n
		if s.quick {
			n = max(n/10, 1)
		}
		for round := range s.rounds + 1 {
			progress(block.name, round, s.rounds)
			err := inTurn(round, func(which int) error {
				runtime.GC()
				values, err := block.run(subjects[which], n)
				if round > 0 { // the first one warms up
					all.add(which, values)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func progress(name string, round, rounds int) {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "\r\033[K%s %d/%d", name, round, rounds)
		if round == rounds {
			fmt.Fprint(os.Stderr, "\r\033[K")
		}
	}
}
