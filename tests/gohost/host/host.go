// Package host starts and drives a Mattermost plugin as the server does: real go-plugin over
// net/rpc, the same handshake, checksum, broker ids, hooks client and HTTP streams, and an API
// kept in memory.
package host

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/hashicorp/go-plugin"
)

// Mode says which server generation to imitate.
type Mode string

const (
	// Mode11 sends the nine-field request and has Flush.
	Mode11 Mode = "11"
	// Mode93 sends a whole http.Request and has no Flush.
	Mode93 Mode = "9.3"
)

// Handshake is what the server and every plugin agree on.
var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "MATTERMOST_PLUGIN",
	MagicCookieValue: "Securely message teams, anywhere.",
}

const startTimeout = 3 * time.Second

// Options for Start.
type Options struct {
	Mode Mode
	// Executable of the plugin.
	Executable string
	// API answers the plugin's calls; one is made if nil.
	API *API
	// Log receives every line; one is made if nil.
	Log *Log
	// Database is the driver's: see openDatabase.
	Database string
	// Probe connects to the plugin's socket and closes it again before the real connection.
	Probe bool
	// Env are extra variables for the plugin.
	Env []string
}

// Host is one running plugin process.
type Host struct {
	API *API
	// Driver is the database driver's side of the plugin.
	Driver *Driver
	Log    *Log
	// Hooks calls the plugin.
	Hooks *Hooks
	// Implemented is the plugin's own list.
	Implemented []string
	// StartTime is the time from the start of the process to the end of the first call.
	StartTime time.Duration

	mode   Mode
	client *plugin.Client
	rpc    plugin.ClientProtocol
	cmd    *exec.Cmd
}

// Old says that it plays a server of the oldest release.
func (h *Host) Old() bool { return h.mode == Mode93 }

// Start runs the executable, connects, dispenses "hooks" and asks which are implemented.
func Start(options Options) (*Host, error) {
	host := &Host{API: options.API, Log: options.Log, mode: options.Mode}
	if host.Log == nil {
		host.Log = new(Log)
	}
	if host.API == nil {
		host.API = NewAPI()
	}
	if host.mode == "" {
		host.mode = Mode11
	}
	host.API.attach(host.Log, host.mode)

	var err error
	if host.Driver, err = openDatabase(options.Database); err != nil {
		return host, err
	}
	begin := time.Now()
	if err := host.start(options); err != nil {
		return host, err
	}
	host.StartTime = time.Since(begin)
	return host, nil
}

func (h *Host) start(options Options) error {
	sum, err := checksum(options.Executable)
	if err != nil {
		return fmt.Errorf("unable to generate plugin checksum: %w", err)
	}
	log := &logger{log: h.Log, source: "host"}
	h.cmd = exec.Command(options.Executable)
	h.cmd.Env = options.Env
	h.client = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: Handshake,
		Plugins:         map[string]plugin.Plugin{"hooks": &hooksPlugin{host: h}},
		Cmd:             h.cmd,
		SyncStdout:      logWriter{h.Log, "plugin_stdout"},
		SyncStderr:      logWriter{h.Log, "plugin_stderr"},
		Logger:          log,
		StartTimeout:    startTimeout,
		SecureConfig:    &plugin.SecureConfig{Checksum: sum, Hash: sha256.New()},
	})
	if err := h.connect(options.Probe); err != nil {
		h.client.Kill()
		return err
	}
	return nil
}

func (h *Host) connect(probe bool) error {
	address, err := h.client.Start()
	if err != nil {
		return err
	}
	if probe {
		if err := connectAndClose(address); err != nil {
			return err
		}
	}
	if h.rpc, err = h.client.Client(); err != nil {
		return err
	}
	raw, err := h.rpc.Dispense("hooks")
	if err != nil {
		return err
	}
	hooks, ok := raw.(*Hooks)
	if !ok {
		return errors.New("dispensed something other than hooks")
	}
	h.Hooks = hooks
	h.Implemented, err = hooks.Implemented()
	return err
}

func connectAndClose(address net.Addr) error {
	conn, err := net.Dial(address.Network(), address.String())
	if err != nil {
		return err
	}
	return conn.Close()
}

func checksum(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return nil, err
	}
	return hash.Sum(nil), nil
}

// Ping is the health check.
func (h *Host) Ping() error { return h.rpc.Ping() }

// Exited says whether the process has ended.
func (h *Host) Exited() bool { return h.client.Exited() }

// Pid of the plugin.
func (h *Host) Pid() int {
	if h.cmd == nil || h.cmd.Process == nil {
		return 0
	}
	return h.cmd.Process.Pid
}

// Stopped tells how a stop went.
type Stopped struct {
	// DeactivateError is what OnDeactivate returned.
	DeactivateError string `json:"deactivate_error"`
	DeactivateMS    int64  `json:"deactivate_ms"`
	// Graceful: the plugin answered Quit and ended in time; it was not killed.
	Graceful bool  `json:"graceful"`
	KillMS   int64 `json:"kill_ms"`
	// ExitCode is -1 when a signal ended the process.
	ExitCode int `json:"exit_code"`
}

// Stop is a normal stop: OnDeactivate if asked for and implemented, then Kill.
func (h *Host) Stop(deactivate bool) Stopped {
	var result Stopped
	begin := time.Now()
	if deactivate && h.Hooks != nil && h.Hooks.Has("OnDeactivate") {
		if err := h.Hooks.OnDeactivate(); err != nil {
			result.DeactivateError = err.Error()
		}
		result.DeactivateMS = time.Since(begin).Milliseconds()
	}
	begin = time.Now()
	before := len(h.Log.Entries())
	h.client.Kill()
	result.KillMS = time.Since(begin).Milliseconds()
	for _, entry := range h.Log.Entries()[before:] {
		if entry.Source == "host" && entry.Message == "plugin exited" {
			result.Graceful = true
		}
	}
	if h.Hooks != nil {
		h.Hooks.servers.Wait()
	}
	result.ExitCode = h.cmd.ProcessState.ExitCode()
	return result
}

// hooksPlugin is the go-plugin glue of the host's side.
type hooksPlugin struct{ host *Host }

func (p *hooksPlugin) Server(*plugin.MuxBroker) (any, error) {
	return nil, errors.New("this is the host")
}

func (p *hooksPlugin) Client(broker *plugin.MuxBroker, client *rpc.Client) (any, error) {
	return &Hooks{
		client: client, broker: broker, host: p.host,
		has: make(map[string]bool), servers: new(sync.WaitGroup),
	}, nil
}
