package main

import (
	"bytes"
	"encoding/json"
	"hash/crc32"
	"time"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// upload lets the plugin see a file of that size (byte i is i mod 251).
func (s *state) upload(line []byte) (map[string]any, error) {
	var request struct {
		Info  *model.FileInfo `json:"info"`
		Size  int             `json:"size"`
		Wrong bool            `json:"wrong"`
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	if request.Info == nil {
		request.Info = &model.FileInfo{}
	}
	file := make([]byte, request.Size)
	for i := range file {
		file[i] = byte(i % 251)
	}
	begin := time.Now()
	var output bytes.Buffer
	c := &plugin.Context{RequestId: "request"}
	info, reason, err := s.host.Hooks.FileWillBeUploaded(
		c, request.Info, bytes.NewReader(file), &output, request.Wrong)
	answer := map[string]any{
		"info": info, "reason": reason, "rpc_error": text(err), "ms": milliseconds(begin),
		"replaced": output.Len(), "replaced_crc32": crc32.ChecksumIEEE(output.Bytes()),
		"file_crc32": crc32.ChecksumIEEE(file),
	}
	return answer, nil
}
