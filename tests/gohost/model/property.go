package model

import (
	"encoding/json"
)

type PropertyField struct {
	ID         string            `json:"id"`
	GroupID    string            `json:"group_id"`
	Name       string            `json:"name"`
	Type       PropertyFieldType `json:"type"`
	Attrs      StringInterface   `json:"attrs"`
	TargetID   string            `json:"target_id"`
	TargetType string            `json:"target_type"`
	CreateAt   int64             `json:"create_at"`
	UpdateAt   int64             `json:"update_at"`
	DeleteAt   int64             `json:"delete_at"`
}

type PropertyFieldSearchCursor struct {
	PropertyFieldID string
	CreateAt        int64
}

type PropertyFieldSearchOpts struct {
	GroupID        string
	TargetType     string
	TargetIDs      []string
	SinceUpdateAt  int64
	IncludeDeleted bool
	Cursor         PropertyFieldSearchCursor
	PerPage        int
}

type PropertyFieldType string

type PropertyGroup struct {
	ID   string
	Name string
}

type PropertyValue struct {
	ID         string          `json:"id"`
	TargetID   string          `json:"target_id"`
	TargetType string          `json:"target_type"`
	GroupID    string          `json:"group_id"`
	FieldID    string          `json:"field_id"`
	Value      json.RawMessage `json:"value"`
	CreateAt   int64           `json:"create_at"`
	UpdateAt   int64           `json:"update_at"`
	DeleteAt   int64           `json:"delete_at"`
}

type PropertyValueSearchCursor struct {
	PropertyValueID string
	CreateAt        int64
}

type PropertyValueSearchOpts struct {
	GroupID        string
	TargetType     string
	TargetIDs      []string
	FieldID        string
	SinceUpdateAt  int64
	IncludeDeleted bool
	Cursor         PropertyValueSearchCursor
	PerPage        int
	Value          json.RawMessage
}
