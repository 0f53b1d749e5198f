package plugin

import "github.com/mattermost/mattermost/server/public/model"

type Z_GetNoteArgs struct {
	A string
	B int
}

type Z_GetNoteReturns struct {
	A *model.Note
	B error
}

func (s *apiRPCServer) GetNote(args *Z_GetNoteArgs, returns *Z_GetNoteReturns) error { return nil }

type Z_LogArgsArgs struct {
	A string
	B []any
}

type Z_LogArgsReturns struct{}

func (s *apiRPCServer) Log(args *Z_LogArgsArgs, returns *Z_LogArgsReturns) error { return nil }
