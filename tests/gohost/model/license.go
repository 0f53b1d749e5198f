package model

type Customer struct {
	Id      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Company string `json:"company"`
}

type Features struct {
	Users                     *int  `json:"users"`
	LDAP                      *bool `json:"ldap"`
	LDAPGroups                *bool `json:"ldap_groups"`
	MFA                       *bool `json:"mfa"`
	GoogleOAuth               *bool `json:"google_oauth"`
	Office365OAuth            *bool `json:"office365_oauth"`
	OpenId                    *bool `json:"openid"`
	Compliance                *bool `json:"compliance"`
	Cluster                   *bool `json:"cluster"`
	Metrics                   *bool `json:"metrics"`
	MHPNS                     *bool `json:"mhpns"`
	SAML                      *bool `json:"saml"`
	Elasticsearch             *bool `json:"elastic_search"`
	Announcement              *bool `json:"announcement"`
	ThemeManagement           *bool `json:"theme_management"`
	EmailNotificationContents *bool `json:"email_notification_contents"`
	DataRetention             *bool `json:"data_retention"`
	MessageExport             *bool `json:"message_export"`
	CustomPermissionsSchemes  *bool `json:"custom_permissions_schemes"`
	CustomTermsOfService      *bool `json:"custom_terms_of_service"`
	GuestAccounts             *bool `json:"guest_accounts"`
	GuestAccountsPermissions  *bool `json:"guest_accounts_permissions"`
	IDLoadedPushNotifications *bool `json:"id_loaded"`
	LockTeammateNameDisplay   *bool `json:"lock_teammate_name_display"`
	EnterprisePlugins         *bool `json:"enterprise_plugins"`
	AdvancedLogging           *bool `json:"advanced_logging"`
	Cloud                     *bool `json:"cloud"`
	SharedChannels            *bool `json:"shared_channels"`
	RemoteClusterService      *bool `json:"remote_cluster_service"`
	OutgoingOAuthConnections  *bool `json:"outgoing_oauth_connections"`
	AutoTranslation           *bool `json:"auto_translation"`
	FutureFeatures            *bool `json:"future_features"`
}

type FilesLimits struct {
	TotalStorage *int64 `json:"total_storage"`
}

type License struct {
	Id                  string         `json:"id"`
	IssuedAt            int64          `json:"issued_at"`
	StartsAt            int64          `json:"starts_at"`
	ExpiresAt           int64          `json:"expires_at"`
	Customer            *Customer      `json:"customer"`
	Features            *Features      `json:"features"`
	SkuName             string         `json:"sku_name"`
	SkuShortName        string         `json:"sku_short_name"`
	IsTrial             bool           `json:"is_trial"`
	IsGovSku            bool           `json:"is_gov_sku"`
	IsSeatCountEnforced bool           `json:"is_seat_count_enforced"`
	ExtraUsers          *int           `json:"extra_users"`
	SignupJWT           *string        `json:"signup_jwt"`
	Limits              *LicenseLimits `json:"limits"`
}

type LicenseLimits struct {
	PostHistory         int64 `json:"post_history"`
	BoardCards          int64 `json:"board_cards"`
	PlaybookRuns        int64 `json:"playbook_runs"`
	CallDurationSeconds int64 `json:"call_duration"`
	AgentsPrompts       int64 `json:"agents_prompts"`
	PushNotifications   int64 `json:"push_notifications"`
}

type MessagesLimits struct {
	History *int `json:"history"`
}

type ProductLimits struct {
	Files    *FilesLimits    `json:"files,omitempty"`
	Messages *MessagesLimits `json:"messages,omitempty"`
	Teams    *TeamsLimits    `json:"teams,omitempty"`
}

type TeamsLimits struct {
	Active *int `json:"active"`
}
