package model

import (
	"time"
)

type Bot struct {
	UserId         string `json:"user_id"`
	Username       string `json:"username"`
	DisplayName    string `json:"display_name,omitempty"`
	Description    string `json:"description,omitempty"`
	OwnerId        string `json:"owner_id"`
	LastIconUpdate int64  `json:"last_icon_update,omitempty"`
	CreateAt       int64  `json:"create_at"`
	UpdateAt       int64  `json:"update_at"`
	DeleteAt       int64  `json:"delete_at"`
}

type BotGetOptions struct {
	OwnerId        string
	IncludeDeleted bool
	OnlyOrphaned   bool
	Page           int
	PerPage        int
}

type BotPatch struct {
	Username    *string `json:"username"`
	DisplayName *string `json:"display_name"`
	Description *string `json:"description"`
}

type CustomStatus struct {
	Emoji     string    `json:"emoji"`
	Text      string    `json:"text"`
	Duration  string    `json:"duration"`
	ExpiresAt time.Time `json:"expires_at"`
}

type OAuthApp struct {
	Id                      string      `json:"id"`
	CreatorId               string      `json:"creator_id"`
	CreateAt                int64       `json:"create_at"`
	UpdateAt                int64       `json:"update_at"`
	ClientSecret            string      `json:"client_secret"`
	Name                    string      `json:"name"`
	Description             string      `json:"description"`
	IconURL                 string      `json:"icon_url"`
	CallbackUrls            StringArray `json:"callback_urls"`
	Homepage                string      `json:"homepage"`
	IsTrusted               bool        `json:"is_trusted"`
	MattermostAppID         string      `json:"mattermost_app_id"`
	IsDynamicallyRegistered bool        `json:"is_dynamically_registered,omitempty"`
}

type Permission struct {
	Id          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Scope       string `json:"scope"`
}

type Preference struct {
	UserId   string `json:"user_id"`
	Category string `json:"category"`
	Name     string `json:"name"`
	Value    string `json:"value"`
}

type Session struct {
	Id             string        `json:"id"`
	Token          string        `json:"token"`
	CreateAt       int64         `json:"create_at"`
	ExpiresAt      int64         `json:"expires_at"`
	LastActivityAt int64         `json:"last_activity_at"`
	UserId         string        `json:"user_id"`
	DeviceId       string        `json:"device_id"`
	Roles          string        `json:"roles"`
	IsOAuth        bool          `json:"is_oauth"`
	ExpiredNotify  bool          `json:"expired_notify"`
	Props          StringMap     `json:"props"`
	TeamMembers    []*TeamMember `json:"team_members"`
	Local          bool          `json:"local"`
}

type Status struct {
	UserId         string `json:"user_id"`
	Status         string `json:"status"`
	Manual         bool   `json:"manual"`
	LastActivityAt int64  `json:"last_activity_at"`
	ActiveChannel  string `json:"active_channel,omitempty"`
	DNDEndTime     int64  `json:"dnd_end_time"`
	PrevStatus     string `json:"-"`
}

type User struct {
	Id                     string      `json:"id"`
	CreateAt               int64       `json:"create_at,omitempty"`
	UpdateAt               int64       `json:"update_at,omitempty"`
	DeleteAt               int64       `json:"delete_at"`
	Username               string      `json:"username"`
	Password               string      `json:"password,omitempty"`
	AuthData               *string     `json:"auth_data,omitempty"`
	AuthService            string      `json:"auth_service"`
	Email                  string      `json:"email"`
	EmailVerified          bool        `json:"email_verified,omitempty"`
	Nickname               string      `json:"nickname"`
	FirstName              string      `json:"first_name"`
	LastName               string      `json:"last_name"`
	Position               string      `json:"position"`
	Roles                  string      `json:"roles"`
	AllowMarketing         bool        `json:"allow_marketing,omitempty"`
	Props                  StringMap   `json:"props,omitempty"`
	NotifyProps            StringMap   `json:"notify_props,omitempty"`
	LastPasswordUpdate     int64       `json:"last_password_update,omitempty"`
	LastPictureUpdate      int64       `json:"last_picture_update,omitempty"`
	FailedAttempts         int         `json:"failed_attempts,omitempty"`
	Locale                 string      `json:"locale"`
	Timezone               StringMap   `json:"timezone"`
	MfaActive              bool        `json:"mfa_active,omitempty"`
	MfaSecret              string      `json:"mfa_secret,omitempty"`
	RemoteId               *string     `json:"remote_id,omitempty"`
	LastActivityAt         int64       `json:"last_activity_at,omitempty"`
	IsBot                  bool        `json:"is_bot,omitempty"`
	BotDescription         string      `json:"bot_description,omitempty"`
	BotLastIconUpdate      int64       `json:"bot_last_icon_update,omitempty"`
	TermsOfServiceId       string      `json:"terms_of_service_id,omitempty"`
	TermsOfServiceCreateAt int64       `json:"terms_of_service_create_at,omitempty"`
	DisableWelcomeEmail    bool        `json:"disable_welcome_email"`
	LastLogin              int64       `json:"last_login,omitempty"`
	MfaUsedTimestamps      StringArray `json:"mfa_used_timestamps,omitempty"`
}

type UserAccessToken struct {
	Id          string `json:"id"`
	Token       string `json:"token,omitempty"`
	UserId      string `json:"user_id"`
	Description string `json:"description"`
	IsActive    bool   `json:"is_active"`
}

type UserAuth struct {
	AuthData    *string `json:"auth_data,omitempty"`
	AuthService string  `json:"auth_service,omitempty"`
}

type UserGetOptions struct {
	InTeamId         string
	NotInTeamId      string
	InChannelId      string
	NotInChannelId   string
	InGroupId        string
	NotInGroupId     string
	GroupConstrained bool
	WithoutTeam      bool
	Inactive         bool
	Active           bool
	Role             string
	Roles            []string
	ChannelRoles     []string
	TeamRoles        []string
	Sort             string
	ViewRestrictions *ViewUsersRestrictions
	Page             int
	PerPage          int
	UpdatedAfter     int64
}

type UserMentionMap map[string]string

type UserSearch struct {
	Term             string   `json:"term"`
	TeamId           string   `json:"team_id"`
	NotInTeamId      string   `json:"not_in_team_id"`
	InChannelId      string   `json:"in_channel_id"`
	NotInChannelId   string   `json:"not_in_channel_id"`
	InGroupId        string   `json:"in_group_id"`
	GroupConstrained bool     `json:"group_constrained"`
	AllowInactive    bool     `json:"allow_inactive"`
	WithoutTeam      bool     `json:"without_team"`
	Limit            int      `json:"limit"`
	Role             string   `json:"role"`
	Roles            []string `json:"roles"`
	ChannelRoles     []string `json:"channel_roles"`
	TeamRoles        []string `json:"team_roles"`
	NotInGroupId     string   `json:"not_in_group_id"`
}

type ViewUsersRestrictions struct {
	Teams    []string
	Channels []string
}
