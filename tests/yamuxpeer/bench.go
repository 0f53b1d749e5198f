package main

import (
	"encoding/json"
	"io"
	"os"
	"sort"
	"time"

	"github.com/hashicorp/yamux"
)

type figures struct {
	PingPong64  float64 `json:"ping_pong_64_us"`
	PingPong300 float64 `json:"ping_pong_300_us"`
	Shared64    float64 `json:"ping_pong_64_callers_per_s"`
	In          float64 `json:"in_mib_s"`
	Out         float64 `json:"out_mib_s"`
	Opens       float64 `json:"open_echo_close_per_s"`
	Loaded      float64 `json:"ping_pong_p99_us_while_streaming"`
	Idle        float64 `json:"ping_pong_p99_us_idle"`
}

const bulk = 1 << 30

func bench(socket string) error {
	s, err := dial(socket, config())
	if err != nil {
		return err
	}
	var f figures
	var warm []time.Duration
	for _, step := range []func() error{
		func() error { warm, err = pingPongs(s, 64, 2000); return err },
		func() error { warm, err = pingPongs(s, 64, 10000); f.PingPong64 = quantile(warm, 0.5); return err },
		func() error {
			warm, err = pingPongs(s, 300, 10000)
			f.PingPong300, f.Idle = quantile(warm, 0.5), quantile(warm, 0.99)
			return err
		},
		func() error {
			start := time.Now()
			err := parallel(64, func(int) error { _, err := pingPongs(s, 300, 1000); return err })
			f.Shared64 = 64000 / time.Since(start).Seconds()
			return err
		},
		func() error { f.In, err = rate(func() error { return send(s, bulk) }); return err },
		func() error { f.Out, err = rate(func() error { return receive(s, bulk) }); return err },
		func() error { f.Opens, err = opens(s, 3000); return err },
		func() error { f.Loaded, err = loaded(s); return err },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(f)
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

func rate(run func() error) (float64, error) {
	start := time.Now()
	err := run()
	return bulk / time.Since(start).Seconds() / (1 << 20), err
}

func opens(s *yamux.Session, count int) (float64, error) {
	start := time.Now()
	for i := 0; i < count; i++ {
		stream, err := open(s, opEcho)
		if err != nil {
			return 0, err
		}
		if err := exchange(stream, []byte("hello")); err != nil {
			return 0, err
		}
		stream.Close()
	}
	return float64(count) / time.Since(start).Seconds(), nil
}

// loaded measures small messages on one stream while another brings a gigabyte.
func loaded(s *yamux.Session) (float64, error) {
	done := make(chan error, 1)
	go func() { done <- receive(s, bulk) }()
	var all []time.Duration
	for {
		times, err := pingPongs(s, 300, 200)
		if err != nil {
			return 0, err
		}
		select {
		case err := <-done:
			return quantile(all, 0.99), err
		default:
			all = append(all, times...)
		}
	}
}
