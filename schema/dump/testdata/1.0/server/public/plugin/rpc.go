package plugin

import (
	"encoding/gob"
	"net/http"

	"github.com/mattermost/mattermost/server/public/model"
)

func init() {
	gob.Register(&model.Attachment{})
	gob.Register([]any{})
}

type hooksRPCServer struct{}

type apiRPCServer struct{}

type dbRPCServer struct{}

func (s *hooksRPCServer) Implemented(args struct{}, reply *[]string) error { return nil }

type Z_ServeArgs struct {
	Stream  uint32
	Request *http.Request
}

func (s *hooksRPCServer) Serve(args *Z_ServeArgs, returns *struct{}) error { return nil }

type Z_GetNoteArgs struct {
	A string
	B int
}

type Z_GetNoteReturns struct {
	A *model.Note
	B error
}

func (s *apiRPCServer) GetNote(args *Z_GetNoteArgs, returns *Z_GetNoteReturns) error { return nil }

func (s *apiRPCServer) helper() {}

func (s *dbRPCServer) Ping(conn string, ret *string) error { return nil }
