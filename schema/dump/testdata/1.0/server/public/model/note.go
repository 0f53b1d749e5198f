package model

import "time"

type Color string

const (
	NoteColorRed        Color = "red"
	NoteColorNotSo      Color = "not" + "_so"
	noteColorUnknown    Color = "?"
	NoteColorRetiredOne Color = "retired"
)

type Note struct {
	Id       string `json:"id"`
	Text     string `json:"text,omitempty"`
	Secret   string `json:"-"`
	Color    Color
	Data     []byte
	At       time.Time
	Parts    map[string][]*Part
	Retired  bool
	HasMore  bool
	callback func()
	OnChange func()
	Base
}

type Base struct{ X, Y int }

type Part struct {
	Inner *Note
	Any   interface{}
}

type Attachment struct {
	Title string
}
