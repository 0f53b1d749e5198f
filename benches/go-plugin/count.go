package main

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/mmplugin/gohost/model"
)

const (
	benchKey     = "bench_key"
	benchValue   = "bench_value_0123456789"
	benchUser    = "user00000000000000000000aa"
	benchChannel = "chan00000000000000000000aa"
)

// counted are the routes that call the API n times; each call says whether it went well.
func (b *bench) counted() map[string]func() bool {
	return map[string]func() bool{
		"/bench/api": func() bool {
			value, err := b.api.KVGet(benchKey)
			return err == nil && string(value) == benchValue
		},
		"/bench/kvset": func() bool {
			return b.api.KVSet("bench_set", []byte("0123456789abcdef")) == nil
		},
		"/bench/getuser": func() bool {
			user, err := b.api.GetUser(benchUser)
			return err == nil && user != nil && user.Username == "bench-user"
		},
		"/bench/getusers": func() bool {
			users, err := b.api.GetUsers(&model.UserGetOptions{Page: 0, PerPage: 100})
			return err == nil && len(users) == 100
		},
		"/bench/config": func() bool {
			config := b.api.GetConfig()
			site := config.ServiceSettings.SiteURL
			return site != nil && *site != ""
		},
		"/bench/createpost": func() bool {
			post, err := b.api.CreatePost(&model.Post{
				UserId: benchUser, ChannelId: benchChannel, Message: "posted by bench",
				Props: model.StringInterface{"from_plugin": true, "n": 7},
			})
			return err == nil && post != nil && post.Id != ""
		},
		"/bench/ws": func() bool {
			payload := map[string]any{"text": "hello", "num": 42, "flag": true}
			b.api.PublishWebSocketEvent("ev", payload, &model.WebsocketBroadcast{ChannelId: benchChannel})
			return true
		},
		"/bench/log": func() bool {
			b.api.LogInfo("bench log line", "key", "value", "num", 42)
			return true
		},
	}
}

// count runs call n times from c callers and answers the times of the single calls.
func count(w http.ResponseWriter, r *http.Request, call func() bool) {
	n, c := max(number(r, "n", 1), 0), max(number(r, "c", 1), 1)
	times := make([][]int64, c)
	var errors atomic.Int64
	var group sync.WaitGroup
	begin := time.Now()
	for i := range c {
		share := n / c
		if i < n%c {
			share++
		}
		group.Add(1)
		go func() {
			defer group.Done()
			times[i] = make([]int64, share)
			for k := range share {
				at := time.Now()
				if !call() {
					errors.Add(1)
				}
				times[i][k] = time.Since(at).Nanoseconds()
			}
		}()
	}
	group.Wait()
	total := time.Since(begin)
	all := slices.Concat(times...)
	slices.Sort(all)
	at := func(percent int) int64 {
		if len(all) == 0 {
			return 0
		}
		return all[min(len(all)*percent/100, len(all)-1)]
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"n":%d,"c":%d,"errors":%d,"total_ns":%d,"p50_ns":%d,"p99_ns":%d}`,
		n, c, errors.Load(), total.Nanoseconds(), at(50), at(99))
}
