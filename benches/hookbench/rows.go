package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"

	"example.com/mmplugin/gohost/host"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// figures are what one block gave, by the name of the row they belong to.
type figures map[string]float64

// block is one short measurement of one plugin.
type block struct {
	name string
	// n is how many operations; quick runs take a tenth.
	n   int
	run func(s *subject, n int) (figures, error)
}

var blocks = []block{
	{"hook", 3000, hookOne},
	{"hook64", 20000, hook64},
	{"hookchange", 2000, hookChange},
	{"get", 800, get},
	{"response", 1, response},
	{"request", 4, requestBody},
	{"kvget", 3000, func(s *subject, n int) (figures, error) { return counted(s, "kvget", "/bench/api", n, 1) }},
	{"kvget64", 20000, func(s *subject, n int) (figures, error) { return counted(s, "kvget64", "/bench/api", n, 64) }},
	{"getuser", 1500, func(s *subject, n int) (figures, error) { return counted(s, "getuser", "/bench/getuser", n, 1) }},
	{"getusers", 150, func(s *subject, n int) (figures, error) { return counted(s, "getusers", "/bench/getusers", n, 1) }},
	{"config", 500, func(s *subject, n int) (figures, error) { return counted(s, "config", "/bench/config", n, 1) }},
}

func benchPost(message string) *model.Post {
	return &model.Post{
		Id: "post00000000000000000000aa", CreateAt: 1_700_000_000_000, UpdateAt: 1_700_000_000_000,
		UserId: host.BenchUserID, ChannelId: host.BenchChannelID, Message: message,
		PendingPostId: host.BenchUserID + ":1700000000000",
		Props:         model.StringInterface{"disable_group_highlight": true, "from": "hookbench"},
		Hashtags:      "#bench",
	}
}

const (
	plainMessage  = "A message of a usual length, which the plugin looks at and lets through as it is."
	changeMessage = "A message of a usual length with hoge in it, to which the plugin appends something."
)

func (s *subject) post(message string) error {
	context := &plugin.Context{
		SessionId: "sess00000000000000000000aa", RequestId: "requ00000000000000000000aa",
		IPAddress: "192.0.2.1", AcceptLanguage: "en-US,en;q=0.5", UserAgent: "Mozilla/5.0 hookbench",
	}
	post, rejected, err := s.host.Hooks.MessageWillBePosted(context, benchPost(message))
	if err != nil {
		return err
	}
	if rejected != "" || (post.Message == message) == strings.Contains(message, "hoge") {
		return fmt.Errorf("%s: MessageWillBePosted gave %.100q, %q", s.path, post.Message, rejected)
	}
	return nil
}

// timed runs f n times from c callers; the figures are "<name>.p50" in µs, ".cpu" in µs of the
// plugin for each call, and ".rate" a second.
func timed(s *subject, name string, n, c int, f func() error) (figures, error) {
	before, err := s.cpu()
	if err != nil {
		return nil, err
	}
	times := make([]time.Duration, n)
	failures := make([]error, c)
	var group sync.WaitGroup
	begin := time.Now()
	for caller := range c {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := caller; i < n && failures[caller] == nil; i += c {
				at := time.Now()
				failures[caller] = f()
				times[i] = time.Since(at)
			}
		}()
	}
	group.Wait()
	took := time.Since(begin)
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	after, err := s.cpu()
	if err != nil {
		return nil, err
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return figures{
		name + ".p50":  microseconds(times[n/2]),
		name + ".p99":  microseconds(times[n*99/100]),
		name + ".cpu":  microseconds(after-before) / float64(n),
		name + ".rate": float64(n) / took.Seconds(),
	}, nil
}

func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func hookOne(s *subject, n int) (figures, error) {
	return timed(s, "hook", n, 1, func() error { return s.post(plainMessage) })
}

func hook64(s *subject, n int) (figures, error) {
	return timed(s, "hook64", n, 64, func() error { return s.post(plainMessage) })
}

func hookChange(s *subject, n int) (figures, error) {
	return timed(s, "hookchange", n, 1, func() error { return s.post(changeMessage) })
}

func get(s *subject, n int) (figures, error) {
	return timed(s, "get", n, 1, func() error {
		_, err := s.request("GET", "/hello", nil, false)
		return err
	})
}

const mib = 1 << 20

// transferred gives "<name>.mb" in MB/s and "<name>.cpu" in ms of the plugin for each MB.
func transferred(s *subject, name string, n, bytes int, f func() error) (figures, error) {
	result, err := timed(s, name, n, 1, f)
	if err != nil {
		return nil, err
	}
	mb := float64(bytes) / 1e6
	return figures{
		name + ".mb":  result[name+".rate"] * mb,
		name + ".cpu": result[name+".cpu"] / 1000 / mb,
	}, nil
}

func response(s *subject, n int) (figures, error) {
	const size = 64 * mib
	return transferred(s, "response", n, size, func() error {
		got, err := s.request("GET", fmt.Sprintf("/bytes?n=%d", size), nil, false)
		if err == nil && got.Length != size {
			err = errShort
		}
		return err
	})
}

func requestBody(s *subject, n int) (figures, error) {
	data := make([]byte, 16*mib)
	return transferred(s, "request", n, len(data), func() error {
		got, err := s.request("POST", "/sink?check=0", bytes.NewReader(data), true)
		if err == nil && !bytes.Contains(got.Body, fmt.Appendf(nil, `"bytes":%d`, len(data))) {
			err = errShort
		}
		return err
	})
}

// counted has the plugin call the API n times and takes its own times.
func counted(s *subject, name, path string, n, c int) (figures, error) {
	before, err := s.cpu()
	if err != nil {
		return nil, err
	}
	got, err := s.request("GET", fmt.Sprintf("%s?n=%d&c=%d", path, n, c), nil, true)
	if err != nil {
		return nil, err
	}
	after, err := s.cpu()
	if err != nil {
		return nil, err
	}
	var answer struct {
		N      int   `json:"n"`
		Errors int   `json:"errors"`
		Total  int64 `json:"total_ns"`
		P50    int64 `json:"p50_ns"`
		P99    int64 `json:"p99_ns"`
	}
	if err := json.Unmarshal(got.Body, &answer); err != nil {
		return nil, fmt.Errorf("%s: %s: %w: %s", s.path, path, err, got.Body)
	}
	if answer.Errors > 0 || answer.N != n {
		return nil, fmt.Errorf("%s: %s: %d errors in %d calls", s.path, path, answer.Errors, answer.N)
	}
	return figures{
		name + ".p50":  float64(answer.P50) / 1000,
		name + ".p99":  float64(answer.P99) / 1000,
		name + ".cpu":  microseconds(after-before) / float64(n),
		name + ".rate": float64(n) / (float64(answer.Total) / 1e9),
	}, nil
}
