package model

type EmailNotification struct {
	PostId            string `json:"post_id"`
	ChannelId         string `json:"channel_id"`
	TeamId            string `json:"team_id"`
	SenderId          string `json:"sender_id"`
	SenderDisplayName string `json:"sender_display_name,omitempty"`
	RecipientId       string `json:"recipient_id"`
	RootId            string `json:"root_id,omitempty"`
	ChannelType       string `json:"channel_type"`
	ChannelName       string `json:"channel_name"`
	TeamName          string `json:"team_name"`
	SenderUsername    string `json:"sender_username"`
	IsDirectMessage   bool   `json:"is_direct_message"`
	IsGroupMessage    bool   `json:"is_group_message"`
	IsThreadReply     bool   `json:"is_thread_reply"`
	IsCRTEnabled      bool   `json:"is_crt_enabled"`
	UseMilitaryTime   bool   `json:"use_military_time"`
	EmailNotificationContent
}

type EmailNotificationContent struct {
	Subject     string `json:"subject,omitempty"`
	Title       string `json:"title,omitempty"`
	SubTitle    string `json:"subtitle,omitempty"`
	MessageHTML string `json:"message_html,omitempty"`
	MessageText string `json:"message_text,omitempty"`
	ButtonText  string `json:"button_text,omitempty"`
	ButtonURL   string `json:"button_url,omitempty"`
	FooterText  string `json:"footer_text,omitempty"`
}

type PushNotification struct {
	AckId            string      `json:"ack_id"`
	Platform         string      `json:"platform"`
	ServerId         string      `json:"server_id"`
	DeviceId         string      `json:"device_id"`
	PostId           string      `json:"post_id"`
	Category         string      `json:"category,omitempty"`
	Sound            string      `json:"sound,omitempty"`
	Message          string      `json:"message,omitempty"`
	Badge            int         `json:"badge,omitempty"`
	ContentAvailable int         `json:"cont_ava,omitempty"`
	TeamId           string      `json:"team_id,omitempty"`
	ChannelId        string      `json:"channel_id,omitempty"`
	RootId           string      `json:"root_id,omitempty"`
	ChannelName      string      `json:"channel_name,omitempty"`
	Type             string      `json:"type,omitempty"`
	SubType          PushSubType `json:"sub_type,omitempty"`
	SenderId         string      `json:"sender_id,omitempty"`
	SenderName       string      `json:"sender_name,omitempty"`
	OverrideUsername string      `json:"override_username,omitempty"`
	OverrideIconURL  string      `json:"override_icon_url,omitempty"`
	FromWebhook      string      `json:"from_webhook,omitempty"`
	Version          string      `json:"version,omitempty"`
	IsCRTEnabled     bool        `json:"is_crt_enabled"`
	IsIdLoaded       bool        `json:"is_id_loaded"`
	PostType         string      `json:"-"`
	ChannelType      ChannelType `json:"-"`
	Signature        string      `json:"signature"`
}

type PushSubType string
