package model

type AutocompleteArg struct {
	Name     string
	HelpText string
	Type     AutocompleteArgType
	Required bool
	Data     any
}

type AutocompleteArgType string

type AutocompleteData struct {
	Trigger     string
	Hint        string
	HelpText    string
	RoleID      string
	Arguments   []*AutocompleteArg
	SubCommands []*AutocompleteData
}

type Command struct {
	Id                   string            `json:"id"`
	Token                string            `json:"token"`
	CreateAt             int64             `json:"create_at"`
	UpdateAt             int64             `json:"update_at"`
	DeleteAt             int64             `json:"delete_at"`
	CreatorId            string            `json:"creator_id"`
	TeamId               string            `json:"team_id"`
	Trigger              string            `json:"trigger"`
	Method               string            `json:"method"`
	Username             string            `json:"username"`
	IconURL              string            `json:"icon_url"`
	AutoComplete         bool              `json:"auto_complete"`
	AutoCompleteDesc     string            `json:"auto_complete_desc"`
	AutoCompleteHint     string            `json:"auto_complete_hint"`
	DisplayName          string            `json:"display_name"`
	Description          string            `json:"description"`
	URL                  string            `json:"url"`
	PluginId             string            `json:"plugin_id"`
	AutocompleteData     *AutocompleteData `json:"autocomplete_data,omitempty"`
	AutocompleteIconData string            `json:"autocomplete_icon_data,omitempty"`
}

type CommandArgs struct {
	UserId          string            `json:"user_id"`
	ChannelId       string            `json:"channel_id"`
	TeamId          string            `json:"team_id"`
	RootId          string            `json:"root_id"`
	ParentId        string            `json:"parent_id"`
	TriggerId       string            `json:"trigger_id,omitempty"`
	Command         string            `json:"command"`
	SiteURL         string            `json:"-"`
	UserMentions    UserMentionMap    `json:"-"`
	ChannelMentions ChannelMentionMap `json:"-"`
}

type CommandResponse struct {
	ResponseType     string               `json:"response_type"`
	Text             string               `json:"text"`
	Username         string               `json:"username"`
	ChannelId        string               `json:"channel_id"`
	IconURL          string               `json:"icon_url"`
	Type             string               `json:"type"`
	Props            StringInterface      `json:"props"`
	GotoLocation     string               `json:"goto_location"`
	TriggerId        string               `json:"trigger_id"`
	SkipSlackParsing bool                 `json:"skip_slack_parsing"`
	Attachments      []*MessageAttachment `json:"attachments"`
	ExtraResponses   []*CommandResponse   `json:"extra_responses"`
}
