package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"

	"example.com/mmplugin/gohost/host"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/grpcbench/messages"
)

// subject is a plugin over one transport.
type subject interface {
	start() error
	stop()
	pid() int
	post(message string) error
	path() string
}

const (
	plainMessage  = "A message of a usual length, which the plugin looks at and lets through as it is."
	changeMessage = "A message of a usual length with hoge in it, to which the plugin appends something."
	userID        = host.BenchUserID
	channelID     = host.BenchChannelID
)

var errAnswer = errors.New("MessageWillBePosted gave something else")

// overGRPC is a plugin over gRPC. Its API answers every call with an empty message.
type overGRPC struct {
	executable string
	client     *goplugin.Client
	conn       *grpc.ClientConn
	api        *grpc.Server
}

func (o *overGRPC) path() string { return o.executable }
func (o *overGRPC) pid() int     { return o.client.ReattachConfig().Pid }

func (o *overGRPC) start() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	o.api = grpc.NewServer(grpc.ForceServerCodec(raw{}), grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		if err := stream.RecvMsg(new([]byte)); err != nil {
			return err
		}
		return stream.SendMsg(new([]byte))
	}))
	go func() { _ = o.api.Serve(listener) }()
	command := exec.Command(o.executable)
	command.Env = append(os.Environ(), "MATTERMOST_PLUGIN_API_TARGET="+listener.Addr().String())
	o.client = goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: 1, MagicCookieKey: "MATTERMOST_PLUGIN", MagicCookieValue: "Securely message teams, anywhere.",
		},
		Plugins:          goplugin.PluginSet{"hooks": connection{}},
		Cmd:              command,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
		StartTimeout:     30 * time.Second,
	})
	protocol, err := o.client.Client()
	if err != nil {
		return err
	}
	dispensed, err := protocol.Dispense("hooks")
	if err != nil {
		return err
	}
	o.conn = dispensed.(*grpc.ClientConn)
	answer := new(messages.OnActivateResponse)
	if err := o.invoke("OnActivate", new(messages.OnActivateRequest), answer); err != nil {
		return err
	}
	if answer.Error != nil {
		return errors.New(answer.Error.Message)
	}
	return nil
}

func (o *overGRPC) stop() {
	if o.client != nil {
		o.client.Kill()
		o.api.Stop()
		o.client = nil
	}
}

func (o *overGRPC) invoke(hook string, request, response any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return o.conn.Invoke(ctx, "/mattermost.pluginapi.v1.PluginHooks/"+hook, request, response)
}

func (o *overGRPC) post(message string) error {
	request := &messages.MessageWillBePostedRequest{
		PluginContext: &messages.PluginContext{
			SessionId: "sess00000000000000000000aa", RequestId: "requ00000000000000000000aa",
			IpAddress: "192.0.2.1", AcceptLanguage: "en-US,en;q=0.5", UserAgent: "Mozilla/5.0 grpcbench",
		},
		Post: &messages.Post{
			Id: "post00000000000000000000aa", CreateAt: 1_700_000_000_000, UpdateAt: 1_700_000_000_000,
			UserId: userID, ChannelId: channelID, Message: message,
			PendingPostId: userID + ":1700000000000", Hashtags: "#bench",
		},
	}
	response := new(messages.MessageWillBePostedResponse)
	if err := o.invoke("MessageWillBePosted", request, response); err != nil {
		return err
	}
	changed := strings.HasSuffix(response.GetModifiedPost().GetMessage(), "Z")
	if response.RejectionReason != "" || changed != strings.Contains(message, "hoge") {
		return errAnswer
	}
	return nil
}

// connection is handed out as it is.
type connection struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (connection) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error { return nil }

func (connection) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// raw passes bytes on.
type raw struct{}

var _ encoding.Codec = raw{}

func (raw) Name() string                           { return "proto" }
func (raw) Marshal(value any) ([]byte, error)      { return *value.(*[]byte), nil }
func (raw) Unmarshal(bytes []byte, into any) error { *into.(*[]byte) = slices.Clone(bytes); return nil }

// overNetRPC is the same plugin under a host that plays a released server.
type overNetRPC struct {
	executable string
	host       *host.Host
}

func (o *overNetRPC) path() string { return o.executable }
func (o *overNetRPC) pid() int     { return o.host.Pid() }

func (o *overNetRPC) start() error {
	api := host.NewAPI()
	api.Record(false)
	api.SetConfiguration(map[string]any{"word": "bench"})
	started, err := host.Start(host.Options{Executable: o.executable, API: api})
	if err != nil {
		return err
	}
	o.host = started
	return started.Hooks.OnActivate()
}

func (o *overNetRPC) stop() {
	if o.host != nil {
		o.host.Stop(true)
		o.host = nil
	}
}

func (o *overNetRPC) post(message string) error {
	post, rejected, err := o.host.Hooks.MessageWillBePosted(&plugin.Context{
		SessionId: "sess00000000000000000000aa", RequestId: "requ00000000000000000000aa",
		IPAddress: "192.0.2.1", AcceptLanguage: "en-US,en;q=0.5", UserAgent: "Mozilla/5.0 grpcbench",
	}, &model.Post{
		Id: "post00000000000000000000aa", CreateAt: 1_700_000_000_000, UpdateAt: 1_700_000_000_000,
		UserId: userID, ChannelId: channelID, Message: message,
		PendingPostId: userID + ":1700000000000", Hashtags: "#bench",
	})
	if err == nil && (rejected != "" || (post.Message == message) == strings.Contains(message, "hoge")) {
		err = errAnswer
	}
	return err
}

// block is all rows of one process.
func block(s subject, n int) (map[string]float64, error) {
	runtime.GC()
	begin := time.Now()
	if err := s.start(); err != nil {
		s.stop()
		return nil, err
	}
	defer s.stop()
	figures := map[string]float64{"start": float64(time.Since(begin).Microseconds()) / 1000}
	info, err := os.Stat(s.path())
	if err != nil {
		return nil, err
	}
	figures["size"] = float64(info.Size()) / (1 << 20)
	time.Sleep(200 * time.Millisecond)
	if err := resident(s, "rss.idle", figures); err != nil {
		return nil, err
	}
	// Both sides have warmed up before anything counts.
	if err := timed(s, "warm.", plainMessage, n/10, 1, map[string]float64{}); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		name, message string
		n, callers    int
	}{
		{"", plainMessage, n, 1}, {"change.", changeMessage, n / 2, 1}, {"many.", plainMessage, 8 * n, 64},
	} {
		if err := timed(s, part.name, part.message, part.n, part.callers, figures); err != nil {
			return nil, err
		}
	}
	return figures, resident(s, "rss.loaded", figures)
}

func resident(s subject, name string, figures map[string]float64) error {
	usage, err := host.ReadUsage(s.pid())
	figures[name] = float64(usage.RSSKiB) / 1024
	return err
}

// timed calls the hook n times from so many callers.
func timed(s subject, name, message string, n, callers int, figures map[string]float64) error {
	before, err := host.ReadUsage(s.pid())
	if err != nil {
		return err
	}
	times, failures := make([]time.Duration, n), make([]error, callers)
	var group sync.WaitGroup
	begin := time.Now()
	for caller := range callers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := caller; i < n && failures[caller] == nil; i += callers {
				at := time.Now()
				failures[caller] = s.post(message)
				times[i] = time.Since(at)
			}
		}()
	}
	group.Wait()
	took := time.Since(begin)
	if err := errors.Join(failures...); err != nil {
		return fmt.Errorf("%d callers: %w", callers, err)
	}
	after, err := host.ReadUsage(s.pid())
	slices.Sort(times)
	figures[name+"p50"] = float64(times[n/2].Nanoseconds()) / 1000
	figures[name+"p99"] = float64(times[n*99/100].Nanoseconds()) / 1000
	figures[name+"cpu"] = float64((after.CPU - before.CPU).Nanoseconds()) / 1000 / float64(n)
	figures[name+"rate"] = float64(n) / took.Seconds()
	return err
}
