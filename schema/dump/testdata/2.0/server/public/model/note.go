package model

import "time"

type Color string

const (
	NoteColorRed   Color = "red"
	NoteColorNotSo Color = "not_so"
)

const (
	_          = iota
	FlagA Flag = 1 << iota
	FlagB
)

type Flag uint32

type Note struct {
	Id      string `json:"id"`
	Text    string `json:"text,omitempty"`
	Secret  string `json:"-"`
	Color   Color
	Data    []byte
	At      time.Time
	Parts   map[string][]*Part
	HasMore *bool
	Flags   Flag
	Base
}

type Base struct{ X, Y int }

type Part struct {
	Inner *Note
	Any   any
}

type Choices[T any] []T

type Card struct {
	Title string
}

const (
	MoodGood = "good"
	MoodBad  = "bad"
)
