// go-plugin's own layer: a plugin in Rust under the real go-plugin, gRPC only.

package grpchost

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	plugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const serviceName = "mmplugin.test.Peer"

// peerPlugin hands out the connection and the broker as they are.
type peerPlugin struct{ plugin.NetRPCUnsupportedPlugin }

type peer struct {
	conn   *grpc.ClientConn
	broker *plugin.GRPCBroker
}

func (peerPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (peerPlugin) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &peer{conn, broker}, nil
}

func (p *peer) call(method, text string, options ...grpc.CallOption) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return call(ctx, p.conn, method, text, options...)
}

func call(ctx context.Context, conn *grpc.ClientConn, method, text string, options ...grpc.CallOption) (string, error) {
	out := new(wrapperspb.StringValue)
	err := conn.Invoke(ctx, "/"+serviceName+"/"+method, wrapperspb.String(text), out, options...)
	return out.GetValue(), err
}

// how is a way to run the plugin.
type how struct {
	name string
	mtls bool
	mux  bool
	tcp  bool
}

var ways = []how{
	{name: "unix"},
	{name: "tcp", tcp: true},
	{name: "unix-mtls", mtls: true},
	{name: "tcp-mtls", mtls: true, tcp: true},
	{name: "unix-mux", mux: true},
	{name: "unix-mtls-mux", mtls: true, mux: true},
	{name: "tcp-mtls-mux", mtls: true, mux: true, tcp: true},
}

type running struct {
	client *plugin.Client
	*peer
	out, err, log *buffer
}

// buffer is written by go-plugin and read by the test.
type buffer struct {
	mutex sync.Mutex
	bytes bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.bytes.Write(p)
}

func (b *buffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.bytes.String()
}

// plugins is the folder of the plugins' executables.
const plugins = "GRPC_PLUGINS"

func command(t testing.TB, w how, name string) *exec.Cmd {
	folder := os.Getenv(plugins)
	if folder == "" {
		t.Fatalf("%s names no folder; run `cargo xtask test grpc`", plugins)
	}
	cmd := exec.Command(filepath.Join(folder, name))
	cmd.Env = append(os.Environ(), "MMPLUGIN_TRANSPORT=grpc")
	if w.tcp {
		cmd.Env = append(cmd.Env, "MMPLUGIN_NETWORK=tcp")
	}
	return cmd
}

func start(t testing.TB, w how) *running {
	t.Helper()
	out, errs, log := new(buffer), new(buffer), new(buffer)
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion: 3, MagicCookieKey: "MMPLUGIN_TEST", MagicCookieValue: "peer",
		},
		Plugins:             plugin.PluginSet{"peer": peerPlugin{}},
		Cmd:                 command(t, w, "peer"),
		AllowedProtocols:    []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:            w.mtls,
		GRPCBrokerMultiplex: w.mux,
		SyncStdout:          out,
		SyncStderr:          errs,
		Logger:              hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: log}),
		StartTimeout:        20 * time.Second,
	})
	t.Cleanup(client.Kill)
	protocol, err := client.Client()
	if err != nil {
		t.Fatalf("%s: %v\n%s", w.name, err, log)
	}
	raw, err := protocol.Dispense("peer")
	if err != nil {
		t.Fatal(err)
	}
	return &running{client, raw.(*peer), out, errs, log}
}

func TestAPluginStartsAnswersAndStops(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			p := start(t, w)
			if p.client.NegotiatedVersion() != 3 || p.client.Protocol() != plugin.ProtocolGRPC {
				t.Fatalf("version %d over %s", p.client.NegotiatedVersion(), p.client.Protocol())
			}
			protocol, _ := p.client.Client()
			if err := protocol.Ping(); err != nil {
				t.Fatalf("ping: %v", err)
			}
			if got, err := p.call("Echo", "hello"); err != nil || got != "hello" {
				t.Fatalf("%q %v", got, err)
			}
			begin := time.Now()
			p.client.Kill()
			if took := time.Since(begin); took > 1500*time.Millisecond {
				t.Errorf("stopping took %v: go-plugin had to kill it", took)
			}
			if !p.client.Exited() || strings.Contains(p.log.String(), "plugin failed to exit gracefully") {
				t.Errorf("not stopped gracefully\n%s", p.log)
			}
			if !strings.Contains(p.log.String(), "plugin process exited") {
				t.Errorf("no exit in the log")
			}
		})
	}
}

func TestHealthKnowsItsServices(t *testing.T) {
	p := start(t, ways[0])
	health := grpc_health_v1.NewHealthClient(p.conn)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for service, want := range map[string]codes.Code{"plugin": codes.OK, "": codes.OK, "other": codes.NotFound} {
		answer, err := health.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: service})
		if status.Code(err) != want {
			t.Errorf("%q: %v", service, err)
		}
		if err == nil && answer.Status != grpc_health_v1.HealthCheckResponse_SERVING {
			t.Errorf("%q: %v", service, answer)
		}
	}
	watch, err := health.Watch(ctx, &grpc_health_v1.HealthCheckRequest{Service: "other"})
	if err != nil {
		t.Fatal(err)
	}
	if first, err := watch.Recv(); err != nil || first.Status != grpc_health_v1.HealthCheckResponse_SERVICE_UNKNOWN {
		t.Errorf("%v %v", first, err)
	}
	if _, err := call(ctx, p.conn, "Nothing", ""); status.Code(err) != codes.Unimplemented {
		t.Errorf("an unknown method: %v", err)
	}
	err = p.conn.Invoke(ctx, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", wrapperspb.String(""), new(wrapperspb.StringValue))
	if status.Code(err) != codes.Unimplemented {
		t.Errorf("reflection: %v", err)
	}
}

// hostService is what the host serves over the broker.
func hostService(options []grpc.ServerOption) *grpc.Server {
	server := grpc.NewServer(options...)
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: serviceName,
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "Echo",
			Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
				in := new(wrapperspb.StringValue)
				if err := decode(in); err != nil {
					return nil, err
				}
				return wrapperspb.String("host heard " + in.Value), nil
			},
		}},
	}, nil)
	return server
}

func TestTheBrokerConnectsBothWays(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			p := start(t, w)
			for range 3 {
				id := p.broker.NextId()
				go p.broker.AcceptAndServe(id, hostService)
				want := fmt.Sprintf("host heard from the plugin over %d", id)
				if got, err := p.call("Call", fmt.Sprint(id)); err != nil || got != want {
					t.Fatalf("the plugin calls: %q %v\n%s", got, err, p.log)
				}
			}
			for id := range uint32(3) {
				id += 1000
				if _, err := p.call("Serve", fmt.Sprint(id)); err != nil {
					t.Fatal(err)
				}
				conn, err := p.broker.Dial(id)
				if err != nil {
					t.Fatalf("the host dials: %v", err)
				}
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				got, err := call(ctx, conn, "Echo", "over the broker")
				cancel()
				if err != nil || got != "over the broker" {
					t.Fatalf("%q %v", got, err)
				}
				conn.Close()
			}
			if got, err := p.call("Echo", "after all"); err != nil || got != "after all" {
				t.Fatalf("%q %v", got, err)
			}
		})
	}
}

func TestAnIdThatNobodyServesIsAnErrorInTime(t *testing.T) {
	for _, w := range []how{ways[0], ways[4]} {
		t.Run(w.name, func(t *testing.T) {
			p := start(t, w)
			begin := time.Now()
			_, err := p.call("Call", "77")
			if status.Code(err) != codes.Unavailable || time.Since(begin) > 8*time.Second {
				t.Fatalf("after %v: %v", time.Since(begin), err)
			}
			if _, err := p.call("Echo", "x"); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestOutputReachesTheHost(t *testing.T) {
	p := start(t, ways[0])
	if _, err := p.call("Print", "words"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "output", func() bool {
		return p.out.String() == "out words\n" && p.err.String() == "err words\n" &&
			strings.Contains(p.log.String(), "printed words")
	})
}

func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("no %s in time", what)
}

func TestLargeMessagesPassAndTooLargeOnesAreRefused(t *testing.T) {
	p := start(t, ways[2])
	large := strings.Repeat("y", 64<<20)
	if got, err := p.call("Echo", large); err != nil || got != large {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	_, err := p.call("Echo", strings.Repeat("y", 129<<20), grpc.MaxCallSendMsgSize(math.MaxInt32))
	if code := status.Code(err); code != codes.OutOfRange && code != codes.ResourceExhausted {
		t.Fatalf("oversize: %v", err)
	}
	if _, err := p.call("Echo", "still there"); err != nil {
		t.Fatal(err)
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	p := start(t, ways[0])
	begin := time.Now()
	var wait sync.WaitGroup
	for range 512 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if _, err := p.call("Sleep", "1000"); err != nil {
				t.Error(err)
			}
		}()
	}
	wait.Wait()
	if took := time.Since(begin); took > 8*time.Second {
		t.Errorf("512 calls of 1 s took %v", took)
	}
}

func TestAKilledPluginIsNoticedAndStartsAnew(t *testing.T) {
	p := start(t, ways[0])
	if _, err := p.call("Exit", ""); status.Code(err) != codes.Unavailable {
		t.Fatalf("%v", err)
	}
	waitFor(t, "exit", p.client.Exited)
	again := start(t, ways[0])
	if got, err := again.call("Echo", "again"); err != nil || got != "again" {
		t.Fatalf("%q %v", got, err)
	}
}

func TestAStrangerGetsNoAnswerOverTLS(t *testing.T) {
	p := start(t, ways[2])
	address := p.client.ReattachConfig().Addr
	conn, err := grpc.Dial("unused", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, address.Network(), address.String())
		}))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if _, err := call(ctx, conn, "Echo", "x"); status.Code(err) != codes.Unavailable {
		t.Fatalf("without TLS: %v", err)
	}
	if err := strangerTLS(ctx, address); err == nil {
		t.Fatal("a certificate of somebody else was taken")
	}
	if _, err := p.call("Echo", "the host still can"); err != nil {
		t.Fatal(err)
	}
}

func TestAPluginEndsWithItsHost(t *testing.T) {
	if os.Getenv("GRPC_HOST_CHILD") != "" {
		p := start(t, ways[0])
		// One call is on its way, and one connection is open beside the first.
		go func() { _, _ = p.call("Sleep", "60000") }()
		if _, err := p.call("Serve", "9"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.broker.Dial(9); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("plugin %d\n", p.client.ReattachConfig().Pid)
		time.Sleep(time.Minute)
		return
	}
	host := exec.Command(os.Args[0], "-test.run", "TestAPluginEndsWithItsHost")
	host.Env = append(os.Environ(), "GRPC_HOST_CHILD=1")
	out, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscanf(out, "plugin %d\n", &pid); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	_ = host.Process.Signal(syscall.SIGKILL)
	_ = host.Wait()
	waitFor(t, "end of the plugin", func() bool { return !alive(pid) })
}

func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
