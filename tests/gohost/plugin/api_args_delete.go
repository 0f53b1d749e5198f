package plugin

import (
	"example.com/mmplugin/gohost/model"
)

type Z_DeleteUserArgs struct {
	A string
}

type Z_DeleteUserReturns struct {
	A *model.AppError
}

type Z_DeletePreferencesForUserArgs struct {
	A string
	B []model.Preference
}

type Z_DeletePreferencesForUserReturns struct {
	A *model.AppError
}

type Z_DeleteTeamArgs struct {
	A string
}

type Z_DeleteTeamReturns struct {
	A *model.AppError
}

type Z_DeleteTeamMemberArgs struct {
	A string
	B string
	C string
}

type Z_DeleteTeamMemberReturns struct {
	A *model.AppError
}

type Z_DeleteChannelArgs struct {
	A string
}

type Z_DeleteChannelReturns struct {
	A *model.AppError
}

type Z_DeleteChannelMemberArgs struct {
	A string
	B string
}

type Z_DeleteChannelMemberReturns struct {
	A *model.AppError
}

type Z_DeleteEphemeralPostArgs struct {
	A string
	B string
}

type Z_DeleteEphemeralPostReturns struct {
}

type Z_DeletePostArgs struct {
	A string
}

type Z_DeletePostReturns struct {
	A *model.AppError
}

type Z_DeleteCommandArgs struct {
	A string
}

type Z_DeleteCommandReturns struct {
	A error
}

type Z_DeleteOAuthAppArgs struct {
	A string
}

type Z_DeleteOAuthAppReturns struct {
	A *model.AppError
}

type Z_DeleteGroupArgs struct {
	A string
}

type Z_DeleteGroupReturns struct {
	A *model.Group
	B *model.AppError
}

type Z_DeleteGroupMemberArgs struct {
	A string
	B string
}

type Z_DeleteGroupMemberReturns struct {
	A *model.GroupMember
	B *model.AppError
}

type Z_DeleteGroupSyncableArgs struct {
	A string
	B string
	C model.GroupSyncableType
}

type Z_DeleteGroupSyncableReturns struct {
	A *model.GroupSyncable
	B *model.AppError
}

type Z_DeleteGroupConstrainedMembershipsArgs struct {
}

type Z_DeleteGroupConstrainedMembershipsReturns struct {
	A *model.AppError
}

type Z_DeletePropertyFieldArgs struct {
	A string
	B string
}

type Z_DeletePropertyFieldReturns struct {
	A error
}

type Z_DeletePropertyValueArgs struct {
	A string
	B string
}

type Z_DeletePropertyValueReturns struct {
	A error
}

type Z_DeletePropertyValuesForTargetArgs struct {
	A string
	B string
	C string
}

type Z_DeletePropertyValuesForTargetReturns struct {
	A error
}

type Z_DeletePropertyValuesForFieldArgs struct {
	A string
	B string
}

type Z_DeletePropertyValuesForFieldReturns struct {
	A error
}
