// Command plugin is a Go plugin over gRPC with the one hook that is measured: it does what examples/bench-plugin does
// in it, on the messages as they are, which is the least that a Go plugin can do.
package main

import (
	"context"
	"errors"
	"strings"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"example.com/mmplugin/grpcbench/messages"
)

func main() {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: 1, MagicCookieKey: "MATTERMOST_PLUGIN", MagicCookieValue: "Securely message teams, anywhere.",
		},
		Plugins:    goplugin.PluginSet{"hooks": hooks{}},
		GRPCServer: goplugin.DefaultGRPCServer,
	})
}

type hooks struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (hooks) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("this is a plugin")
}

func (hooks) GRPCServer(_ *goplugin.GRPCBroker, server *grpc.Server) error {
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "mattermost.pluginapi.v1.PluginHooks",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{
			method("Implemented", func(*messages.ImplementedRequest) *messages.ImplementedResponse {
				return &messages.ImplementedResponse{Hooks: []string{"MessageWillBePosted", "OnActivate"}}
			}),
			method("OnActivate", func(*messages.OnActivateRequest) *messages.OnActivateResponse {
				return new(messages.OnActivateResponse)
			}),
			method("OnDeactivate", func(*messages.OnDeactivateRequest) *messages.OnDeactivateResponse {
				return new(messages.OnDeactivateResponse)
			}),
			method("MessageWillBePosted", messageWillBePosted),
		},
	}, nil)
	return nil
}

func messageWillBePosted(request *messages.MessageWillBePostedRequest) *messages.MessageWillBePostedResponse {
	post := request.GetPost()
	if !strings.Contains(post.GetMessage(), "hoge") {
		return new(messages.MessageWillBePostedResponse)
	}
	post.Message += " 2026-01-01T00:00:00Z"
	return &messages.MessageWillBePostedResponse{ModifiedPost: post}
}

func method[Q, R any](name string, answer func(*Q) *R) grpc.MethodDesc {
	return grpc.MethodDesc{
		MethodName: name,
		Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			request := new(Q)
			if err := decode(request); err != nil {
				return nil, err
			}
			return answer(request), nil
		},
	}
}
