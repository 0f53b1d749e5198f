package plugin

import (
	"example.com/mmplugin/gohost/model"
)

type Z_UpdatePreferencesForUserArgs struct {
	A string
	B []model.Preference
}

type Z_UpdatePreferencesForUserReturns struct {
	A *model.AppError
}

type Z_UpdateUserArgs struct {
	A *model.User
}

type Z_UpdateUserReturns struct {
	A *model.User
	B *model.AppError
}

type Z_UpdateUserStatusArgs struct {
	A string
	B string
}

type Z_UpdateUserStatusReturns struct {
	A *model.Status
	B *model.AppError
}

type Z_UpdateUserActiveArgs struct {
	A string
	B bool
}

type Z_UpdateUserActiveReturns struct {
	A *model.AppError
}

type Z_UpdateUserCustomStatusArgs struct {
	A string
	B *model.CustomStatus
}

type Z_UpdateUserCustomStatusReturns struct {
	A *model.AppError
}

type Z_UpdateTeamArgs struct {
	A *model.Team
}

type Z_UpdateTeamReturns struct {
	A *model.Team
	B *model.AppError
}

type Z_UpdateTeamMemberRolesArgs struct {
	A string
	B string
	C string
}

type Z_UpdateTeamMemberRolesReturns struct {
	A *model.TeamMember
	B *model.AppError
}

type Z_UpdateChannelArgs struct {
	A *model.Channel
}

type Z_UpdateChannelReturns struct {
	A *model.Channel
	B *model.AppError
}

type Z_UpdateChannelSidebarCategoriesArgs struct {
	A string
	B string
	C []*model.SidebarCategoryWithChannels
}

type Z_UpdateChannelSidebarCategoriesReturns struct {
	A []*model.SidebarCategoryWithChannels
	B *model.AppError
}

type Z_UpdateChannelMemberRolesArgs struct {
	A string
	B string
	C string
}

type Z_UpdateChannelMemberRolesReturns struct {
	A *model.ChannelMember
	B *model.AppError
}

type Z_UpdateChannelMemberNotificationsArgs struct {
	A string
	B string
	C map[string]string
}

type Z_UpdateChannelMemberNotificationsReturns struct {
	A *model.ChannelMember
	B *model.AppError
}

type Z_UpdateEphemeralPostArgs struct {
	A string
	B *model.Post
}

type Z_UpdateEphemeralPostReturns struct {
	A *model.Post
}

type Z_UpdatePostArgs struct {
	A *model.Post
}

type Z_UpdatePostReturns struct {
	A *model.Post
	B *model.AppError
}

type Z_UpdateBotActiveArgs struct {
	A string
	B bool
}

type Z_UpdateBotActiveReturns struct {
	A *model.Bot
	B *model.AppError
}

type Z_UpdateCommandArgs struct {
	A string
	B *model.Command
}

type Z_UpdateCommandReturns struct {
	A *model.Command
	B error
}

type Z_UpdateOAuthAppArgs struct {
	A *model.OAuthApp
}

type Z_UpdateOAuthAppReturns struct {
	A *model.OAuthApp
	B *model.AppError
}

type Z_UpdateUserAuthArgs struct {
	A string
	B *model.UserAuth
}

type Z_UpdateUserAuthReturns struct {
	A *model.UserAuth
	B *model.AppError
}

type Z_UpdateSharedChannelArgs struct {
	A *model.SharedChannel
}

type Z_UpdateSharedChannelReturns struct {
	A *model.SharedChannel
	B error
}

type Z_UpdateSharedChannelCursorArgs struct {
	A string
	B string
	C model.GetPostsSinceForSyncCursor
}

type Z_UpdateSharedChannelCursorReturns struct {
	A error
}

type Z_UpdateGroupArgs struct {
	A *model.Group
}

type Z_UpdateGroupReturns struct {
	A *model.Group
	B *model.AppError
}

type Z_UpdateGroupSyncableArgs struct {
	A *model.GroupSyncable
}

type Z_UpdateGroupSyncableReturns struct {
	A *model.GroupSyncable
	B *model.AppError
}

type Z_UpdateUserRolesArgs struct {
	A string
	B string
}

type Z_UpdateUserRolesReturns struct {
	A *model.User
	B *model.AppError
}

type Z_UpdatePropertyFieldArgs struct {
	A string
	B *model.PropertyField
}

type Z_UpdatePropertyFieldReturns struct {
	A *model.PropertyField
	B error
}

type Z_UpdatePropertyValueArgs struct {
	A string
	B *model.PropertyValue
}

type Z_UpdatePropertyValueReturns struct {
	A *model.PropertyValue
	B error
}

type Z_UpdatePropertyFieldsArgs struct {
	A string
	B []*model.PropertyField
}

type Z_UpdatePropertyFieldsReturns struct {
	A []*model.PropertyField
	B error
}

type Z_UpdatePropertyValuesArgs struct {
	A string
	B []*model.PropertyValue
}

type Z_UpdatePropertyValuesReturns struct {
	A []*model.PropertyValue
	B error
}
