package model

type Channel struct {
	Id                  string             `json:"id"`
	CreateAt            int64              `json:"create_at"`
	UpdateAt            int64              `json:"update_at"`
	DeleteAt            int64              `json:"delete_at"`
	TeamId              string             `json:"team_id"`
	Type                ChannelType        `json:"type"`
	DisplayName         string             `json:"display_name"`
	Name                string             `json:"name"`
	Header              string             `json:"header"`
	Purpose             string             `json:"purpose"`
	LastPostAt          int64              `json:"last_post_at"`
	TotalMsgCount       int64              `json:"total_msg_count"`
	ExtraUpdateAt       int64              `json:"extra_update_at"`
	CreatorId           string             `json:"creator_id"`
	SchemeId            *string            `json:"scheme_id"`
	Props               map[string]any     `json:"props"`
	GroupConstrained    *bool              `json:"group_constrained"`
	AutoTranslation     bool               `json:"autotranslation"`
	Shared              *bool              `json:"shared"`
	TotalMsgCountRoot   int64              `json:"total_msg_count_root"`
	PolicyID            *string            `json:"policy_id"`
	LastRootPostAt      int64              `json:"last_root_post_at"`
	BannerInfo          *ChannelBannerInfo `json:"banner_info"`
	PolicyEnforced      bool               `json:"policy_enforced"`
	PolicyIsActive      bool               `json:"policy_is_active"`
	DefaultCategoryName string             `json:"default_category_name"`
}

type ChannelBannerInfo struct {
	Enabled         *bool   `json:"enabled"`
	Text            *string `json:"text"`
	BackgroundColor *string `json:"background_color"`
}

type ChannelMember struct {
	ChannelId               string    `json:"channel_id"`
	UserId                  string    `json:"user_id"`
	Roles                   string    `json:"roles"`
	LastViewedAt            int64     `json:"last_viewed_at"`
	MsgCount                int64     `json:"msg_count"`
	MentionCount            int64     `json:"mention_count"`
	MentionCountRoot        int64     `json:"mention_count_root"`
	UrgentMentionCount      int64     `json:"urgent_mention_count"`
	MsgCountRoot            int64     `json:"msg_count_root"`
	NotifyProps             StringMap `json:"notify_props"`
	LastUpdateAt            int64     `json:"last_update_at"`
	SchemeGuest             bool      `json:"scheme_guest"`
	SchemeUser              bool      `json:"scheme_user"`
	SchemeAdmin             bool      `json:"scheme_admin"`
	ExplicitRoles           string    `json:"explicit_roles"`
	AutoTranslationDisabled bool      `json:"autotranslation_disabled"`
}

type ChannelMemberIdentifier struct {
	ChannelId string `json:"channel_id"`
	UserId    string `json:"user_id"`
}

type ChannelMembers []ChannelMember

type ChannelMentionMap map[string]string

type ChannelStats struct {
	ChannelId       string `json:"channel_id"`
	MemberCount     int64  `json:"member_count"`
	GuestCount      int64  `json:"guest_count"`
	PinnedPostCount int64  `json:"pinnedpost_count"`
	FilesCount      int64  `json:"files_count"`
}

type ChannelType string

type OrderedSidebarCategories struct {
	Categories SidebarCategoriesWithChannels `json:"categories"`
	Order      SidebarCategoryOrder          `json:"order"`
}

type SidebarCategoriesWithChannels []*SidebarCategoryWithChannels

type SidebarCategory struct {
	Id          string                 `json:"id"`
	UserId      string                 `json:"user_id"`
	TeamId      string                 `json:"team_id"`
	SortOrder   int64                  `json:"sort_order"`
	Sorting     SidebarCategorySorting `json:"sorting"`
	Type        SidebarCategoryType    `json:"type"`
	DisplayName string                 `json:"display_name"`
	Muted       bool                   `json:"muted"`
	Collapsed   bool                   `json:"collapsed"`
}

type SidebarCategoryOrder []string

type SidebarCategorySorting string

type SidebarCategoryType string

type SidebarCategoryWithChannels struct {
	SidebarCategory
	Channels []string `json:"channel_ids"`
}
