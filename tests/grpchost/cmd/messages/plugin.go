package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"example.com/mmplugin/grpchost/pluginapi"
)

// plugin is one that runs already, under go-plugin's client.
type plugin struct {
	conn  *grpc.ClientConn
	hooks protoreflect.MethodDescriptors
}

type hooks struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (hooks) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error { return nil }

func (hooks) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

func attach(address string, pid int) (*plugin, error) {
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: 1, MagicCookieKey: "MATTERMOST_PLUGIN", MagicCookieValue: "Securely message teams, anywhere.",
		},
		Plugins:          goplugin.PluginSet{"hooks": hooks{}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
		Reattach: &goplugin.ReattachConfig{
			Protocol: goplugin.ProtocolGRPC, ProtocolVersion: 1, Pid: pid, Test: true,
			Addr: &net.UnixAddr{Name: address, Net: "unix"},
		},
	})
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	if err := protocol.Ping(); err != nil {
		return nil, err
	}
	conn, err := protocol.Dispense("hooks")
	if err != nil {
		return nil, err
	}
	return &plugin{conn.(*grpc.ClientConn), pluginapi.Service("PluginHooks").Methods()}, nil
}

// call calls a hook; the request is filled by fill.
func (p *plugin) call(hook string, fill func(*dynamicpb.Message)) (request, response *dynamicpb.Message, err error) {
	method := p.hooks.ByName(protoreflect.Name(hook))
	if method == nil {
		return nil, nil, fmt.Errorf("no hook %s", hook)
	}
	request, response = dynamicpb.NewMessage(method.Input()), dynamicpb.NewMessage(method.Output())
	fill(request)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err = p.conn.Invoke(ctx, "/"+pluginapi.Package+".PluginHooks/"+hook, request, response)
	return request, response, err
}

// call is an order that the plugin takes part in.
func (s *server) call(o order) (out answer) {
	fail := func(err error) {
		if err != nil {
			out.Failed = append(out.Failed, err.Error())
		}
	}
	if o.Op == "hook" {
		var err error
		s.asked, s.answered, err = s.plugin.call(o.Message, func(request *dynamicpb.Message) { o.fill(o.Message, request) })
		fail(err)
		return out
	}
	attached, err := attach(o.Address, o.Pid)
	fail(err)
	if err != nil {
		return out
	}
	s.plugin = attached
	for i := range attached.hooks.Len() {
		out.Service = append(out.Service, string(attached.hooks.Get(i).Name()))
	}
	none := func(*dynamicpb.Message) {}
	_, told, err := attached.call("Implemented", none)
	fail(err)
	names := told.Get(told.Descriptor().Fields().ByName("hooks")).List()
	for i := range names.Len() {
		out.Hooks = append(out.Hooks, names.Get(i).String())
	}
	_, told, err = attached.call("OnActivate", none)
	fail(err)
	if told.Has(told.Descriptor().Fields().ByName("error")) {
		fail(fmt.Errorf("OnActivate: %v", told))
	}
	return out
}
