package host

import (
	"encoding/json"
	"errors"
	"io"
	"net/rpc"

	"example.com/mmplugin/gohost/dump"
	"example.com/mmplugin/gohost/fill"
	"example.com/mmplugin/gohost/plugin"
)

// ServeChecked serves the API of a server that answers every method with what the seed gives, and tells by
// Check.Last what the last call was given and answered.
func ServeChecked(conn io.ReadWriteCloser, mode Mode, seed uint64) {
	api := NewAPI()
	api.attach(new(Log), mode)
	api.SetScript(everyMethod, &Script{Kind: "filled", Seed: seed})
	base := newAPIServer(api, nil, conn.Close)
	var service any = &api11{base}
	if mode == Mode93 {
		service = &api93{base}
	}
	server := rpc.NewServer()
	if err := errors.Join(server.RegisterName("Plugin", service), server.RegisterName("Check", &Check{api, seed})); err != nil {
		panic(err)
	}
	server.ServeConn(conn)
}

// Check tells about calls.
type Check struct {
	api  *API
	seed uint64
}

// Last answers method, args and returns of the last call as JSON, and forgets all calls.
func (c *Check) Last(_ struct{}, reply *string) error {
	calls := c.api.Calls()
	if len(calls) == 0 {
		return errors.New("there was no call")
	}
	last := calls[len(calls)-1]
	c.api.ClearCalls()
	method, _ := plugin.Method(last.Method)
	returns := method.Returns()
	fill.Results(returns, c.seed)
	text, err := json.Marshal(map[string]any{
		"method": last.Method, "args": dump.Of(last.Args), "returns": dump.Of(returns),
	})
	*reply = string(text)
	return err
}
