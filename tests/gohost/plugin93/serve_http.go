// Package plugin93 holds the argument of ServeHTTP as servers before the request subset send it.
package plugin93

import (
	"net/http"

	"example.com/mmplugin/gohost/plugin"
)

type Z_ServeHTTPArgs struct {
	ResponseWriterStream uint32
	Request              *http.Request
	Context              *plugin.Context
	RequestBodyStream    uint32
}
