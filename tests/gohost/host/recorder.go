package host

import (
	"errors"
	"hash/crc32"
	"net/http"
	"sync"
	"time"
)

// Event is one thing a plugin did to its response.
type Event struct {
	Call string `json:"call"`
	// N is the status of "status" and the length of "write".
	N int `json:"n,omitempty"`
}

const maxEvents = 4096

// Recorder is a response writer without a network behind it. It keeps what was written and in
// which pieces, can be slow and can break off as a lost client does.
type Recorder struct {
	// Delay before each write returns.
	Delay time.Duration
	// AbortAfter makes writes fail once that many bytes have come; negative is never.
	AbortAfter int
	// Keep the body's bytes; length and checksum are kept in any case.
	Keep bool

	mu     sync.Mutex
	header http.Header
	Status int
	// Sent is the header as it was when the status went out.
	Sent   http.Header
	Body   []byte
	Length int
	CRC32  uint32
	Events []Event
}

// NewRecorder keeps the body and never aborts.
func NewRecorder() *Recorder {
	return &Recorder{header: make(http.Header), AbortAfter: -1, Keep: true}
}

func (r *Recorder) event(call string, n int) {
	if len(r.Events) < maxEvents {
		r.Events = append(r.Events, Event{call, n})
	}
}

// Header is the map that the plugin's SyncHeader changes.
func (r *Recorder) Header() http.Header { return r.header }

// WriteHeader keeps the first status; informational ones do not count.
func (r *Recorder) WriteHeader(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.event("status", status)
	r.writeHeader(status)
}

func (r *Recorder) writeHeader(status int) {
	if r.Status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		r.Status = status
		r.Sent = r.header.Clone()
	}
}

var errGone = errors.New("write: broken pipe")

func (r *Recorder) Write(data []byte) (int, error) {
	time.Sleep(r.Delay)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.event("write", len(data))
	r.writeHeader(http.StatusOK)
	if r.AbortAfter >= 0 && r.Length+len(data) > r.AbortAfter {
		return 0, errGone
	}
	r.Length += len(data)
	if r.Keep {
		r.Body = append(r.Body, data...)
		r.CRC32 = crc32.Update(r.CRC32, crc32.IEEETable, data)
	}
	return len(data), nil
}

// Flush is only counted.
func (r *Recorder) Flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.event("flush", 0)
	r.writeHeader(http.StatusOK)
}

// Result settles a response whose handler wrote nothing: 200.
func (r *Recorder) Result() (int, http.Header) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writeHeader(http.StatusOK)
	return r.Status, r.Sent
}
