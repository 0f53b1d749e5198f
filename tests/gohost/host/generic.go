package host

import "example.com/mmplugin/gohost/fill"

// generic answers every API method of the schema that apiServer has no method of its own for: the call is
// recorded, scripts work, and the answer is made up by construction. Its methods are generated.
type generic struct {
	server *apiServer
}

// answer fills the results by a seed that the method's name gives, errors left out, so that a test can make the
// same value again; a server of the oldest release lacks what came later.
func (g generic) answer(method string, args, returns any) error {
	return g.server.do(method, args, returns, func() { fill.Results(returns, fill.Seed(method)) })
}

func newAPIServer(api *API, hooks *Hooks, closeConnection func() error) *apiServer {
	server := &apiServer{api: api, hooks: hooks, close: closeConnection}
	server.generic.server = server
	return server
}

// old says that it plays a server of the oldest release.
func (a *API) old() bool { return a.version == oldVersion }
