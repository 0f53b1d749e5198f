package plugin

import (
	"encoding/gob"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/shared/mlog"
)

func init() {
	gob.RegisterName("*model.Attachment", &model.Card{})
	gob.Register([]any{})
	gob.Register(model.Choices[*model.Part]{})
}

type hooksRPCServer struct{}

type apiRPCServer struct{}

type dbRPCServer struct{}

func (s *hooksRPCServer) Implemented(args struct{}, reply *[]string) error { return nil }

type Z_NotedArgs struct {
	A *model.Note
	B mlog.Level
}

type Z_NotedReturns struct{}

func (s *hooksRPCServer) Noted(args *Z_NotedArgs, returns *Z_NotedReturns) error { return nil }

type Subset struct {
	Method string
}

type Z_ServeArgs struct {
	Stream  uint32
	Request *Subset
}

func (s *hooksRPCServer) Serve(args *Z_ServeArgs, returns *struct{}) error { return nil }

func (s *dbRPCServer) Ping(conn string, ret *string) error { return nil }
