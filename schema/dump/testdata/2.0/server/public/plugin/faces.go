package plugin

import (
	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/shared/mlog"
)

const (
	ServeID = 0
	NotedID = 1
)

type Hooks interface {
	Implemented() ([]string, error)
	Noted(note *model.Note, level mlog.Level)
	Serve(w any)
}

type API interface {
	GetNote(id string, page int) (*model.Note, error)
	Log(message string, pairs ...any)
}

type Driver interface {
	Ping(connID string) string
}
