// HTTP over gRPC: bodies of any length in both directions, and those who break off.

package grpchost

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
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

func TestHeadsArriveAsTheyAre(t *testing.T) {
	m := startMattermost(t, "http")
	m.activate()
	exchange, err := m.http(context.Background(), "PUT", "/head?a=1&b=%20x")
	if err != nil {
		t.Fatal(err)
	}
	for field, value := range map[string]string{
		"remote_addr": "192.0.2.7:4711", "request_uri": "/plugins/it/head?a=1&b=%20x",
		"plugin_context.session_id": "session", "plugin_context.request_id": "request",
		"plugin_context.ip_address": "192.0.2.7", "plugin_context.accept_language": "de,en;q=0.5",
		"plugin_context.user_agent": "Browser é",
	} {
		text(exchange.head, "init."+field, value)
	}
	init := exchange.head.Mutable(exchange.head.Descriptor().Fields().ByName("init")).Message()
	headers := init.Mutable(init.Descriptor().Fields().ByName("headers")).List()
	for _, header := range [][]string{{"X-Empty", ""}, {"X-Many", "one", "two, three"}} {
		added := headers.AppendMutable().Message()
		set(added, "key", protoreflect.ValueOfString(header[0]))
		values := added.Mutable(added.Descriptor().Fields().ByName("values")).List()
		for _, value := range header[1:] {
			values.Append(protoreflect.ValueOfString(value))
		}
	}
	if err := exchange.send(nil, true); err != nil {
		t.Fatal(err)
	}
	first, err := exchange.next()
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][]string{}
	answered := field(first, "init.headers").List()
	for i := range answered.Len() {
		header := answered.Get(i).Message().Interface().(*dynamicpb.Message)
		values := field(header, "values").List()
		for i := range values.Len() {
			told[field(header, "key").String()] = append(told[field(header, "key").String()], values.Get(i).String())
		}
	}
	want := map[string][]string{
		"X-One": {"1"}, "X-Two": {"a, b", "c"}, "X-Empty": {""}, "Content-Type": {"text/plain; charset=utf-8"},
	}
	if code := field(first, "init.status_code").Int(); code != 207 || !maps.EqualFunc(told, want, slices.Equal) {
		t.Errorf("%d %q", code, told)
	}
	_, body, err := exchange.receive()
	body = append(field(first, "body_chunk").Bytes(), body...)
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	slices.Sort(lines[min(len(lines), 3):])
	heard := []string{
		"PUT /head?a=1&b=%20x HTTP/1.1", "session|request|192.0.2.7|de,en;q=0.5|Browser é",
		"192.0.2.7:4711 /plugins/it/head?a=1&b=%20x",
		"host: chat.example.com", "x-empty: ", "x-many: one", "x-many: two, three",
	}
	if err != nil || !slices.Equal(lines, heard) {
		t.Errorf("%v\n%s", err, strings.Join(lines, "\n"))
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
