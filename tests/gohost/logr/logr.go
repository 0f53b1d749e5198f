// Package logr holds the log level type of LogAuditRecWithLevel.
package logr

type Color uint8

type Level struct {
	ID         LevelID `json:"id"`
	Name       string  `json:"name"`
	Stacktrace bool    `json:"stacktrace,omitempty"`
	Color      Color   `json:"color,omitempty"`
}

type LevelID uint
