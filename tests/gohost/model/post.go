package model

import (
	"encoding/json"
)

type Emoji struct {
	Id        string `json:"id"`
	CreateAt  int64  `json:"create_at"`
	UpdateAt  int64  `json:"update_at"`
	DeleteAt  int64  `json:"delete_at"`
	CreatorId string `json:"creator_id"`
	Name      string `json:"name"`
}

type MessageAttachment struct {
	Id         int64                     `json:"id"`
	Fallback   string                    `json:"fallback"`
	Color      string                    `json:"color"`
	Pretext    string                    `json:"pretext"`
	AuthorName string                    `json:"author_name"`
	AuthorLink string                    `json:"author_link"`
	AuthorIcon string                    `json:"author_icon"`
	Title      string                    `json:"title"`
	TitleLink  string                    `json:"title_link"`
	Text       string                    `json:"text"`
	Fields     []*MessageAttachmentField `json:"fields"`
	ImageURL   string                    `json:"image_url"`
	ThumbURL   string                    `json:"thumb_url"`
	Footer     string                    `json:"footer"`
	FooterIcon string                    `json:"footer_icon"`
	Timestamp  any                       `json:"ts"`
	Actions    []*PostAction             `json:"actions,omitempty"`
}

type MessageAttachmentField struct {
	Title string              `json:"title"`
	Value any                 `json:"value"`
	Short SlackCompatibleBool `json:"short"`
}

type Post struct {
	Id            string          `json:"id"`
	CreateAt      int64           `json:"create_at"`
	UpdateAt      int64           `json:"update_at"`
	EditAt        int64           `json:"edit_at"`
	DeleteAt      int64           `json:"delete_at"`
	IsPinned      bool            `json:"is_pinned"`
	UserId        string          `json:"user_id"`
	ChannelId     string          `json:"channel_id"`
	RootId        string          `json:"root_id"`
	OriginalId    string          `json:"original_id"`
	Message       string          `json:"message"`
	MessageSource string          `json:"message_source,omitempty"`
	Type          string          `json:"type"`
	Props         StringInterface `json:"props"`
	Hashtags      string          `json:"hashtags"`
	Filenames     StringArray     `json:"-"`
	FileIds       StringArray     `json:"file_ids"`
	PendingPostId string          `json:"pending_post_id"`
	HasReactions  bool            `json:"has_reactions,omitempty"`
	RemoteId      *string         `json:"remote_id,omitempty"`
	ReplyCount    int64           `json:"reply_count"`
	LastReplyAt   int64           `json:"last_reply_at"`
	Participants  []*User         `json:"participants"`
	IsFollowing   *bool           `json:"is_following,omitempty"`
	Metadata      *PostMetadata   `json:"metadata,omitempty"`
}

type PostAcknowledgement struct {
	UserId         string  `json:"user_id"`
	PostId         string  `json:"post_id"`
	AcknowledgedAt int64   `json:"acknowledged_at"`
	ChannelId      string  `json:"channel_id"`
	RemoteId       *string `json:"remote_id,omitempty"`
}

type PostAction struct {
	Id            string                 `json:"id,omitempty"`
	Type          string                 `json:"type,omitempty"`
	Name          string                 `json:"name,omitempty"`
	Tooltip       string                 `json:"tooltip,omitempty"`
	Disabled      bool                   `json:"disabled,omitempty"`
	Style         string                 `json:"style,omitempty"`
	DataSource    string                 `json:"data_source,omitempty"`
	Options       []*PostActionOptions   `json:"options,omitempty"`
	DefaultOption string                 `json:"default_option,omitempty"`
	Integration   *PostActionIntegration `json:"integration,omitempty"`
	Cookie        string                 `json:"cookie,omitempty"`
}

type PostActionIntegration struct {
	URL     string         `json:"url,omitempty"`
	Context map[string]any `json:"context,omitempty"`
}

type PostActionOptions struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

type PostEmbed struct {
	Type PostEmbedType `json:"type"`
	URL  string        `json:"url,omitempty"`
	Data any           `json:"data,omitempty"`
}

type PostEmbedType string

type PostImage struct {
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Format     string `json:"format"`
	FrameCount int    `json:"frame_count"`
}

type PostList struct {
	Order                     []string         `json:"order"`
	Posts                     map[string]*Post `json:"posts"`
	NextPostId                string           `json:"next_post_id"`
	PrevPostId                string           `json:"prev_post_id"`
	HasNext                   *bool            `json:"has_next,omitempty"`
	FirstInaccessiblePostTime int64            `json:"first_inaccessible_post_time"`
	BurnOnReadPosts           map[string]*Post `json:"-"`
}

type PostMetadata struct {
	Embeds           []*PostEmbed                `json:"embeds,omitempty"`
	Emojis           []*Emoji                    `json:"emojis,omitempty"`
	Files            []*FileInfo                 `json:"files,omitempty"`
	Images           map[string]*PostImage       `json:"images,omitempty"`
	Reactions        []*Reaction                 `json:"reactions,omitempty"`
	Priority         *PostPriority               `json:"priority,omitempty"`
	Acknowledgements []*PostAcknowledgement      `json:"acknowledgements,omitempty"`
	Translations     map[string]*PostTranslation `json:"translations,omitempty"`
	ExpireAt         int64                       `json:"expire_at,omitempty"`
	Recipients       []string                    `json:"recipients,omitempty"`
}

type PostPriority struct {
	Priority                *string `json:"priority"`
	RequestedAck            *bool   `json:"requested_ack"`
	PersistentNotifications *bool   `json:"persistent_notifications"`
	PostId                  string  `json:",omitempty"`
	ChannelId               string  `json:",omitempty"`
}

type PostSearchMatches map[string][]string

type PostSearchResults struct {
	*PostList
	Matches PostSearchMatches `json:"matches"`
}

type PostTranslation struct {
	Text       string          `json:"text,omitempty"`
	Object     json.RawMessage `json:"object,omitempty"`
	Type       string          `json:"type"`
	State      string          `json:"state"`
	SourceLang string          `json:"source_lang,omitempty"`
}

type Reaction struct {
	UserId    string  `json:"user_id"`
	PostId    string  `json:"post_id"`
	EmojiName string  `json:"emoji_name"`
	CreateAt  int64   `json:"create_at"`
	UpdateAt  int64   `json:"update_at"`
	DeleteAt  int64   `json:"delete_at"`
	RemoteId  *string `json:"remote_id"`
	ChannelId string  `json:"channel_id"`
}

type SearchParameter struct {
	Terms                  *string `json:"terms"`
	IsOrSearch             *bool   `json:"is_or_search"`
	TimeZoneOffset         *int    `json:"time_zone_offset"`
	Page                   *int    `json:"page"`
	PerPage                *int    `json:"per_page"`
	IncludeDeletedChannels *bool   `json:"include_deleted_channels"`
}

type SearchParams struct {
	Terms                  string   `json:"terms,omitempty"`
	ExcludedTerms          string   `json:"excluded_terms,omitempty"`
	IsHashtag              bool     `json:"ishashtag,omitempty"`
	InChannels             []string `json:"in_channels,omitempty"`
	ExcludedChannels       []string `json:"excluded_channels,omitempty"`
	FromUsers              []string `json:"from_users,omitempty"`
	ExcludedUsers          []string `json:"excluded_users,omitempty"`
	AfterDate              string   `json:"after_date,omitempty"`
	ExcludedAfterDate      string   `json:"excluded_after_date,omitempty"`
	BeforeDate             string   `json:"before_date,omitempty"`
	ExcludedBeforeDate     string   `json:"excluded_before_date,omitempty"`
	Extensions             []string `json:"extensions,omitempty"`
	ExcludedExtensions     []string `json:"excluded_extensions,omitempty"`
	OnDate                 string   `json:"on_date,omitempty"`
	ExcludedDate           string   `json:"excluded_date,omitempty"`
	OrTerms                bool     `json:"or_terms,omitempty"`
	IncludeDeletedChannels bool     `json:"include_deleted_channels,omitempty"`
	TimeZoneOffset         int      `json:"timezone_offset,omitempty"`
	SearchWithoutUserId    bool     `json:"search_without_user_id,omitempty"`
	Modifier               string   `json:"modifier"`
}

type SlackCompatibleBool bool
