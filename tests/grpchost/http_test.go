// HTTP over gRPC: bodies of any length in both directions, and those who break off.

package grpchost

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const piece = 64 << 10

func TestLargeBodiesStreamBothWays(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	const size = 64 << 20
	exchange, err := m.http(context.Background(), "POST", "/echo")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, piece)
		for sent := 0; sent < size; sent += piece {
			for i := range buf {
				buf[i] = byte((sent + i) % 251)
			}
			if err := exchange.send(bytes.Clone(buf), sent+piece == size); err != nil {
				t.Errorf("after %d bytes: %v", sent, err)
				return
			}
		}
	}()
	code, body, err := exchange.receive()
	if err != nil || code != 200 || len(body) != size {
		t.Fatalf("%d %d bytes %v", code, len(body), err)
	}
	for i, b := range body {
		if b != byte(i%251) {
			t.Fatalf("byte %d is %d", i, b)
		}
	}
}

func TestAnAnswerNeedNotWaitForTheBody(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	exchange, err := m.http(context.Background(), "POST", "/early")
	if err != nil {
		t.Fatal(err)
	}
	if err := exchange.send([]byte("the first of many"), false); err != nil {
		t.Fatal(err)
	}
	if code, body, err := exchange.receive(); err != nil || code != 413 || string(body) != "enough" {
		t.Fatalf("%d %q %v", code, body, err)
	}
}

func TestASlowReaderHoldsThePluginBack(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	exchange, err := m.http(context.Background(), "GET", "/endless")
	if err != nil {
		t.Fatal(err)
	}
	if err := exchange.send(nil, true); err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.next(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	first := m.get("GET", "/written", "")
	time.Sleep(time.Second)
	if second := m.get("GET", "/written", ""); second != first {
		t.Errorf("went on from %s to %s bytes though nobody reads", first, second)
	}
	if len(first) > 8 {
		t.Errorf("%s bytes before anybody read", first)
	}
}

func TestWhoGoesAwayIsNoticed(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	ctx, cancel := context.WithCancel(context.Background())
	exchange, err := m.http(ctx, "POST", "/wait")
	if err != nil {
		t.Fatal(err)
	}
	if err := exchange.send([]byte("half"), false); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	cancel()
	waitFor(t, "notice", func() bool { return m.get("GET", "/broken", "") == "1" })

	// The host ends its direction without the end mark: a body cut short is an error, not a body.
	half, err := m.http(context.Background(), "POST", "/wait")
	if err != nil {
		t.Fatal(err)
	}
	if err := half.send([]byte("half"), false); err != nil {
		t.Fatal(err)
	}
	if err := half.stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if code, body, err := half.receive(); err != nil || code != 400 || !strings.Contains(string(body), "broke off") {
		t.Fatalf("%d %q %v", code, body, err)
	}
}

func TestABodyThatFailsEndsTheStreamWithAnError(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	exchange, err := m.http(context.Background(), "GET", "/failing")
	if err != nil {
		t.Fatal(err)
	}
	if err := exchange.send(nil, true); err != nil {
		t.Fatal(err)
	}
	if code, body, err := exchange.receive(); status.Code(err) != codes.Aborted || code != 200 || string(body) != "some" {
		t.Fatalf("%d %q %v", code, body, err)
	}
	panics, err := m.http(context.Background(), "GET", "/panic")
	if err != nil {
		t.Fatal(err)
	}
	if err := panics.send(nil, true); err != nil {
		t.Fatal(err)
	}
	if code, _, err := panics.receive(); err != nil || code != 500 {
		t.Fatalf("%d %v", code, err)
	}
}
