package model

type SendToastMessageOptions struct {
	Position string `json:"position,omitempty"`
}

type WebSocketRequest struct {
	Seq     int64          `json:"seq"`
	Action  string         `json:"action"`
	Data    map[string]any `json:"data"`
	Session Session        `json:"-"`
	Locale  string         `json:"-"`
}

type WebsocketBroadcast struct {
	OmitUsers             map[string]bool  `json:"omit_users"`
	UserId                string           `json:"user_id"`
	ChannelId             string           `json:"channel_id"`
	TeamId                string           `json:"team_id"`
	ConnectionId          string           `json:"connection_id"`
	OmitConnectionId      string           `json:"omit_connection_id"`
	ContainsSanitizedData bool             `json:"contains_sanitized_data,omitempty"`
	ContainsSensitiveData bool             `json:"contains_sensitive_data,omitempty"`
	ReliableClusterSend   bool             `json:"-"`
	BroadcastHooks        []string         `json:"broadcast_hooks,omitempty"`
	BroadcastHookArgs     []map[string]any `json:"broadcast_hook_args,omitempty"`
}
