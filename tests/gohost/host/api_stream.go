package host

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"net"
	"net/http"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// Streams is what came of the streams beside the API's calls.
type Streams struct {
	// Targets are the requests that the other plugin has dealt with.
	Targets []Target `json:"targets"`
	// Pushed counts responses that were pushed to their end or to an error.
	Pushed     int      `json:"pushed"`
	PushErrors []string `json:"push_errors"`
	// Read are the streams that InstallPlugin and UploadData have read.
	Read []Stream `json:"read"`
}

// Target is one request to the other plugin.
type Target struct {
	Path       string `json:"path"`
	Read       int64  `json:"read"`
	ReadError  string `json:"read_error"`
	WriteError string `json:"write_error"`
}

// Stream is what was read from one.
type Stream struct {
	Method string `json:"method"`
	Length int    `json:"length"`
	CRC32  uint32 `json:"crc32"`
	Error  string `json:"error"`
}

// Streams copies what has been seen.
func (a *API) Streams() Streams {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.streams
}

func (a *API) saw(note func(*Streams)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	note(&a.streams)
}

// pullReader asks for bytes with each Read; asks that were not used up stay with the plugin.
type pullReader struct{ conn net.Conn }

func (r *pullReader) Read(data []byte) (int, error) {
	var ask [binary.MaxVarintLen64]byte
	if _, err := r.conn.Write(ask[:binary.PutVarint(ask[:], int64(len(data)))]); err != nil {
		return 0, err
	}
	return r.conn.Read(data)
}

func (r *pullReader) Close() error { return r.conn.Close() }

// pull reads a stream of the plugin, at most limit bytes of it.
func (s *apiServer) pull(method string, id uint32, limit int64) ([]byte, error) {
	conn, err := s.hooks.broker.Dial(id)
	if err != nil {
		return nil, err
	}
	reader := &pullReader{conn}
	defer reader.Close()
	data, err := io.ReadAll(io.LimitReader(reader, limit))
	s.api.saw(func(seen *Streams) {
		seen.Read = append(seen.Read, Stream{method, len(data), crc32.ChecksumIEEE(data), text(err)})
	})
	return data, err
}

const noLimit = 1 << 40

func (s *apiServer) InstallPlugin(args *plugin.Z_InstallPluginArgs, returns *plugin.Z_InstallPluginReturns) error {
	data, err := s.pull("InstallPlugin", args.PluginStreamID, noLimit)
	return s.do("InstallPlugin", args, returns, func() {
		switch {
		case err != nil:
			returns.B = appError("InstallPlugin", "api.plugin.upload.file.app_error", err.Error(), http.StatusBadRequest)
		case s.api.installed && !args.B:
			returns.B = appError("InstallPlugin", "app.plugin.install_id.app_error", "installed already", http.StatusBadRequest)
		default:
			s.api.installed = true
			returns.A = &model.Manifest{Id: "com.example.other", Name: "Other", Version: "1.0.0", Description: text(err),
				Props: map[string]any{"length": len(data)}}
		}
	})
}

const firstPart = 5 << 20

// UploadData counts on from the session's offset, as the server does, which has its own copy.
func (s *apiServer) UploadData(args *plugin.Z_UploadDataArgs, returns *plugin.Z_UploadDataReturns) error {
	session := args.A
	data, err := s.pull("UploadData", args.PluginStreamID, session.FileSize-session.FileOffset)
	return s.do("UploadData", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		stored := s.api.uploads[session.Id]
		refuse := func(id, message string) {
			returns.B = appError("UploadData", "app.upload.upload_data."+id+".app_error", message, http.StatusBadRequest)
		}
		switch {
		case int64(len(stored)) != session.FileOffset:
			refuse("concurrent", "FileOffset mismatch")
			return
		case len(stored) == 0 && len(data) < firstPart && int64(len(data)) != session.FileSize:
			refuse("first_part_too_small", text(err))
			return
		}
		stored = append(stored, data...)
		s.api.uploads[session.Id] = stored
		switch {
		case err != nil:
			refuse("read", err.Error())
		case int64(len(stored)) == session.FileSize:
			returns.A = &model.FileInfo{
				Id: "file00000000000000000000aa", CreatorId: session.UserId, Name: session.Filename,
				Size: session.FileSize,
			}
		}
	})
}

func (s *apiServer) LogAuditRec(args *plugin.Z_LogAuditRecArgs, returns *plugin.Z_LogAuditRecReturns) error {
	return s.do("LogAuditRec", args, returns, func() {})
}

func (s *apiServer) LogAuditRecWithLevel(args *plugin.Z_LogAuditRecWithLevelArgs, returns *plugin.Z_LogAuditRecWithLevelReturns) error {
	return s.do("LogAuditRecWithLevel", args, returns, func() {})
}
