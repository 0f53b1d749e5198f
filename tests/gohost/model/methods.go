package model

import (
	"encoding/json"
	"fmt"
)

// PropertyOptions is the list type under which servers keep property field options.
type PropertyOptions[T any] []T

// Error makes AppError usable as a Go error, as on the server.
func (e *AppError) Error() string {
	text := e.Where + ": " + e.Message
	if e.DetailedError != "" {
		text += ", " + e.DetailedError
	}
	return text
}

// MarshalJSON names a link of a group by what it is linked to, as on the server.
func (s *GroupSyncable) MarshalJSON() ([]byte, error) {
	fields := map[string]any{
		"group_id": s.GroupId, "auto_add": s.AutoAdd, "scheme_admin": s.SchemeAdmin, "type": s.Type,
		"create_at": s.CreateAt, "delete_at": s.DeleteAt, "update_at": s.UpdateAt,
	}
	given := func(key, value string) {
		if value != "" {
			fields[key] = value
		}
	}
	given("team_display_name", s.TeamDisplayName)
	given("team_type", s.TeamType)
	switch s.Type {
	case "Team":
		fields["team_id"] = s.SyncableId
	case "Channel":
		fields["channel_id"] = s.SyncableId
		given("team_id", s.TeamID)
		given("channel_display_name", s.ChannelDisplayName)
		given("channel_type", s.ChannelType)
	default:
		return nil, fmt.Errorf("unknown syncable type: %s", s.Type)
	}
	return json.Marshal(fields)
}

// UnmarshalJSON reads what the server reads.
func (s *GroupSyncable) UnmarshalJSON(text []byte) error {
	var given struct {
		TeamID    string `json:"team_id"`
		ChannelID string `json:"channel_id"`
		GroupID   string `json:"group_id"`
		AutoAdd   bool   `json:"auto_add"`
	}
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	s.GroupId, s.AutoAdd = given.GroupID, given.AutoAdd
	s.Type, s.SyncableId = "Team", given.TeamID
	if given.ChannelID != "" {
		s.Type, s.SyncableId, s.TeamID = "Channel", given.ChannelID, given.TeamID
	}
	return nil
}

// MarshalJSON writes the map alone, as on the server.
func (p *PluginPropertyOption) MarshalJSON() ([]byte, error) {
	if p.Data == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(p.Data)
}

// UnmarshalJSON reads the map.
func (p *PluginPropertyOption) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &p.Data)
}
