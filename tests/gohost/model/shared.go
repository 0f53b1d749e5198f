package model

type Bitmask uint32

type GetPostsSinceForSyncCursor struct {
	LastPostUpdateAt int64
	LastPostUpdateID string
	LastPostCreateAt int64
	LastPostCreateID string
}

type MembershipChangeMsg struct {
	ChannelId  string `json:"channel_id"`
	UserId     string `json:"user_id"`
	IsAdd      bool   `json:"is_add"`
	RemoteId   string `json:"remote_id"`
	ChangeTime int64  `json:"change_time"`
}

type RegisterPluginOpts struct {
	Displayname  string
	PluginID     string
	CreatorID    string
	AutoShareDMs bool
	AutoInvited  bool
}

type RemoteCluster struct {
	RemoteId             string  `json:"remote_id"`
	RemoteTeamId         string  `json:"remote_team_id"`
	Name                 string  `json:"name"`
	DisplayName          string  `json:"display_name"`
	SiteURL              string  `json:"site_url"`
	DefaultTeamId        string  `json:"default_team_id"`
	CreateAt             int64   `json:"create_at"`
	DeleteAt             int64   `json:"delete_at"`
	LastPingAt           int64   `json:"last_ping_at"`
	LastGlobalUserSyncAt int64   `json:"last_global_user_sync_at"`
	Token                string  `json:"token"`
	RemoteToken          string  `json:"remote_token"`
	Topics               string  `json:"topics"`
	CreatorId            string  `json:"creator_id"`
	PluginID             string  `json:"plugin_id"`
	Options              Bitmask `json:"options"`
}

type SharedChannel struct {
	ChannelId        string `json:"id"`
	TeamId           string `json:"team_id"`
	Home             bool   `json:"home"`
	ReadOnly         bool   `json:"readonly"`
	ShareName        string `json:"name"`
	ShareDisplayName string `json:"display_name"`
	SharePurpose     string `json:"purpose"`
	ShareHeader      string `json:"header"`
	CreatorId        string `json:"creator_id"`
	CreateAt         int64  `json:"create_at"`
	UpdateAt         int64  `json:"update_at"`
	RemoteId         string `json:"remote_id,omitempty"`
	Type             ChannelType
}

type SyncMsg struct {
	Id                string                 `json:"id"`
	ChannelId         string                 `json:"channel_id"`
	Users             map[string]*User       `json:"users,omitempty"`
	Posts             []*Post                `json:"posts,omitempty"`
	Reactions         []*Reaction            `json:"reactions,omitempty"`
	Statuses          []*Status              `json:"statuses,omitempty"`
	MembershipChanges []*MembershipChangeMsg `json:"membership_changes,omitempty"`
	Acknowledgements  []*PostAcknowledgement `json:"acknowledgements,omitempty"`
	MentionTransforms map[string]string      `json:"mention_transforms,omitempty"`
}

type SyncResponse struct {
	UsersLastUpdateAt            int64    `json:"users_last_update_at"`
	UserErrors                   []string `json:"user_errors"`
	UsersSyncd                   []string `json:"users_syncd"`
	PostsLastUpdateAt            int64    `json:"posts_last_update_at"`
	PostErrors                   []string `json:"post_errors"`
	ReactionsLastUpdateAt        int64    `json:"reactions_last_update_at"`
	ReactionErrors               []string `json:"reaction_errors"`
	AcknowledgementsLastUpdateAt int64    `json:"acknowledgements_last_update_at"`
	AcknowledgementErrors        []string `json:"acknowledgement_errors"`
	StatusErrors                 []string `json:"status_errors"`
	MembershipErrors             []string `json:"membership_errors,omitempty"`
}
