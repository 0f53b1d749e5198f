package plugin93

import "net/http"

type Z_PluginHTTPArgs struct {
	Request     *http.Request
	RequestBody []byte
}
