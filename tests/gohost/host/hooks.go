package host

import (
	"io"
	"net/rpc"
	"sync"

	goplugin "github.com/hashicorp/go-plugin"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// Hooks calls the plugin's hooks. A hook that is not implemented is not called; a failed call is
// logged and gives the default results, both as on the server.
type Hooks struct {
	client  *rpc.Client
	broker  *goplugin.MuxBroker
	host    *Host
	has     map[string]bool
	servers *sync.WaitGroup
	mu      sync.Mutex
	api     io.Closer
	driver  io.Closer
}

// Has says whether the plugin implements a hook.
func (h *Hooks) Has(name string) bool { return h.has[name] }

// Call runs one hook whatever Implemented said and gives the RPC error as it is.
func (h *Hooks) Call(name string, args, returns any) error {
	return h.client.Call("Plugin."+name, args, returns)
}

func (h *Hooks) run(name string, args, returns any) error {
	if !h.has[name] {
		return nil
	}
	err := h.Call(name, args, returns)
	if err != nil {
		h.failed(name, err)
	}
	return err
}

func (h *Hooks) failed(name string, err error) {
	log := &logger{log: h.host.Log, source: "host"}
	log.Error("RPC call "+name+" to plugin failed.", "error", err)
}

// Implemented asks the plugin for its list and remembers it.
func (h *Hooks) Implemented() ([]string, error) {
	var names []string
	if err := h.Call("Implemented", struct{}{}, &names); err != nil {
		return nil, err
	}
	for _, name := range names {
		h.has[name] = true
	}
	return names, nil
}

// OnActivate offers API and driver on two new ids and calls the hook. Like the server it takes a
// failed call for success; only a returned error is one.
func (h *Hooks) OnActivate() error {
	args := &plugin.Z_OnActivateArgs{
		APIMuxId:    h.offer(newAPIServer(h.host.API, h, h.CloseAPI).service(), &h.api),
		DriverMuxId: h.offer(h.host.Driver, &h.driver),
	}
	returns := new(plugin.Z_OnActivateReturns)
	if err := h.Call("OnActivate", args, returns); err != nil {
		h.failed("OnActivate", err)
	}
	return returns.A
}

// offer serves a net/rpc service named "Plugin" on a new broker id.
func (h *Hooks) offer(service any, slot *io.Closer) uint32 {
	id := h.broker.NextId()
	h.servers.Add(1)
	go func() {
		defer h.servers.Done()
		conn, err := h.broker.Accept(id)
		if err != nil {
			(&logger{log: h.host.Log, source: "host"}).Error("plugin did not connect", "id", id, "error", err)
			return
		}
		h.mu.Lock()
		*slot = conn
		h.mu.Unlock()
		serve(service, conn)
	}()
	return id
}

func serve(service any, conn io.ReadWriteCloser) {
	server := rpc.NewServer()
	if err := server.RegisterName("Plugin", service); err != nil {
		panic(err)
	}
	server.ServeConn(conn)
}

// CloseAPI ends the API connection, as the server does when it cannot encode a reply.
func (h *Hooks) CloseAPI() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.api == nil {
		return nil
	}
	return h.api.Close()
}

// CloseDriver ends the connection to the database driver.
func (h *Hooks) CloseDriver() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.driver == nil {
		return nil
	}
	return h.driver.Close()
}

// OnDeactivate returns the plugin's error.
func (h *Hooks) OnDeactivate() error {
	returns := new(plugin.Z_OnDeactivateReturns)
	_ = h.run("OnDeactivate", &plugin.Z_OnDeactivateArgs{}, returns)
	return returns.A
}

// OnConfigurationChange returns the plugin's error.
func (h *Hooks) OnConfigurationChange() error {
	returns := new(plugin.Z_OnConfigurationChangeReturns)
	_ = h.run("OnConfigurationChange", &plugin.Z_OnConfigurationChangeArgs{}, returns)
	return returns.A
}

// MessageWillBePosted decodes the reply into the very post that was sent, so that fields which
// the plugin does not write keep their value.
func (h *Hooks) MessageWillBePosted(c *plugin.Context, post *model.Post) (*model.Post, string, error) {
	args := &plugin.Z_MessageWillBePostedArgs{A: c, B: post}
	returns := &plugin.Z_MessageWillBePostedReturns{A: args.B}
	err := h.run("MessageWillBePosted", args, returns)
	return returns.A, returns.B, err
}

// MessageHasBeenPosted has no result.
func (h *Hooks) MessageHasBeenPosted(c *plugin.Context, post *model.Post) error {
	return h.run("MessageHasBeenPosted",
		&plugin.Z_MessageHasBeenPostedArgs{A: c, B: post}, new(plugin.Z_MessageHasBeenPostedReturns))
}

// ExecuteCommand returns the response or the plugin's error.
func (h *Hooks) ExecuteCommand(c *plugin.Context, args *model.CommandArgs) (*model.CommandResponse, *model.AppError, error) {
	returns := new(plugin.Z_ExecuteCommandReturns)
	err := h.run("ExecuteCommand", &plugin.Z_ExecuteCommandArgs{A: c, B: args}, returns)
	return returns.A, returns.B, err
}
