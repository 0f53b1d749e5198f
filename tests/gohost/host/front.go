package host

import (
	"net/http"
	"net/url"
	"strings"

	"example.com/mmplugin/gohost/plugin"
)

// Front is the part of the server's router that leads to a plugin: /plugins/<id>/….
type Front struct {
	Host *Host
	// Sessions are tokens and the users they belong to.
	Sessions map[string]string
}

const tokenCookie = "MMAUTHTOKEN"

// ServeHTTP strips the prefix and everything that a client must not decide, and adds the user of
// a valid session.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/plugins/"+f.Host.API.PluginID)
	if !ok || (rest != "" && rest[0] != '/') {
		http.NotFound(w, r)
		return
	}
	token, fromHeader := f.token(r)
	user := f.Sessions[token]
	if user != "" && !fromHeader && r.Method != http.MethodGet && r.Header.Get("X-Requested-With") != "XMLHttpRequest" {
		user = ""
	}
	f.clean(r, fromHeader && (user != "" || f.Host.mode == Mode93))
	context := &plugin.Context{
		RequestId: "request", IPAddress: r.RemoteAddr, UserAgent: r.UserAgent(),
		AcceptLanguage: r.Header.Get("Accept-Language"),
	}
	if user != "" {
		r.Header.Set("Mattermost-User-Id", user)
		context.SessionId = "session-of-" + user
	}
	r.URL.Path = rest
	if rest == "" {
		r.URL.Path = "/"
	}
	r.URL.RawPath = ""
	_ = f.Host.Hooks.ServeHTTP(context, w, r)
}

func (f *Front) token(r *http.Request) (string, bool) {
	header := r.Header.Get("Authorization")
	for _, scheme := range []string{"bearer ", "token "} {
		if len(header) > len(scheme) && strings.EqualFold(header[:len(scheme)], scheme) {
			return header[len(scheme):], true
		}
	}
	if cookie, err := r.Cookie(tokenCookie); err == nil {
		return cookie.Value, false
	}
	return r.URL.Query().Get("access_token"), true
}

func (f *Front) clean(r *http.Request, dropAuthorization bool) {
	for _, name := range []string{"Mattermost-User-Id", "Mattermost-Plugin-ID", "Referer"} {
		r.Header.Del(name)
	}
	if dropAuthorization {
		r.Header.Del("Authorization")
	}
	cookies := r.Cookies()
	r.Header.Del("Cookie")
	for _, cookie := range cookies {
		if cookie.Name != tokenCookie {
			r.AddCookie(cookie)
		}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err == nil {
		query.Del("access_token")
		r.URL.RawQuery = query.Encode()
	}
}
