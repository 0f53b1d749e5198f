package model

type Manifest struct {
	Id               string                `json:"id"`
	Name             string                `json:"name"`
	Description      string                `json:"description,omitempty"`
	HomepageURL      string                `json:"homepage_url,omitempty"`
	SupportURL       string                `json:"support_url,omitempty"`
	ReleaseNotesURL  string                `json:"release_notes_url,omitempty"`
	IconPath         string                `json:"icon_path,omitempty"`
	Version          string                `json:"version"`
	MinServerVersion string                `json:"min_server_version,omitempty"`
	Server           *ManifestServer       `json:"server,omitempty"`
	Webapp           *ManifestWebapp       `json:"webapp,omitempty"`
	SettingsSchema   *PluginSettingsSchema `json:"settings_schema,omitempty"`
	Props            map[string]any        `json:"props,omitempty"`
}

type ManifestServer struct {
	Executables map[string]string `json:"executables,omitempty"`
	Executable  string            `json:"executable"`
}

type ManifestWebapp struct {
	BundlePath string `json:"bundle_path"`
	BundleHash []byte `json:"-"`
}

type OnInstallEvent struct {
	UserId string
}

type PluginClusterEvent struct {
	Id   string
	Data []byte
}

type PluginClusterEventSendOptions struct {
	SendType string
	TargetId string
}

type PluginKVSetOptions struct {
	Atomic          bool
	OldValue        []byte
	ExpireInSeconds int64
}

type PluginOption struct {
	DisplayName string `json:"display_name"`
	Value       string `json:"value"`
}

type PluginSetting struct {
	Key                string          `json:"key"`
	DisplayName        string          `json:"display_name"`
	Type               string          `json:"type"`
	HelpText           string          `json:"help_text"`
	RegenerateHelpText string          `json:"regenerate_help_text,omitempty"`
	Placeholder        string          `json:"placeholder"`
	Default            any             `json:"default"`
	Options            []*PluginOption `json:"options,omitempty"`
	Hosting            string          `json:"hosting"`
	Secret             bool            `json:"secret"`
}

type PluginSettingsSchema struct {
	Header   string                   `json:"header"`
	Footer   string                   `json:"footer"`
	Settings []*PluginSetting         `json:"settings"`
	Sections []*PluginSettingsSection `json:"sections"`
}

type PluginSettingsSection struct {
	Key      string           `json:"key"`
	Title    string           `json:"title"`
	Subtitle string           `json:"subtitle"`
	Settings []*PluginSetting `json:"settings"`
	Header   string           `json:"header"`
	Footer   string           `json:"footer"`
	Custom   bool             `json:"custom"`
	Fallback bool             `json:"fallback"`
}

type PluginStatus struct {
	PluginId    string `json:"plugin_id"`
	ClusterId   string `json:"cluster_id"`
	PluginPath  string `json:"plugin_path"`
	State       int    `json:"state"`
	Error       string `json:"error"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Version     string `json:"version"`
}
