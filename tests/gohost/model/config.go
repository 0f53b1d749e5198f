package model

import (
	"encoding/json"
)

type AccessControlSettings struct {
	EnableAttributeBasedAccessControl *bool
	EnableUserManagedAttributes       *bool
}

type AdditionalContentFlaggingSettings struct {
	Reasons                 *[]string
	ReporterCommentRequired *bool
	ReviewerCommentRequired *bool
	HideFlaggedContent      *bool
}

type AgentsProviderSettings struct {
	LLMServiceID *string
}

type AnalyticsSettings struct {
	MaxUsersForStatistics *int
}

type AnnouncementSettings struct {
	EnableBanner          *bool
	BannerText            *string
	BannerColor           *string
	BannerTextColor       *string
	AllowBannerDismissal  *bool
	AdminNoticesEnabled   *bool
	UserNoticesEnabled    *bool
	NoticesURL            *string
	NoticesFetchFrequency *int
	NoticesSkipCache      *bool
}

type AutoTranslationSettings struct {
	Enable          *bool
	RestrictDMAndGM *bool
	Provider        *string
	TargetLanguages *[]string
	Workers         *int
	TimeoutMs       *int
	LibreTranslate  *LibreTranslateProviderSettings
	Agents          *AgentsProviderSettings
}

type CacheSettings struct {
	CacheType          *string
	RedisAddress       *string
	RedisPassword      *string
	RedisDB            *int
	RedisCachePrefix   *string
	DisableClientCache *bool
}

type ClientRequirements struct {
	AndroidLatestVersion string
	AndroidMinVersion    string
	IosLatestVersion     string
	IosMinVersion        string
}

type CloudSettings struct {
	CWSURL                *string
	CWSAPIURL             *string
	CWSMock               *bool
	Disable               *bool
	PreviewModalBucketURL *string
}

type ClusterSettings struct {
	Enable                             *bool
	ClusterName                        *string
	OverrideHostname                   *string
	NetworkInterface                   *string
	BindAddress                        *string
	AdvertiseAddress                   *string
	UseIPAddress                       *bool
	EnableGossipCompression            *bool
	EnableExperimentalGossipEncryption *bool `json:",omitempty"`
	EnableGossipEncryption             *bool
	ReadOnlyConfig                     *bool
	GossipPort                         *int
}

type ComplianceSettings struct {
	Enable      *bool
	Directory   *string
	EnableDaily *bool
	BatchSize   *int
}

type Config struct {
	ServiceSettings             ServiceSettings
	TeamSettings                TeamSettings
	ClientRequirements          ClientRequirements
	SqlSettings                 SqlSettings
	LogSettings                 LogSettings
	ExperimentalAuditSettings   ExperimentalAuditSettings
	PasswordSettings            PasswordSettings
	FileSettings                FileSettings
	EmailSettings               EmailSettings
	RateLimitSettings           RateLimitSettings
	PrivacySettings             PrivacySettings
	SupportSettings             SupportSettings
	AnnouncementSettings        AnnouncementSettings
	ThemeSettings               ThemeSettings
	GitLabSettings              SSOSettings
	GoogleSettings              SSOSettings
	Office365Settings           Office365Settings
	OpenIdSettings              SSOSettings
	LdapSettings                LdapSettings
	ComplianceSettings          ComplianceSettings
	LocalizationSettings        LocalizationSettings
	SamlSettings                SamlSettings
	NativeAppSettings           NativeAppSettings
	IntuneSettings              IntuneSettings
	CacheSettings               CacheSettings
	ClusterSettings             ClusterSettings
	MetricsSettings             MetricsSettings
	ExperimentalSettings        ExperimentalSettings
	AnalyticsSettings           AnalyticsSettings
	ElasticsearchSettings       ElasticsearchSettings
	DataRetentionSettings       DataRetentionSettings
	MessageExportSettings       MessageExportSettings
	JobSettings                 JobSettings
	PluginSettings              PluginSettings
	DisplaySettings             DisplaySettings
	GuestAccountsSettings       GuestAccountsSettings
	ImageProxySettings          ImageProxySettings
	CloudSettings               CloudSettings
	FeatureFlags                *FeatureFlags `json:",omitempty"`
	ImportSettings              ImportSettings
	ExportSettings              ExportSettings
	WranglerSettings            WranglerSettings
	ConnectedWorkspacesSettings ConnectedWorkspacesSettings
	AccessControlSettings       AccessControlSettings
	ContentFlaggingSettings     ContentFlaggingSettings
	AutoTranslationSettings     AutoTranslationSettings
}

type ConnectedWorkspacesSettings struct {
	EnableSharedChannels            *bool
	EnableRemoteClusterService      *bool
	DisableSharedChannelsStatusSync *bool
	SyncUsersOnConnectionOpen       *bool
	GlobalUserSyncBatchSize         *int
	MaxPostsPerSync                 *int
	MemberSyncBatchSize             *int
}

type ContentFlaggingEvent string

type ContentFlaggingNotificationSettings struct {
	EventTargetMapping map[ContentFlaggingEvent][]NotificationTarget
}

type ContentFlaggingSettings struct {
	ContentFlaggingSettingsBase
	ReviewerSettings *ReviewerSettings
}

type ContentFlaggingSettingsBase struct {
	EnableContentFlagging *bool
	NotificationSettings  *ContentFlaggingNotificationSettings
	AdditionalSettings    *AdditionalContentFlaggingSettings
}

type DataRetentionSettings struct {
	EnableMessageDeletion          *bool
	EnableFileDeletion             *bool
	EnableBoardsDeletion           *bool
	MessageRetentionDays           *int
	MessageRetentionHours          *int
	FileRetentionDays              *int
	FileRetentionHours             *int
	BoardsRetentionDays            *int
	DeletionJobStartTime           *string
	BatchSize                      *int
	TimeBetweenBatchesMilliseconds *int
	RetentionIdsBatchSize          *int
	PreservePinnedPosts            *bool
}

type DisplaySettings struct {
	CustomURLSchemes []string
	MaxMarkdownNodes *int
}

type ElasticsearchSettings struct {
	ConnectionURL                               *string
	Backend                                     *string
	Username                                    *string
	Password                                    *string
	EnableIndexing                              *bool
	EnableSearching                             *bool
	EnableCJKAnalyzers                          *bool
	EnableAutocomplete                          *bool
	Sniff                                       *bool
	PostIndexReplicas                           *int
	PostIndexShards                             *int
	ChannelIndexReplicas                        *int
	ChannelIndexShards                          *int
	UserIndexReplicas                           *int
	UserIndexShards                             *int
	AggregatePostsAfterDays                     *int
	PostsAggregatorJobStartTime                 *string
	IndexPrefix                                 *string
	GlobalSearchPrefix                          *string
	LiveIndexingBatchSize                       *int
	BulkIndexingTimeWindowSeconds               *int `json:",omitempty"`
	BatchSize                                   *int
	RequestTimeoutSeconds                       *int
	SkipTLSVerification                         *bool
	CA                                          *string
	ClientCert                                  *string
	ClientKey                                   *string
	Trace                                       *string
	IgnoredPurgeIndexes                         *string
	EnableSearchPublicChannelsWithoutMembership *bool
}

type EmailSettings struct {
	EnableSignUpWithEmail             *bool
	EnableSignInWithEmail             *bool
	EnableSignInWithUsername          *bool
	SendEmailNotifications            *bool
	UseChannelInEmailNotifications    *bool
	RequireEmailVerification          *bool
	FeedbackName                      *string
	FeedbackEmail                     *string
	ReplyToAddress                    *string
	FeedbackOrganization              *string
	EnableSMTPAuth                    *bool
	SMTPUsername                      *string
	SMTPPassword                      *string
	SMTPServer                        *string
	SMTPPort                          *string
	SMTPServerTimeout                 *int
	ConnectionSecurity                *string
	SendPushNotifications             *bool
	PushNotificationServer            *string
	PushNotificationContents          *string
	PushNotificationBuffer            *int
	EnableEmailBatching               *bool
	EmailBatchingBufferSize           *int
	EmailBatchingInterval             *int
	EnablePreviewModeBanner           *bool
	SkipServerCertificateVerification *bool
	EmailNotificationContentsType     *string
	LoginButtonColor                  *string
	LoginButtonBorderColor            *string
	LoginButtonTextColor              *string
}

type ExperimentalAuditSettings struct {
	FileEnabled         *bool
	FileName            *string
	AdvancedLoggingJSON json.RawMessage
	Certificate         *string
}

type ExperimentalSettings struct {
	ClientSideCertEnable                                  *bool
	LinkMetadataTimeoutMilliseconds                       *int64
	RestrictSystemAdmin                                   *bool
	EnableSharedChannels                                  *bool
	EnableRemoteClusterService                            *bool
	DisableAppBar                                         *bool
	DisableRefetchingOnBrowserFocus                       *bool
	DelayChannelAutocomplete                              *bool
	DisableWakeUpReconnectHandler                         *bool
	UsersStatusAndProfileFetchingPollIntervalMilliseconds *int64
	YoutubeReferrerPolicy                                 *bool
	ExperimentalChannelCategorySorting                    *bool
}

type ExportSettings struct {
	Directory     *string
	RetentionDays *int
}

type FeatureFlags struct {
	TestFeature                              string
	TestBoolFeature                          bool
	EnableRemoteClusterService               bool
	EnableSharedChannelsDMs                  bool
	EnableSharedChannelsPlugins              bool
	EnableSharedChannelsMemberSync           bool
	EnableSyncAllUsersForRemoteCluster       bool
	AppsEnabled                              bool
	PermalinkPreviews                        bool
	NormalizeLdapDNs                         bool
	WysiwygEditor                            bool
	OnboardingTourTips                       bool
	DeprecateCloudFree                       bool
	EnableExportDirectDownload               bool
	MoveThreadsEnabled                       bool
	StreamlinedMarketplace                   bool
	CloudIPFiltering                         bool
	ConsumePostHook                          bool
	CloudAnnualRenewals                      bool
	CloudDedicatedExportUI                   bool
	ChannelBookmarks                         bool
	WebSocketEventScope                      bool
	NotificationMonitoring                   bool
	ExperimentalAuditSettingsSystemConsoleUI bool
	CustomProfileAttributes                  bool
	AttributeBasedAccessControl              bool
	ContentFlagging                          bool
	InteractiveDialogAppsForm                bool
	EnableMattermostEntry                    bool
	MobileSSOCodeExchange                    bool
	AutoTranslation                          bool
	BurnOnRead                               bool
	EnableAIPluginBridge                     bool
	EnableAIRecaps                           bool
	CJKSearch                                bool
}

type FileSettings struct {
	EnableFileAttachments                    *bool
	EnableMobileUpload                       *bool
	EnableMobileDownload                     *bool
	MaxFileSize                              *int64
	MaxImageResolution                       *int64
	MaxImageDecoderConcurrency               *int64
	DriverName                               *string
	Directory                                *string
	EnablePublicLink                         *bool
	ExtractContent                           *bool
	ArchiveRecursion                         *bool
	PublicLinkSalt                           *string
	InitialFont                              *string
	AmazonS3AccessKeyId                      *string
	AmazonS3SecretAccessKey                  *string
	AmazonS3Bucket                           *string
	AmazonS3PathPrefix                       *string
	AmazonS3Region                           *string
	AmazonS3Endpoint                         *string
	AmazonS3SSL                              *bool
	AmazonS3SignV2                           *bool
	AmazonS3SSE                              *bool
	AmazonS3Trace                            *bool
	AmazonS3RequestTimeoutMilliseconds       *int64
	AmazonS3UploadPartSizeBytes              *int64
	AmazonS3StorageClass                     *string
	DedicatedExportStore                     *bool
	ExportDriverName                         *string
	ExportDirectory                          *string
	ExportAmazonS3AccessKeyId                *string
	ExportAmazonS3SecretAccessKey            *string
	ExportAmazonS3Bucket                     *string
	ExportAmazonS3PathPrefix                 *string
	ExportAmazonS3Region                     *string
	ExportAmazonS3Endpoint                   *string
	ExportAmazonS3SSL                        *bool
	ExportAmazonS3SignV2                     *bool
	ExportAmazonS3SSE                        *bool
	ExportAmazonS3Trace                      *bool
	ExportAmazonS3RequestTimeoutMilliseconds *int64
	ExportAmazonS3PresignExpiresSeconds      *int64
	ExportAmazonS3UploadPartSizeBytes        *int64
	ExportAmazonS3StorageClass               *string
}

type GlobalRelayMessageExportSettings struct {
	CustomerType         *string
	SMTPUsername         *string
	SMTPPassword         *string
	EmailAddress         *string
	SMTPServerTimeout    *int
	CustomSMTPServerName *string
	CustomSMTPPort       *string
}

type GuestAccountsSettings struct {
	Enable                           *bool
	HideTags                         *bool
	AllowEmailAccounts               *bool
	EnforceMultifactorAuthentication *bool
	RestrictCreationToDomains        *string
	EnableGuestMagicLink             *bool
}

type ImageProxySettings struct {
	Enable                  *bool
	ImageProxyType          *string
	RemoteImageProxyURL     *string
	RemoteImageProxyOptions *string
}

type ImportSettings struct {
	Directory     *string
	RetentionDays *int
}

type IntuneSettings struct {
	Enable      *bool
	TenantId    *string
	ClientId    *string
	AuthService *string
}

type JobSettings struct {
	RunJobs                    *bool
	RunScheduler               *bool
	CleanupJobsThresholdDays   *int
	CleanupConfigThresholdDays *int
}

type LdapSettings struct {
	Enable                      *bool
	EnableSync                  *bool
	LdapServer                  *string
	LdapPort                    *int
	ConnectionSecurity          *string
	BaseDN                      *string
	BindUsername                *string
	BindPassword                *string
	MaximumLoginAttempts        *int
	UserFilter                  *string
	GroupFilter                 *string
	GuestFilter                 *string
	EnableAdminFilter           *bool
	AdminFilter                 *string
	GroupDisplayNameAttribute   *string
	GroupIdAttribute            *string
	FirstNameAttribute          *string
	LastNameAttribute           *string
	EmailAttribute              *string
	UsernameAttribute           *string
	NicknameAttribute           *string
	IdAttribute                 *string
	PositionAttribute           *string
	LoginIdAttribute            *string
	PictureAttribute            *string
	SyncIntervalMinutes         *int
	ReAddRemovedMembers         *bool
	SkipCertificateVerification *bool
	PublicCertificateFile       *string
	PrivateKeyFile              *string
	QueryTimeout                *int
	MaxPageSize                 *int
	LoginFieldName              *string
	LoginButtonColor            *string
	LoginButtonBorderColor      *string
	LoginButtonTextColor        *string
}

type LibreTranslateProviderSettings struct {
	URL    *string
	APIKey *string
}

type LocalizationSettings struct {
	DefaultServerLocale       *string
	DefaultClientLocale       *string
	AvailableLocales          *string
	EnableExperimentalLocales *bool
}

type LogSettings struct {
	EnableConsole          *bool
	ConsoleLevel           *string
	ConsoleJson            *bool
	EnableColor            *bool
	EnableFile             *bool
	FileLevel              *string
	FileJson               *bool
	FileLocation           *string
	EnableWebhookDebugging *bool
	EnableDiagnostics      *bool
	EnableSentry           *bool
	AdvancedLoggingJSON    json.RawMessage
	MaxFieldSize           *int
}

type MessageExportSettings struct {
	EnableExport            *bool
	ExportFormat            *string
	DailyRunTime            *string
	ExportFromTimestamp     *int64
	BatchSize               *int
	DownloadExportResults   *bool
	ChannelBatchSize        *int
	ChannelHistoryBatchSize *int
	GlobalRelaySettings     *GlobalRelayMessageExportSettings
}

type MetricsSettings struct {
	Enable                    *bool
	BlockProfileRate          *int
	ListenAddress             *string
	EnableClientMetrics       *bool
	EnableNotificationMetrics *bool
	ClientSideUserIds         []string
}

type NativeAppSettings struct {
	AppCustomURLSchemes           []string
	AppDownloadLink               *string
	AndroidAppDownloadLink        *string
	IosAppDownloadLink            *string
	MobileExternalBrowser         *bool
	MobileEnableBiometrics        *bool
	MobilePreventScreenCapture    *bool
	MobileJailbreakProtection     *bool
	MobileEnableSecureFilePreview *bool
	MobileAllowPdfLinkNavigation  *bool
	EnableIntuneMAM               *bool
}

type NotificationTarget string

type Office365Settings struct {
	Enable               *bool
	Secret               *string
	Id                   *string
	Scope                *string
	AuthEndpoint         *string
	TokenEndpoint        *string
	UserAPIEndpoint      *string
	DiscoveryEndpoint    *string
	DirectoryId          *string
	UsePreferredUsername *bool
}

type PasswordSettings struct {
	MinimumLength    *int
	Lowercase        *bool
	Number           *bool
	Uppercase        *bool
	Symbol           *bool
	EnableForgotLink *bool
}

type PluginSettings struct {
	Enable                      *bool
	EnableUploads               *bool
	AllowInsecureDownloadURL    *bool
	EnableHealthCheck           *bool
	Directory                   *string
	ClientDirectory             *string
	Plugins                     map[string]map[string]any
	PluginStates                map[string]*PluginState
	EnableMarketplace           *bool
	EnableRemoteMarketplace     *bool
	AutomaticPrepackagedPlugins *bool
	RequirePluginSignature      *bool
	MarketplaceURL              *string
	SignaturePublicKeyFiles     []string
	ChimeraOAuthProxyURL        *string
}

type PluginState struct {
	Enable bool
}

type PrivacySettings struct {
	ShowEmailAddress *bool
	ShowFullName     *bool
	UseAnonymousURLs *bool
}

type RateLimitSettings struct {
	Enable           *bool
	PerSec           *int
	MaxBurst         *int
	MemoryStoreSize  *int
	VaryByRemoteAddr *bool
	VaryByUser       *bool
	VaryByHeader     string
}

type ReplicaLagSettings struct {
	DataSource       *string
	QueryAbsoluteLag *string
	QueryTimeLag     *string
}

type ReviewerSettings struct {
	CommonReviewers         *bool
	SystemAdminsAsReviewers *bool
	TeamAdminsAsReviewers   *bool
}

type SSOSettings struct {
	Enable               *bool
	Secret               *string
	Id                   *string
	Scope                *string
	AuthEndpoint         *string
	TokenEndpoint        *string
	UserAPIEndpoint      *string
	DiscoveryEndpoint    *string
	ButtonText           *string
	ButtonColor          *string
	UsePreferredUsername *bool
}

type SamlSettings struct {
	Enable                        *bool
	EnableSyncWithLdap            *bool
	EnableSyncWithLdapIncludeAuth *bool
	IgnoreGuestsLdapSync          *bool
	Verify                        *bool
	Encrypt                       *bool
	SignRequest                   *bool
	IdpURL                        *string
	IdpDescriptorURL              *string
	IdpMetadataURL                *string
	ServiceProviderIdentifier     *string
	AssertionConsumerServiceURL   *string
	SignatureAlgorithm            *string
	CanonicalAlgorithm            *string
	ScopingIDPProviderId          *string
	ScopingIDPName                *string
	IdpCertificateFile            *string
	PublicCertificateFile         *string
	PrivateKeyFile                *string
	IdAttribute                   *string
	GuestAttribute                *string
	EnableAdminAttribute          *bool
	AdminAttribute                *string
	FirstNameAttribute            *string
	LastNameAttribute             *string
	EmailAttribute                *string
	UsernameAttribute             *string
	NicknameAttribute             *string
	LocaleAttribute               *string
	PositionAttribute             *string
	LoginButtonText               *string
	LoginButtonColor              *string
	LoginButtonBorderColor        *string
	LoginButtonTextColor          *string
}

type ServiceSettings struct {
	SiteURL                                           *string
	WebsocketURL                                      *string
	LicenseFileLocation                               *string
	ListenAddress                                     *string
	ConnectionSecurity                                *string
	TLSCertFile                                       *string
	TLSKeyFile                                        *string
	TLSMinVer                                         *string
	TLSStrictTransport                                *bool
	TLSStrictTransportMaxAge                          *int64
	TLSOverwriteCiphers                               []string
	UseLetsEncrypt                                    *bool
	LetsEncryptCertificateCacheFile                   *string
	Forward80To443                                    *bool
	TrustedProxyIPHeader                              []string
	ReadTimeout                                       *int
	WriteTimeout                                      *int
	IdleTimeout                                       *int
	MaximumLoginAttempts                              *int
	GoroutineHealthThreshold                          *int
	EnableOAuthServiceProvider                        *bool
	EnableDynamicClientRegistration                   *bool
	DCRRedirectURIAllowlist                           []string
	EnableIncomingWebhooks                            *bool
	EnableOutgoingWebhooks                            *bool
	EnableOutgoingOAuthConnections                    *bool
	EnableCommands                                    *bool
	OutgoingIntegrationRequestsTimeout                *int64
	EnablePostUsernameOverride                        *bool
	EnablePostIconOverride                            *bool
	GoogleDeveloperKey                                *string
	EnableLinkPreviews                                *bool
	EnablePermalinkPreviews                           *bool
	RestrictLinkPreviews                              *string
	EnableTesting                                     *bool
	EnableDeveloper                                   *bool
	DeveloperFlags                                    *string
	EnableClientPerformanceDebugging                  *bool
	EnableSecurityFixAlert                            *bool
	EnableInsecureOutgoingConnections                 *bool
	AllowedUntrustedInternalConnections               *string
	EnableMultifactorAuthentication                   *bool
	EnforceMultifactorAuthentication                  *bool
	EnableUserAccessTokens                            *bool
	AllowCorsFrom                                     *string
	CorsExposedHeaders                                *string
	CorsAllowCredentials                              *bool
	CorsDebug                                         *bool
	AllowCookiesForSubdomains                         *bool
	ExtendSessionLengthWithActivity                   *bool
	TerminateSessionsOnPasswordChange                 *bool
	SessionLengthWebInDays                            *int
	SessionLengthWebInHours                           *int
	SessionLengthMobileInDays                         *int
	SessionLengthMobileInHours                        *int
	SessionLengthSSOInDays                            *int
	SessionLengthSSOInHours                           *int
	SessionCacheInMinutes                             *int
	SessionIdleTimeoutInMinutes                       *int
	WebsocketSecurePort                               *int
	WebsocketPort                                     *int
	WebserverMode                                     *string
	EnableGifPicker                                   *bool
	GiphySdkKey                                       *string
	EnableCustomEmoji                                 *bool
	EnableEmojiPicker                                 *bool
	PostEditTimeLimit                                 *int
	TimeBetweenUserTypingUpdatesMilliseconds          *int64
	EnableCrossTeamSearch                             *bool
	EnablePostSearch                                  *bool
	EnableFileSearch                                  *bool
	MinimumHashtagLength                              *int
	EnableUserTypingMessages                          *bool
	EnableChannelViewedMessages                       *bool
	EnableUserStatuses                                *bool
	ExperimentalEnableAuthenticationTransfer          *bool
	ClusterLogTimeoutMilliseconds                     *int
	EnableTutorial                                    *bool
	EnableOnboardingFlow                              *bool
	ExperimentalEnableDefaultChannelLeaveJoinMessages *bool
	ExperimentalGroupUnreadChannels                   *string
	EnableAPITeamDeletion                             *bool
	EnableAPITriggerAdminNotifications                *bool
	EnableAPIUserDeletion                             *bool
	EnableAPIPostDeletion                             *bool
	EnableDesktopLandingPage                          *bool
	MinimumDesktopAppVersion                          *string
	ExperimentalEnableHardenedMode                    *bool
	ExperimentalStrictCSRFEnforcement                 *bool
	EnableEmailInvitations                            *bool
	DisableBotsWhenOwnerIsDeactivated                 *bool
	EnableBotAccountCreation                          *bool
	EnableSVGs                                        *bool
	EnableLatex                                       *bool
	EnableInlineLatex                                 *bool
	PostPriority                                      *bool
	AllowPersistentNotifications                      *bool
	AllowPersistentNotificationsForGuests             *bool
	PersistentNotificationIntervalMinutes             *int
	PersistentNotificationMaxCount                    *int
	PersistentNotificationMaxRecipients               *int
	EnableBurnOnRead                                  *bool
	BurnOnReadDurationSeconds                         *int
	BurnOnReadMaximumTimeToLiveSeconds                *int
	BurnOnReadSchedulerFrequencySeconds               *int
	EnableAPIChannelDeletion                          *bool
	EnableLocalMode                                   *bool
	LocalModeSocketLocation                           *string
	EnableAWSMetering                                 *bool
	AWSMeteringTimeoutSeconds                         *int
	SplitKey                                          *string
	FeatureFlagSyncIntervalSeconds                    *int
	DebugSplit                                        *bool
	ThreadAutoFollow                                  *bool
	CollapsedThreads                                  *string
	ManagedResourcePaths                              *string
	EnableCustomGroups                                *bool
	AllowSyncedDrafts                                 *bool
	UniqueEmojiReactionLimitPerPost                   *int
	RefreshPostStatsRunTime                           *string
	MaximumPayloadSizeBytes                           *int64
	MaximumURLLength                                  *int
	ScheduledPosts                                    *bool
	EnableWebHubChannelIteration                      *bool
	FrameAncestors                                    *string
	DeleteAccountLink                                 *string
}

type SqlSettings struct {
	DriverName                        *string
	DataSource                        *string
	DataSourceReplicas                []string
	DataSourceSearchReplicas          []string
	MaxIdleConns                      *int
	ConnMaxLifetimeMilliseconds       *int
	ConnMaxIdleTimeMilliseconds       *int
	MaxOpenConns                      *int
	Trace                             *bool
	AtRestEncryptKey                  *string
	QueryTimeout                      *int
	DisableDatabaseSearch             *bool
	MigrationsStatementTimeoutSeconds *int
	ReplicaLagSettings                []*ReplicaLagSettings
	ReplicaMonitorIntervalSeconds     *int
}

type SupportSettings struct {
	TermsOfServiceLink                     *string
	PrivacyPolicyLink                      *string
	AboutLink                              *string
	HelpLink                               *string
	ReportAProblemLink                     *string
	ReportAProblemType                     *string
	ReportAProblemMail                     *string
	AllowDownloadLogs                      *bool
	ForgotPasswordLink                     *string
	SupportEmail                           *string
	CustomTermsOfServiceEnabled            *bool
	CustomTermsOfServiceReAcceptancePeriod *int
	EnableAskCommunityLink                 *bool
}

type TeamSettings struct {
	SiteName                            *string
	MaxUsersPerTeam                     *int
	EnableJoinLeaveMessageByDefault     *bool
	EnableUserCreation                  *bool
	EnableOpenServer                    *bool
	EnableUserDeactivation              *bool
	RestrictCreationToDomains           *string
	EnableCustomUserStatuses            *bool
	EnableCustomBrand                   *bool
	CustomBrandText                     *string
	CustomDescriptionText               *string
	RestrictDirectMessage               *string
	EnableLastActiveTime                *bool
	UserStatusAwayTimeout               *int64
	MaxChannelsPerTeam                  *int64
	MaxNotificationsPerChannel          *int64
	EnableConfirmNotificationsToChannel *bool
	TeammateNameDisplay                 *string
	ExperimentalViewArchivedChannels    *bool
	ExperimentalEnableAutomaticReplies  *bool
	LockTeammateNameDisplay             *bool
	ExperimentalPrimaryTeam             *string
	ExperimentalDefaultChannels         []string
}

type ThemeSettings struct {
	EnableThemeSelection *bool
	DefaultTheme         *string
	AllowCustomThemes    *bool
	AllowedThemes        []string
}

type WranglerSettings struct {
	PermittedWranglerRoles                   []string
	AllowedEmailDomain                       []string
	MoveThreadMaxCount                       *int64
	MoveThreadToAnotherTeamEnable            *bool
	MoveThreadFromPrivateChannelEnable       *bool
	MoveThreadFromDirectMessageChannelEnable *bool
	MoveThreadFromGroupMessageChannelEnable  *bool
}
