package plugin

import "github.com/mattermost/mattermost/server/public/model"

const (
	ServeID = 0
	NotedID = 1
)

type Hooks interface {
	// Implemented lists.
	//
	// Minimum server version: 0.5
	Implemented() ([]string, error)

	// Minimum server version: 0.5
	Serve(w any)
}

type API interface {
	// GetNote reads.
	//
	// @tag Sticky Note
	// Minimum server version: 0.7
	GetNote(noteID string, page int) (*model.Note, error)
}

type Driver interface {
	Ping(connID string) string
}
