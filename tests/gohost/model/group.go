package model

type CreateDefaultMembershipParams struct {
	Since               int64
	ReAddRemovedMembers bool
	ScopedUserID        *string
	ScopedTeamID        *string
	ScopedChannelID     *string
}

type Group struct {
	Id                          string      `json:"id"`
	Name                        *string     `json:"name,omitempty"`
	DisplayName                 string      `json:"display_name"`
	Description                 string      `json:"description"`
	Source                      GroupSource `json:"source"`
	RemoteId                    *string     `json:"remote_id"`
	CreateAt                    int64       `json:"create_at"`
	UpdateAt                    int64       `json:"update_at"`
	DeleteAt                    int64       `json:"delete_at"`
	HasSyncables                bool        `json:"has_syncables"`
	MemberCount                 *int        `json:"member_count,omitempty"`
	AllowReference              bool        `json:"allow_reference"`
	ChannelMemberCount          *int        `json:"channel_member_count,omitempty"`
	ChannelMemberTimezonesCount *int        `json:"channel_member_timezones_count,omitempty"`
	MemberIDs                   []string    `json:"member_ids"`
}

type GroupMember struct {
	GroupId  string `json:"group_id"`
	UserId   string `json:"user_id"`
	CreateAt int64  `json:"create_at"`
	DeleteAt int64  `json:"delete_at"`
}

type GroupSearchOpts struct {
	Q                         string
	NotAssociatedToTeam       string
	NotAssociatedToChannel    string
	IncludeMemberCount        bool
	FilterAllowReference      bool
	PageOpts                  *PageOpts
	Since                     int64
	Source                    GroupSource
	FilterParentTeamPermitted bool
	FilterHasMember           string
	IncludeChannelMemberCount string
	IncludeTimezones          bool
	IncludeMemberIDs          bool
	IncludeArchived           bool
	FilterArchived            bool
	OnlySyncableSources       bool
}

type GroupSource string

type GroupSyncable struct {
	GroupId            string            `json:"group_id"`
	SyncableId         string            `json:"-"`
	AutoAdd            bool              `json:"auto_add"`
	SchemeAdmin        bool              `json:"scheme_admin"`
	CreateAt           int64             `json:"create_at"`
	DeleteAt           int64             `json:"delete_at"`
	UpdateAt           int64             `json:"update_at"`
	Type               GroupSyncableType `json:"-"`
	ChannelDisplayName string            `json:"-"`
	TeamDisplayName    string            `json:"-"`
	TeamType           string            `json:"-"`
	ChannelType        string            `json:"-"`
	TeamID             string            `json:"-"`
}

type GroupSyncableType string

type PageOpts struct {
	Page    int
	PerPage int
}
