package plugin

import (
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/saml2"
)

type Z_OnActivateArgs struct {
	APIMuxId    uint32
	DriverMuxId uint32
}

type Z_OnActivateReturns struct {
	A error
}

type Z_ServeHTTPArgs struct {
	ResponseWriterStream uint32
	Request              *HTTPRequestSubset
	Context              *Context
	RequestBodyStream    uint32
}

type Z_FileWillBeUploadedArgs struct {
	A                     *Context
	B                     *model.FileInfo
	UploadedFileStream    uint32
	ReplacementFileStream uint32
}

type Z_FileWillBeUploadedReturns struct {
	A *model.FileInfo
	B string
}

type Z_MessageWillBePostedArgs struct {
	A *Context
	B *model.Post
}

type Z_MessageWillBePostedReturns struct {
	A *model.Post
	B string
}

type Z_MessageWillBeUpdatedArgs struct {
	A *Context
	B *model.Post
	C *model.Post
}

type Z_MessageWillBeUpdatedReturns struct {
	A *model.Post
	B string
}

type Z_MessagesWillBeConsumedArgs struct {
	A []*model.Post
}

type Z_MessagesWillBeConsumedReturns struct {
	A []*model.Post
}

type Z_ServeMetricsArgs struct {
	ResponseWriterStream uint32
	Request              *HTTPRequestSubset
	Context              *Context
	RequestBodyStream    uint32
}

type Z_ChannelMemberWillBeAddedArgs struct {
	A *Context
	B *model.ChannelMember
}

type Z_ChannelMemberWillBeAddedReturns struct {
	A *model.ChannelMember
	B string
}

type Z_TeamMemberWillBeAddedArgs struct {
	A *Context
	B *model.TeamMember
}

type Z_TeamMemberWillBeAddedReturns struct {
	A *model.TeamMember
	B string
}

type Z_OnDeactivateArgs struct {
}

type Z_OnDeactivateReturns struct {
	A error
}

type Z_OnConfigurationChangeArgs struct {
}

type Z_OnConfigurationChangeReturns struct {
	A error
}

type Z_ExecuteCommandArgs struct {
	A *Context
	B *model.CommandArgs
}

type Z_ExecuteCommandReturns struct {
	A *model.CommandResponse
	B *model.AppError
}

type Z_UserHasBeenCreatedArgs struct {
	A *Context
	B *model.User
}

type Z_UserHasBeenCreatedReturns struct {
}

type Z_UserWillLogInArgs struct {
	A *Context
	B *model.User
}

type Z_UserWillLogInReturns struct {
	A string
}

type Z_UserHasLoggedInArgs struct {
	A *Context
	B *model.User
}

type Z_UserHasLoggedInReturns struct {
}

type Z_MessageHasBeenPostedArgs struct {
	A *Context
	B *model.Post
}

type Z_MessageHasBeenPostedReturns struct {
}

type Z_MessageHasBeenUpdatedArgs struct {
	A *Context
	B *model.Post
	C *model.Post
}

type Z_MessageHasBeenUpdatedReturns struct {
}

type Z_MessageHasBeenDeletedArgs struct {
	A *Context
	B *model.Post
}

type Z_MessageHasBeenDeletedReturns struct {
}

type Z_ChannelHasBeenCreatedArgs struct {
	A *Context
	B *model.Channel
}

type Z_ChannelHasBeenCreatedReturns struct {
}

type Z_ChannelWillBeArchivedArgs struct {
	A *Context
	B *model.Channel
}

type Z_ChannelWillBeArchivedReturns struct {
	A string
}

type Z_UserHasJoinedChannelArgs struct {
	A *Context
	B *model.ChannelMember
	C *model.User
}

type Z_UserHasJoinedChannelReturns struct {
}

type Z_UserHasLeftChannelArgs struct {
	A *Context
	B *model.ChannelMember
	C *model.User
}

type Z_UserHasLeftChannelReturns struct {
}

type Z_UserHasJoinedTeamArgs struct {
	A *Context
	B *model.TeamMember
	C *model.User
}

type Z_UserHasJoinedTeamReturns struct {
}

type Z_UserHasLeftTeamArgs struct {
	A *Context
	B *model.TeamMember
	C *model.User
}

type Z_UserHasLeftTeamReturns struct {
}

type Z_FileWillBeDownloadedArgs struct {
	A *Context
	B *model.FileInfo
	C string
	D model.FileDownloadType
}

type Z_FileWillBeDownloadedReturns struct {
	A string
}

type Z_ReactionHasBeenAddedArgs struct {
	A *Context
	B *model.Reaction
}

type Z_ReactionHasBeenAddedReturns struct {
}

type Z_ReactionHasBeenRemovedArgs struct {
	A *Context
	B *model.Reaction
}

type Z_ReactionHasBeenRemovedReturns struct {
}

type Z_OnPluginClusterEventArgs struct {
	A *Context
	B model.PluginClusterEvent
}

type Z_OnPluginClusterEventReturns struct {
}

type Z_OnWebSocketConnectArgs struct {
	A string
	B string
}

type Z_OnWebSocketConnectReturns struct {
}

type Z_OnWebSocketDisconnectArgs struct {
	A string
	B string
}

type Z_OnWebSocketDisconnectReturns struct {
}

type Z_WebSocketMessageHasBeenPostedArgs struct {
	A string
	B string
	C *model.WebSocketRequest
}

type Z_WebSocketMessageHasBeenPostedReturns struct {
}

type Z_RunDataRetentionArgs struct {
	A int64
	B int64
}

type Z_RunDataRetentionReturns struct {
	A int64
	B error
}

type Z_OnInstallArgs struct {
	A *Context
	B model.OnInstallEvent
}

type Z_OnInstallReturns struct {
	A error
}

type Z_OnSendDailyTelemetryArgs struct {
}

type Z_OnSendDailyTelemetryReturns struct {
}

type Z_OnCloudLimitsUpdatedArgs struct {
	A *model.ProductLimits
}

type Z_OnCloudLimitsUpdatedReturns struct {
}

type Z_ConfigurationWillBeSavedArgs struct {
	A *model.Config
}

type Z_ConfigurationWillBeSavedReturns struct {
	A *model.Config
	B error
}

type Z_EmailNotificationWillBeSentArgs struct {
	A *model.EmailNotification
}

type Z_EmailNotificationWillBeSentReturns struct {
	A *model.EmailNotificationContent
	B string
}

type Z_NotificationWillBePushedArgs struct {
	A *model.PushNotification
	B string
}

type Z_NotificationWillBePushedReturns struct {
	A *model.PushNotification
	B string
}

type Z_UserHasBeenDeactivatedArgs struct {
	A *Context
	B *model.User
}

type Z_UserHasBeenDeactivatedReturns struct {
}

type Z_OnSharedChannelsSyncMsgArgs struct {
	A *model.SyncMsg
	B *model.RemoteCluster
}

type Z_OnSharedChannelsSyncMsgReturns struct {
	A model.SyncResponse
	B error
}

type Z_OnSharedChannelsPingArgs struct {
	A *model.RemoteCluster
}

type Z_OnSharedChannelsPingReturns struct {
	A bool
}

type Z_PreferencesHaveChangedArgs struct {
	A *Context
	B []model.Preference
}

type Z_PreferencesHaveChangedReturns struct {
}

type Z_OnSharedChannelsAttachmentSyncMsgArgs struct {
	A *model.FileInfo
	B *model.Post
	C *model.RemoteCluster
}

type Z_OnSharedChannelsAttachmentSyncMsgReturns struct {
	A error
}

type Z_OnSharedChannelsProfileImageSyncMsgArgs struct {
	A *model.User
	B *model.RemoteCluster
}

type Z_OnSharedChannelsProfileImageSyncMsgReturns struct {
	A error
}

type Z_GenerateSupportDataArgs struct {
	A *Context
}

type Z_GenerateSupportDataReturns struct {
	A []*model.FileData
	B error
}

type Z_OnSAMLLoginArgs struct {
	A *Context
	B *model.User
	C *saml2.AssertionInfo
}

type Z_OnSAMLLoginReturns struct {
	A error
}
