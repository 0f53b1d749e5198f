package host

import (
	"io"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// wrongUpload has the ids of an upload's streams and an info that is none.
type wrongUpload struct {
	B                     bool
	UploadedFileStream    uint32
	ReplacementFileStream uint32
}

// FileWillBeUploaded offers the file on one new broker id and takes its replacement on another.
// Like the server it waits for the end of the replacement, whatever became of the call; wrong
// sends arguments that the plugin cannot read.
func (h *Hooks) FileWillBeUploaded(
	c *plugin.Context, info *model.FileInfo, file io.Reader, output io.Writer, wrong bool,
) (*model.FileInfo, string, error) {
	uploaded := h.broker.NextId()
	go func() {
		conn, err := h.broker.Accept(uploaded)
		if err != nil {
			h.failed("FileWillBeUploaded file", err)
			return
		}
		defer conn.Close()
		serveReader(file, conn)
	}()
	replaced := make(chan struct{})
	replacement := h.broker.NextId()
	go func() {
		defer close(replaced)
		conn, err := h.broker.Accept(replacement)
		if err != nil {
			h.failed("FileWillBeUploaded replacement", err)
			return
		}
		defer conn.Close()
		if _, err := io.Copy(output, conn); err != nil {
			h.failed("FileWillBeUploaded replacement", err)
		}
	}()
	var args any = &plugin.Z_FileWillBeUploadedArgs{
		A: c, B: info, UploadedFileStream: uploaded, ReplacementFileStream: replacement,
	}
	if wrong {
		args = &wrongUpload{B: true, UploadedFileStream: uploaded, ReplacementFileStream: replacement}
	}
	returns := &plugin.Z_FileWillBeUploadedReturns{A: info}
	err := h.run("FileWillBeUploaded", args, returns)
	<-replaced
	return returns.A, returns.B, err
}
