package host

import (
	"fmt"
	"io"
	"log"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

// Entry is one line of the host's log: from the host itself, from go-plugin, or from the plugin
// (its stderr, or one of the API.Log methods).
type Entry struct {
	Time    time.Time      `json:"time"`
	Level   string         `json:"level"`
	Message string         `json:"message"`
	Source  string         `json:"source,omitempty"`
	Fields  map[string]any `json:"fields,omitempty"`
}

// Log keeps entries in memory. Source tells where one came from: "host" (go-plugin and this
// package), "stderr" (lines read from the plugin), "plugin_stdout" and "plugin_stderr" (the
// copies on streams 3 and 5), "api" (API.Log methods).
type Log struct {
	mu      sync.Mutex
	entries []Entry
	echo    io.Writer
}

func (l *Log) add(source string, level hclog.Level, message string, args []any) {
	fields := make(map[string]any)
	for i := 0; i+1 < len(args); i += 2 {
		value := args[i+1]
		if err, ok := value.(error); ok {
			value = err.Error()
		} else if stringer, ok := value.(fmt.Stringer); ok {
			value = stringer.String()
		}
		fields[fmt.Sprint(args[i])] = value
	}
	if len(args)%2 == 1 {
		fields["missing_key"] = args[len(args)-1]
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, Entry{time.Now(), level.String(), message, source, fields})
	if l.echo != nil {
		fmt.Fprintf(l.echo, "%s [%s] %s %v\n", source, level, message, fields)
	}
}

// Entries copies what has been logged so far.
func (l *Log) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Entry(nil), l.entries...)
}

// Clear forgets all entries.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}

// Echo also prints every entry to w.
func (l *Log) Echo(w io.Writer) { l.echo = w }

// writer takes one of the copied streams: each chunk is one message at info level.
type logWriter struct {
	log    *Log
	source string
}

func (w logWriter) Write(p []byte) (int, error) {
	w.log.add(w.source, hclog.Info, string(p), nil)
	return len(p), nil
}

// logger is the hclog side. go-plugin names a sub-logger after the executable for the plugin's
// stderr lines, so a named one is the source "stderr".
type logger struct {
	log     *Log
	source  string
	name    string
	implied []any
}

var _ hclog.Logger = (*logger)(nil)

func (l *logger) Log(level hclog.Level, msg string, args ...any) {
	all := append(append([]any(nil), l.implied...), args...)
	l.log.add(l.source, level, msg, all)
}

func (l *logger) Trace(msg string, args ...any) { l.Log(hclog.Trace, msg, args...) }
func (l *logger) Debug(msg string, args ...any) { l.Log(hclog.Debug, msg, args...) }
func (l *logger) Info(msg string, args ...any)  { l.Log(hclog.Info, msg, args...) }
func (l *logger) Warn(msg string, args ...any)  { l.Log(hclog.Warn, msg, args...) }
func (l *logger) Error(msg string, args ...any) { l.Log(hclog.Error, msg, args...) }

func (l *logger) IsTrace() bool         { return true }
func (l *logger) IsDebug() bool         { return true }
func (l *logger) IsInfo() bool          { return true }
func (l *logger) IsWarn() bool          { return true }
func (l *logger) IsError() bool         { return true }
func (l *logger) GetLevel() hclog.Level { return hclog.Trace }
func (l *logger) SetLevel(hclog.Level)  {}
func (l *logger) ImpliedArgs() []any    { return l.implied }
func (l *logger) Name() string          { return l.name }

func (l *logger) With(args ...any) hclog.Logger {
	next := *l
	next.implied = append(append([]any(nil), l.implied...), args...)
	return &next
}

func (l *logger) Named(name string) hclog.Logger {
	next := *l
	next.source, next.name = "stderr", name
	return &next
}

func (l *logger) ResetNamed(name string) hclog.Logger { return l.Named(name) }

func (l *logger) StandardLogger(*hclog.StandardLoggerOptions) *log.Logger {
	return log.New(l.StandardWriter(nil), "", 0)
}

func (l *logger) StandardWriter(*hclog.StandardLoggerOptions) io.Writer {
	return logWriter{l.log, l.source}
}
