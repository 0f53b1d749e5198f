package plugin

import (
	"net/http"

	"example.com/mmplugin/gohost/model"
)

type Z_LoadPluginConfigurationArgsArgs struct {
}

type Z_LoadPluginConfigurationArgsReturns struct {
	A []byte
}

type Z_PluginHTTPArgs struct {
	Request     *HTTPRequestSubset
	RequestBody []byte
}

type Z_PluginHTTPReturns struct {
	Response     *http.Response
	ResponseBody []byte
}

type Z_PluginHTTPStreamArgs struct {
	ResponseBodyStream uint32
	Request            *HTTPRequestSubset
	RequestBodyStream  uint32
}

type Z_PluginHTTPStreamReturns struct {
	StatusCode int
	Header     http.Header
}

type Z_InstallPluginArgs struct {
	PluginStreamID uint32
	B              bool
}

type Z_InstallPluginReturns struct {
	A *model.Manifest
	B *model.AppError
}

type Z_UploadDataArgs struct {
	A              *model.UploadSession
	PluginStreamID uint32
}

type Z_UploadDataReturns struct {
	A *model.FileInfo
	B error
}

type Z_RegisterCommandArgs struct {
	A *model.Command
}

type Z_RegisterCommandReturns struct {
	A error
}

type Z_UnregisterCommandArgs struct {
	A string
	B string
}

type Z_UnregisterCommandReturns struct {
	A error
}

type Z_ExecuteSlashCommandArgs struct {
	A *model.CommandArgs
}

type Z_ExecuteSlashCommandReturns struct {
	A *model.CommandResponse
	B error
}

type Z_SaveConfigArgs struct {
	A *model.Config
}

type Z_SaveConfigReturns struct {
	A *model.AppError
}

type Z_SavePluginConfigArgs struct {
	A map[string]any
}

type Z_SavePluginConfigReturns struct {
	A *model.AppError
}

type Z_IsEnterpriseReadyArgs struct {
}

type Z_IsEnterpriseReadyReturns struct {
	A bool
}

type Z_ExtendSessionExpiryArgs struct {
	A string
	B int64
}

type Z_ExtendSessionExpiryReturns struct {
	A *model.AppError
}

type Z_RevokeSessionArgs struct {
	A string
}

type Z_RevokeSessionReturns struct {
	A *model.AppError
}

type Z_RevokeUserAccessTokenArgs struct {
	A string
}

type Z_RevokeUserAccessTokenReturns struct {
	A *model.AppError
}

type Z_SetTeamIconArgs struct {
	A string
	B []byte
}

type Z_SetTeamIconReturns struct {
	A *model.AppError
}

type Z_RemoveTeamIconArgs struct {
	A string
}

type Z_RemoveTeamIconReturns struct {
	A *model.AppError
}

type Z_SetUserStatusTimedDNDArgs struct {
	A string
	B int64
}

type Z_SetUserStatusTimedDNDReturns struct {
	A *model.Status
	B *model.AppError
}

type Z_RemoveUserCustomStatusArgs struct {
	A string
}

type Z_RemoveUserCustomStatusReturns struct {
	A *model.AppError
}

type Z_AddChannelMemberArgs struct {
	A string
	B string
}

type Z_AddChannelMemberReturns struct {
	A *model.ChannelMember
	B *model.AppError
}

type Z_AddUserToChannelArgs struct {
	A string
	B string
	C string
}

type Z_AddUserToChannelReturns struct {
	A *model.ChannelMember
	B *model.AppError
}

type Z_PatchChannelMembersNotificationsArgs struct {
	A []*model.ChannelMemberIdentifier
	B map[string]string
}

type Z_PatchChannelMembersNotificationsReturns struct {
	A *model.AppError
}

type Z_AddReactionArgs struct {
	A *model.Reaction
}

type Z_AddReactionReturns struct {
	A *model.Reaction
	B *model.AppError
}

type Z_RemoveReactionArgs struct {
	A *model.Reaction
}

type Z_RemoveReactionReturns struct {
	A *model.AppError
}

type Z_SendEphemeralPostArgs struct {
	A string
	B *model.Post
}

type Z_SendEphemeralPostReturns struct {
	A *model.Post
}

type Z_SetProfileImageArgs struct {
	A string
	B []byte
}

type Z_SetProfileImageReturns struct {
	A *model.AppError
}

type Z_CopyFileInfosArgs struct {
	A string
	B []string
}

type Z_CopyFileInfosReturns struct {
	A []string
	B *model.AppError
}

type Z_SetFileSearchableContentArgs struct {
	A string
	B string
}

type Z_SetFileSearchableContentReturns struct {
	A *model.AppError
}

type Z_ReadFileArgs struct {
	A string
}

type Z_ReadFileReturns struct {
	A []byte
	B *model.AppError
}

type Z_UploadFileArgs struct {
	A []byte
	B string
	C string
}

type Z_UploadFileReturns struct {
	A *model.FileInfo
	B *model.AppError
}

type Z_OpenInteractiveDialogArgs struct {
	A model.OpenDialogRequest
}

type Z_OpenInteractiveDialogReturns struct {
	A *model.AppError
}

type Z_SendToastMessageArgs struct {
	A string
	B string
	C string
	D model.SendToastMessageOptions
}

type Z_SendToastMessageReturns struct {
	A *model.AppError
}

type Z_EnablePluginArgs struct {
	A string
}

type Z_EnablePluginReturns struct {
	A *model.AppError
}

type Z_DisablePluginArgs struct {
	A string
}

type Z_DisablePluginReturns struct {
	A *model.AppError
}

type Z_RemovePluginArgs struct {
	A string
}

type Z_RemovePluginReturns struct {
	A *model.AppError
}

type Z_PublishWebSocketEventArgs struct {
	A string
	B map[string]any
	C *model.WebsocketBroadcast
}

type Z_PublishWebSocketEventReturns struct {
}

type Z_HasPermissionToArgs struct {
	A string
	B *model.Permission
}

type Z_HasPermissionToReturns struct {
	A bool
}

type Z_HasPermissionToTeamArgs struct {
	A string
	B string
	C *model.Permission
}

type Z_HasPermissionToTeamReturns struct {
	A bool
}

type Z_HasPermissionToChannelArgs struct {
	A string
	B string
	C *model.Permission
}

type Z_HasPermissionToChannelReturns struct {
	A bool
}

type Z_RolesGrantPermissionArgs struct {
	A []string
	B string
}

type Z_RolesGrantPermissionReturns struct {
	A bool
}

type Z_SendMailArgs struct {
	A string
	B string
	C string
}

type Z_SendMailReturns struct {
	A *model.AppError
}

type Z_PatchBotArgs struct {
	A string
	B *model.BotPatch
}

type Z_PatchBotReturns struct {
	A *model.Bot
	B *model.AppError
}

type Z_PermanentDeleteBotArgs struct {
	A string
}

type Z_PermanentDeleteBotReturns struct {
	A *model.AppError
}

type Z_PublishUserTypingArgs struct {
	A string
	B string
	C string
}

type Z_PublishUserTypingReturns struct {
	A *model.AppError
}

type Z_PublishPluginClusterEventArgs struct {
	A model.PluginClusterEvent
	B model.PluginClusterEventSendOptions
}

type Z_PublishPluginClusterEventReturns struct {
	A error
}

type Z_RequestTrialLicenseArgs struct {
	A string
	B int
	C bool
	D bool
}

type Z_RequestTrialLicenseReturns struct {
	A *model.AppError
}

type Z_EnsureBotUserArgs struct {
	A *model.Bot
}

type Z_EnsureBotUserReturns struct {
	A string
	B error
}

type Z_RegisterCollectionAndTopicArgs struct {
	A string
	B string
}

type Z_RegisterCollectionAndTopicReturns struct {
	A error
}

type Z_SendPushNotificationArgs struct {
	A *model.PushNotification
	B string
}

type Z_SendPushNotificationReturns struct {
	A *model.AppError
}

type Z_RegisterPluginForSharedChannelsArgs struct {
	A model.RegisterPluginOpts
}

type Z_RegisterPluginForSharedChannelsReturns struct {
	A string
	B error
}

type Z_UnregisterPluginForSharedChannelsArgs struct {
	A string
}

type Z_UnregisterPluginForSharedChannelsReturns struct {
	A error
}

type Z_ShareChannelArgs struct {
	A *model.SharedChannel
}

type Z_ShareChannelReturns struct {
	A *model.SharedChannel
	B error
}

type Z_UnshareChannelArgs struct {
	A string
}

type Z_UnshareChannelReturns struct {
	A bool
	B error
}

type Z_SyncSharedChannelArgs struct {
	A string
}

type Z_SyncSharedChannelReturns struct {
	A error
}

type Z_InviteRemoteToChannelArgs struct {
	A string
	B string
	C string
	D bool
}

type Z_InviteRemoteToChannelReturns struct {
	A error
}

type Z_UninviteRemoteFromChannelArgs struct {
	A string
	B string
}

type Z_UninviteRemoteFromChannelReturns struct {
	A error
}

type Z_UpsertGroupMemberArgs struct {
	A string
	B string
}

type Z_UpsertGroupMemberReturns struct {
	A *model.GroupMember
	B *model.AppError
}

type Z_UpsertGroupMembersArgs struct {
	A string
	B []string
}

type Z_UpsertGroupMembersReturns struct {
	A []*model.GroupMember
	B *model.AppError
}

type Z_RestoreGroupArgs struct {
	A string
}

type Z_RestoreGroupReturns struct {
	A *model.Group
	B *model.AppError
}

type Z_UpsertGroupSyncableArgs struct {
	A *model.GroupSyncable
}

type Z_UpsertGroupSyncableReturns struct {
	A *model.GroupSyncable
	B *model.AppError
}

type Z_CountPropertyFieldsArgs struct {
	A string
	B bool
}

type Z_CountPropertyFieldsReturns struct {
	A int64
	B error
}

type Z_CountPropertyFieldsForTargetArgs struct {
	A string
	B string
	C string
	D bool
}

type Z_CountPropertyFieldsForTargetReturns struct {
	A int64
	B error
}

type Z_UpsertPropertyValueArgs struct {
	A *model.PropertyValue
}

type Z_UpsertPropertyValueReturns struct {
	A *model.PropertyValue
	B error
}

type Z_RegisterPropertyGroupArgs struct {
	A string
}

type Z_RegisterPropertyGroupReturns struct {
	A *model.PropertyGroup
	B error
}

type Z_UpsertPropertyValuesArgs struct {
	A []*model.PropertyValue
}

type Z_UpsertPropertyValuesReturns struct {
	A []*model.PropertyValue
	B error
}
