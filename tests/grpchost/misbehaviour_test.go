// Hosts that do what they should not, or more at once than usual: errors that say what happened, no hang, nothing kept.

package grpchost

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// crowd is how many posts the plugin holds back until all of them are there.
const crowd = 512

func TestHundredsOfHooksRunAtOnce(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	var wait sync.WaitGroup
	for range crowd {
		wait.Add(1)
		go func() {
			defer wait.Done()
			request := m.message("MessageWillBePosted")
			text(request, "post.message", "crowd")
			if response, err := m.hook("MessageWillBePosted", request); err != nil || field(response, "rejection_reason").String() != "" {
				t.Errorf("%v %v", response, err)
			}
		}()
	}
	wait.Wait()
}

// Hooks that block their threads, more of them than there are threads, keep neither pings nor other hooks waiting.
func TestBlockedThreadsHoldNobodyUp(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	post := func(message string) error {
		request := m.message("MessageWillBePosted")
		text(request, "post.message", message)
		_, err := m.hook("MessageWillBePosted", request)
		return err
	}
	for _, blocked := range []int{1, 8, 20} {
		const span = 4 * time.Second
		var wait sync.WaitGroup
		begin := time.Now()
		for range blocked {
			wait.Add(1)
			go func() {
				defer wait.Done()
				if err := post("block 4000"); err != nil {
					t.Error(err)
				}
			}()
		}
		time.Sleep(300 * time.Millisecond)
		protocol, _ := m.client.Client()
		if err := protocol.Ping(); err != nil {
			t.Error(err)
		}
		if err := post("another"); err != nil {
			t.Error(err)
		}
		if got := m.get("GET", "/written", ""); got != "0" {
			t.Errorf("%q", got)
		}
		if took := time.Since(begin); took >= span {
			t.Errorf("beside %d that block: %v", blocked, took)
		}
		wait.Wait()
	}
}

func TestTooLargeArgumentsAndAnswersAreErrors(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	request := m.message("MessageWillBePosted")
	text(request, "post.message", strings.Repeat("x", 129<<20))
	response := dynamicpb.NewMessage(m.hooks.Methods().ByName("MessageWillBePosted").Output())
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err := m.conn.Invoke(ctx, "/"+pkg+".PluginHooks/MessageWillBePosted", request, response, grpc.MaxCallSendMsgSize(math.MaxInt32))
	if code := status.Code(err); code != codes.OutOfRange && code != codes.ResourceExhausted {
		t.Errorf("arguments: %v", err)
	}
	m.api.answers["KVGet"] = func(_, response *dynamicpb.Message) error {
		set(response, "value", protoreflect.ValueOfBytes(make([]byte, 129<<20)))
		return nil
	}
	if got := m.get("GET", "/kept", ""); !strings.Contains(got, "KVGet") || !strings.Contains(got, "too large") {
		t.Errorf("an answer: %q", got)
	}
	m.api.answers["KVGet"] = func(_, response *dynamicpb.Message) error {
		set(response, "value", protoreflect.ValueOfBytes(make([]byte, 100<<20)))
		return nil
	}
	if got := m.get("GET", "/kept", ""); got != fmt.Sprint(100<<20) {
		t.Errorf("after it: %q", got)
	}
}

func TestAnAPIThatGoesAwayIsAnErrorAtOnce(t *testing.T) {
	m := startMattermost(t, "http")
	asked := make(chan struct{})
	m.api.answers["KVGet"] = func(_, _ *dynamicpb.Message) error {
		close(asked)
		time.Sleep(time.Minute)
		return nil
	}
	m.activate()
	go func() {
		<-asked
		m.api.server.Stop()
	}()
	begin := time.Now()
	// One call was on its way when it went, one comes after.
	for range 2 {
		if got := m.get("GET", "/kept", ""); !strings.Contains(got, "KVGet") {
			t.Errorf("%q", got)
		}
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("that took %v", took)
	}
	if response, err := m.hook("MessageWillBePosted", nil); err != nil {
		t.Errorf("hooks go on: %v %v", response, err)
	}
}

// resources are what a process holds.
type resources struct{ descriptors, threads, kib int }

func held(t *testing.T, pid int) resources {
	t.Helper()
	descriptors, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	held := resources{descriptors: len(descriptors)}
	for _, line := range strings.Split(string(status), "\n") {
		_, _ = fmt.Sscanf(line, "Threads: %d", &held.threads)
		_, _ = fmt.Sscanf(line, "VmRSS: %d", &held.kib)
	}
	return held
}

// misbehave is one round of everything that ends otherwise than it should.
func misbehave(t *testing.T, m *mattermost) {
	for _, path := range []string{"/wait", "/early", "/endless", "/failing", "/panic", "/echo"} {
		ctx, cancel := context.WithCancel(context.Background())
		for _, halfClosed := range []bool{false, true} {
			exchange, err := m.http(ctx, "POST", path)
			if err != nil {
				t.Fatal(err)
			}
			_ = exchange.send(make([]byte, piece), false)
			if halfClosed {
				_ = exchange.stream.CloseSend()
			}
			if path != "/wait" && path != "/echo" {
				_, _ = exchange.next()
			}
		}
		cancel()
	}
	// A hook that nobody waits for any more.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	request := m.message("MessageWillBePosted")
	text(request, "post.message", "crowd")
	response := dynamicpb.NewMessage(m.hooks.Methods().ByName("MessageWillBePosted").Output())
	if err := m.conn.Invoke(ctx, "/"+pkg+".PluginHooks/MessageWillBePosted", request, response); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("a hook in the crowd: %v", err)
	}
	cancel()
	// Connections of somebody who speaks another language, or nothing at all.
	address := m.client.ReattachConfig().Addr
	for _, words := range []string{"", "GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\xff\x04"} {
		conn, err := net.Dial(address.Network(), address.String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(words))
		_ = conn.Close()
	}
	if got := m.get("GET", "/api", ""); got == "" {
		t.Error("no answer")
	}
}

func TestNothingIsKeptOfWhatWentWrong(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	pid := m.client.ReattachConfig().Pid
	for range 10 {
		misbehave(t, m)
	}
	before := held(t, pid)
	for range 40 {
		misbehave(t, m)
	}
	var after resources
	// Connections and bodies that nobody reads are put away by tasks of their own.
	waitFor(t, fmt.Sprintf("end of what is held: %+v before", before), func() bool {
		after = held(t, pid)
		return after.descriptors <= before.descriptors && after.threads <= before.threads+1
	})
	if grown := after.kib - before.kib; grown > 8<<10 {
		t.Errorf("%d KiB more after 40 rounds: %+v, %+v", grown, before, after)
	}
	t.Logf("%+v after 10 rounds, %+v after 50", before, after)
}
