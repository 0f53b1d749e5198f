package model

type Dialog struct {
	CallbackId       string          `json:"callback_id"`
	Title            string          `json:"title"`
	IntroductionText string          `json:"introduction_text"`
	IconURL          string          `json:"icon_url"`
	Elements         []DialogElement `json:"elements"`
	SubmitLabel      string          `json:"submit_label"`
	NotifyOnCancel   bool            `json:"notify_on_cancel"`
	State            string          `json:"state"`
	SourceURL        string          `json:"source_url,omitempty"`
}

type DialogDateTimeConfig struct {
	TimeInterval         int    `json:"time_interval,omitempty"`
	LocationTimezone     string `json:"location_timezone,omitempty"`
	AllowManualTimeEntry bool   `json:"allow_manual_time_entry,omitempty"`
}

type DialogElement struct {
	DisplayName    string                `json:"display_name"`
	Name           string                `json:"name"`
	Type           string                `json:"type"`
	SubType        string                `json:"subtype"`
	Default        string                `json:"default"`
	Placeholder    string                `json:"placeholder"`
	HelpText       string                `json:"help_text"`
	Optional       bool                  `json:"optional"`
	MinLength      int                   `json:"min_length"`
	MaxLength      int                   `json:"max_length"`
	DataSource     string                `json:"data_source"`
	DataSourceURL  string                `json:"data_source_url,omitempty"`
	Options        []*PostActionOptions  `json:"options"`
	MultiSelect    bool                  `json:"multiselect"`
	Refresh        bool                  `json:"refresh,omitempty"`
	DateTimeConfig *DialogDateTimeConfig `json:"datetime_config,omitempty"`
	MinDate        string                `json:"min_date,omitempty"`
	MaxDate        string                `json:"max_date,omitempty"`
	TimeInterval   int                   `json:"time_interval,omitempty"`
}

type OpenDialogRequest struct {
	TriggerId string `json:"trigger_id"`
	URL       string `json:"url"`
	Dialog    Dialog `json:"dialog"`
}
