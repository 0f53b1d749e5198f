// Package sdk is a Go plugin's side of the wire, doing what the official SDK does and how: a
// net/rpc server for the hooks, a net/rpc client for the API, whole structs both ways, and a
// header call before every write of a response.
package sdk

import (
	"errors"
	"log"
	"net/http"
	"net/rpc"
	"os"

	goplugin "github.com/hashicorp/go-plugin"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// Plugin is what the bench plugin implements.
type Plugin interface {
	SetAPI(*API)
	OnActivate() error
	OnDeactivate() error
	OnConfigurationChange() error
	MessageWillBePosted(*plugin.Context, *model.Post) (*model.Post, string)
	MessageHasBeenPosted(*plugin.Context, *model.Post)
	ExecuteCommand(*plugin.Context, *model.CommandArgs) (*model.CommandResponse, *model.AppError)
	ServeHTTP(*plugin.Context, http.ResponseWriter, *http.Request)
}

var implemented = []string{
	"ExecuteCommand", "MessageHasBeenPosted", "MessageWillBePosted", "OnActivate",
	"OnConfigurationChange", "OnDeactivate", "ServeHTTP",
}

var handshake = goplugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "MATTERMOST_PLUGIN",
	MagicCookieValue: "Securely message teams, anywhere.",
}

// Main serves the plugin until the host says Quit.
func Main(impl Plugin) {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: handshake,
		Plugins:         map[string]goplugin.Plugin{"hooks": &hooksPlugin{impl}},
	})
}

type hooksPlugin struct{ impl Plugin }

func (p *hooksPlugin) Server(broker *goplugin.MuxBroker) (any, error) {
	return &hooksServer{impl: p.impl, broker: broker}, nil
}

func (p *hooksPlugin) Client(*goplugin.MuxBroker, *rpc.Client) (any, error) {
	return nil, errors.New("this is a plugin")
}

// hooksServer is the net/rpc service that the host calls.
type hooksServer struct {
	impl   Plugin
	broker *goplugin.MuxBroker
	api    *rpc.Client
	driver *rpc.Client
}

func (s *hooksServer) Implemented(_ struct{}, reply *[]string) error {
	*reply = implemented
	return nil
}

func (s *hooksServer) OnActivate(args *plugin.Z_OnActivateArgs, returns *plugin.Z_OnActivateReturns) error {
	conn, err := s.broker.Dial(args.APIMuxId)
	if err != nil {
		return err
	}
	driver, err := s.broker.Dial(args.DriverMuxId)
	if err != nil {
		return err
	}
	s.api, s.driver = rpc.NewClient(conn), rpc.NewClient(driver)
	s.impl.SetAPI(&API{client: s.api})
	if err := s.impl.OnConfigurationChange(); err != nil {
		log.New(os.Stderr, "", 0).Printf("[ERROR] call to OnConfigurationChange failed, error: %v", err)
	}
	returns.A = plugin.EncodableError(s.impl.OnActivate())
	return nil
}

func (s *hooksServer) OnDeactivate(_ *plugin.Z_OnDeactivateArgs, returns *plugin.Z_OnDeactivateReturns) error {
	returns.A = plugin.EncodableError(s.impl.OnDeactivate())
	return nil
}

func (s *hooksServer) OnConfigurationChange(_ *plugin.Z_OnConfigurationChangeArgs, returns *plugin.Z_OnConfigurationChangeReturns) error {
	returns.A = plugin.EncodableError(s.impl.OnConfigurationChange())
	return nil
}

func (s *hooksServer) MessageWillBePosted(args *plugin.Z_MessageWillBePostedArgs, returns *plugin.Z_MessageWillBePostedReturns) error {
	returns.A, returns.B = s.impl.MessageWillBePosted(args.A, args.B)
	return nil
}

func (s *hooksServer) MessageHasBeenPosted(args *plugin.Z_MessageHasBeenPostedArgs, _ *plugin.Z_MessageHasBeenPostedReturns) error {
	s.impl.MessageHasBeenPosted(args.A, args.B)
	return nil
}

func (s *hooksServer) ExecuteCommand(args *plugin.Z_ExecuteCommandArgs, returns *plugin.Z_ExecuteCommandReturns) error {
	returns.A, returns.B = s.impl.ExecuteCommand(args.A, args.B)
	return nil
}
