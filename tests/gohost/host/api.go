package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/mmplugin/gohost/model"
)

// API is the server's side of the plugin API, kept in memory.
type API struct {
	// BundlePath is what GetBundlePath answers.
	BundlePath string
	// PluginID names the plugin in event names.
	PluginID string

	log     *Log
	version string

	mu       sync.Mutex
	settings map[string]any
	defaults map[string]any
	config   *model.Config
	kv       map[string]kvEntry
	users    map[string]*model.User
	channels map[string]*model.Channel
	teams    map[string]*model.Team
	posts    map[string]*model.Post
	commands map[string]*model.Command
	nextID   int
	uploads  map[string][]byte
	streams  Streams

	installed bool

	scripts   map[string]*Script
	scripted  atomic.Bool
	recording atomic.Bool
	calls     []Call
}

type kvEntry struct {
	value   []byte
	expires time.Time
}

// Call is one recorded API call.
type Call struct {
	Method string `json:"method"`
	Args   any    `json:"args"`
}

// Script changes how one method behaves.
type Script struct {
	// Kind: "app_error" fills the error result, "rpc_error" fails the call with Text, "missing"
	// answers as a server without the method, "returns" answers with Returns, "delay" only
	// waits, "filled" answers with what Seed makes up, "close" closes the API connection,
	// "unencodable" answers with an error value that gob refuses (which closes the connection, too).
	Kind     string          `json:"kind"`
	Text     string          `json:"text"`
	AppError *model.AppError `json:"app_error"`
	Returns  json.RawMessage `json:"returns"`
	DelayMS  int             `json:"delay_ms"`
	Seed     uint64          `json:"seed"`
	// Times is how many calls it lasts; 0 is for ever.
	Times int `json:"times"`

	method string
}

// NewAPI makes an API with a team, channels and a hundred users.
func NewAPI() *API {
	api := &API{
		settings: make(map[string]any), defaults: make(map[string]any),
		config: defaultConfig(), kv: make(map[string]kvEntry),
		users: defaultUsers(), channels: defaultChannels(), teams: defaultTeams(),
		posts: make(map[string]*model.Post), commands: make(map[string]*model.Command),
		uploads: make(map[string][]byte),
		scripts: make(map[string]*Script), log: new(Log), version: "11.6.0",
	}
	api.recording.Store(true)
	return api
}

// oldVersion is that of the oldest server we play.
const oldVersion = "9.3.0"

func (a *API) attach(log *Log, mode Mode) {
	a.log = log
	if mode == Mode93 {
		a.version = oldVersion
	}
}

// UseManifest takes id and the defaults of the settings.
func (a *API) UseManifest(manifest *model.Manifest) {
	a.PluginID = manifest.Id
	if manifest.SettingsSchema == nil {
		return
	}
	for _, setting := range manifest.SettingsSchema.Settings {
		a.defaults[strings.ToLower(setting.Key)] = setting.Default
	}
}

// SetConfiguration is the stored configuration of the plugin.
func (a *API) SetConfiguration(settings map[string]any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settings = settings
}

// pluginConfiguration is the JSON that LoadPluginConfiguration answers: the manifest's defaults
// overlaid with the stored values, keys in lower case.
func (a *API) pluginConfiguration() ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make(map[string]any)
	for key, value := range a.defaults {
		all[key] = value
	}
	for key, value := range a.settings {
		all[strings.ToLower(key)] = value
	}
	return json.Marshal(all)
}

// Record switches the recording of calls.
func (a *API) Record(on bool) { a.recording.Store(on) }

// Calls copies the recorded calls.
func (a *API) Calls() []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Call(nil), a.calls...)
}

// ClearCalls forgets the recorded calls.
func (a *API) ClearCalls() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = nil
}

// SetScript changes a method's behaviour; nil brings the usual one back.
func (a *API) SetScript(method string, script *Script) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if script == nil {
		delete(a.scripts, method)
	} else {
		script.method = method
		a.scripts[method] = script
	}
	a.scripted.Store(len(a.scripts) > 0)
}

// everyMethod is the name under which a script holds for all methods that have none.
const everyMethod = "*"

func (a *API) takeScript(method string) *Script {
	if !a.scripted.Load() {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	script := a.scripts[method]
	if script == nil {
		method = everyMethod
		script = a.scripts[method]
	}
	if script == nil {
		return nil
	}
	copied := *script
	if script.Times > 0 {
		script.Times--
		if script.Times == 0 {
			delete(a.scripts, method)
		}
	}
	return &copied
}

// KV copies the stored pairs.
func (a *API) KV() map[string][]byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make(map[string][]byte)
	for key, entry := range a.kv {
		all[key] = entry.value
	}
	return all
}

// Commands lists the registered commands, ordered by trigger.
func (a *API) Commands() []*model.Command {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]*model.Command, 0, len(a.commands))
	for _, command := range a.commands {
		list = append(list, command)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Trigger < list[j].Trigger })
	return list
}

// Users lists all users, ordered by name.
func (a *API) Users() []*model.User {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make([]*model.User, 0, len(a.users))
	for _, user := range a.users {
		all = append(all, user)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Username < all[j].Username })
	return all
}

// Config is the server's configuration.
func (a *API) Config() *model.Config { return a.config }

// PutUser, PutChannel and PutTeam add or replace records.
func (a *API) PutUser(user *model.User) { a.mu.Lock(); a.users[user.Id] = user; a.mu.Unlock() }

// PutChannel adds or replaces a channel.
func (a *API) PutChannel(c *model.Channel) { a.mu.Lock(); a.channels[c.Id] = c; a.mu.Unlock() }

// PutTeam adds or replaces a team.
func (a *API) PutTeam(t *model.Team) { a.mu.Lock(); a.teams[t.Id] = t; a.mu.Unlock() }

// newID makes 26-character ids that are easy to tell apart.
func (a *API) newID(prefix string) string {
	a.nextID++
	return fmt.Sprintf("%s%0*d", prefix, 26-len(prefix), a.nextID)
}

func appError(where, id, message string, status int) *model.AppError {
	return &model.AppError{Id: id, Message: message, StatusCode: status, Where: where}
}

func notFound(where, what string) *model.AppError {
	return appError(where, "app."+what+".missing.const", "Unable to find the "+what+".", http.StatusNotFound)
}

const maxKeyLength = 150

func checkKey(where, key string) *model.AppError {
	if key == "" || len(key) > maxKeyLength {
		return appError(where, "app.plugin_store.save.app_error", "Key must be 1 to 150 characters.", http.StatusBadRequest)
	}
	return nil
}

func (a *API) get(key string) []byte {
	entry, ok := a.kv[key]
	if !ok || (!entry.expires.IsZero() && time.Now().After(entry.expires)) {
		return nil
	}
	return entry.value
}

func (a *API) set(key string, value []byte, seconds int64) {
	if value == nil {
		delete(a.kv, key)
		return
	}
	entry := kvEntry{value: value}
	if seconds > 0 {
		entry.expires = time.Now().Add(time.Duration(seconds) * time.Second)
	}
	a.kv[key] = entry
}

// unencodable is an error whose type no gob name stands for.
type unencodable struct{ Text string }

func (e unencodable) Error() string { return e.Text }

var errClosed = errors.New("the API connection was closed by a script")
