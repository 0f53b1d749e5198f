package main

import (
	"example.com/mmplugin/gohost/host"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// values are structs that cross the wire, with usual contents: a post as MessageWillBePosted
// carries it, one user, a server's default configuration, a page of a hundred users.
func values() map[string]any {
	api := host.NewAPI()
	return map[string]any{
		"post": &plugin.Z_MessageWillBePostedArgs{
			A: &plugin.Context{
				SessionId: "sess00000000000000000000aa", RequestId: "requ00000000000000000000aa",
				IPAddress: "192.0.2.1", AcceptLanguage: "en-US,en;q=0.5", UserAgent: "Mozilla/5.0",
			},
			B: &model.Post{
				Id: "post00000000000000000000aa", CreateAt: 1_700_000_000_000, UpdateAt: 1_700_000_000_000,
				UserId: host.BenchUserID, ChannelId: host.BenchChannelID,
				Message:       "A message of a usual length, which the plugin looks at and lets through as it is.",
				PendingPostId: host.BenchUserID + ":1700000000000",
				Props:         model.StringInterface{"disable_group_highlight": true, "from": "gobpeer"},
				Hashtags:      "#bench",
			},
		},
		"user":   &plugin.Z_GetUserReturns{A: api.Users()[0]},
		"config": &plugin.Z_GetConfigReturns{A: api.Config()},
		"users":  &plugin.Z_GetUsersReturns{A: api.Users()},
	}
}
