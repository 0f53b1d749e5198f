package pluginapi

import (
	"fmt"
	"reflect"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// flat are requests whose fields are those of the one argument.
var flat = map[string]bool{"GetUsersRequest": true, "SearchUsersRequest": true}

// renamed are fields with another name in Go.
var renamed = map[string]string{
	"SearchParams.is_or_search":               "OrTerms",
	"GroupSyncable.syncable_type":             "Type",
	"GetPostsSinceForSyncCursor.last_post_id": "LastPostUpdateID",
	"FileData.data":                           "Body",
	"PushNotification.is_crt":                 "IsCRTEnabled",
}

// elsewhere are fields of Go that other rows compare, by message.
var elsewhere = map[string][]string{
	"OAuthApp":                    {"CallbackUrls"},
	"SharedChannel":               {"Home"},
	"PostList":                    {"FirstInaccessiblePostTime"},
	"PushNotification":            {"Badge", "ContentAvailable"},
	"PostEmbed":                   {"Data"},
	"SidebarCategoryWithChannels": {"SidebarCategory", "Channels"},
	"PostSearchResults":           {"PostList", "Matches"},
	"WebsocketBroadcast":          {"OmitUsers", "OmitConnectionId", "ConnectionId"},
	"GetFileInfosOptions":         {"UserIds", "ChannelIds", "SortDescending"},
	"GroupSearchOpts": {
		"PageOpts", "FilterAllowReference", "FilterHasMember", "Since", "IncludeChannelMemberCount",
	},
	"PropertyFieldSearchOpts": {"TargetIDs"},
	"PropertyValueSearchOpts": {"TargetIDs"},
	"AuditRecord":             {"EventName", "Actor"},
}

// comparison looks at a field's value and the struct that it is of.
type comparison func(a *Agreement, value protoreflect.Value, tree *Tree)

// nothing is a field that Go does not have: we leave it empty, and what a server sets is not read.
func nothing(a *Agreement, value protoreflect.Value, _ *Tree) {
	if !a.Wrote {
		return
	}
	empty := false
	switch value := value.Interface().(type) {
	case protoreflect.Message:
		empty = !value.IsValid()
	case protoreflect.List:
		empty = value.Len() == 0
	default:
		empty = reflect.ValueOf(value).IsZero()
	}
	if !empty {
		a.fail("%v, of nothing", value)
	}
}

// of compares with what a function makes of the struct.
func of(make func(tree *Tree) any) comparison {
	return func(a *Agreement, value protoreflect.Value, tree *Tree) {
		theirs := value.Interface()
		if list, ok := theirs.(protoreflect.List); ok {
			texts := []string{}
			for i := range list.Len() {
				texts = append(texts, list.Get(i).String())
			}
			theirs = texts
		}
		a.same(fmt.Sprint(theirs), fmt.Sprint(make(tree)))
	}
}

func numberText(name string) comparison {
	return of(func(tree *Tree) any { return numberOrNothing(tree.field(name).int()) })
}

func first(name string) comparison {
	return of(func(tree *Tree) any {
		if items := tree.field(name).items(); len(items) > 0 {
			return items[0].text()
		}
		return ""
	})
}

func notEmpty(name string) comparison {
	return of(func(tree *Tree) any { return tree.field(name).text() != "" })
}

// under is a field of a struct inside.
func under(outer, inner string, compare func(tree *Tree) any) comparison {
	return of(func(tree *Tree) any { return compare(tree.field(outer).field(inner)) })
}

func text(tree *Tree) any { return tree.text() }
func flag(tree *Tree) any { return tree.flag() }
func int32s(tree *Tree) any {
	return min(max(tree.int(), -1<<31), 1<<31-1)
}

func yes(name string) comparison {
	return of(func(tree *Tree) any {
		if tree.field(name).flag() {
			return "true"
		}
		return ""
	})
}

// valueUnder compares with a field in one of the structs inside, as usual.
func valueUnder(path ...string) func(message, field string) comparison {
	return func(message, field string) comparison {
		return func(a *Agreement, value protoreflect.Value, tree *Tree) {
			for _, name := range path {
				tree = tree.field(name)
			}
			descriptor := New(message).Descriptor().Fields().ByName(protoreflect.Name(field))
			a.value(value, true, descriptor, tree)
		}
	}
}

// special are fields that are not Go's field of that name.
var special map[string]comparison

func init() {
	sorting := []string{"", "manual", "recent", "alpha"}
	special = map[string]comparison{
		"AppError.params":                              nothing,
		"SearchParams.page":                            nothing,
		"SearchParams.per_page":                        nothing,
		"SearchParams.excluded_before_date":            nothing,
		"SearchParams.excluded_after_date":             nothing,
		"SearchParams.excluded_dates":                  nothing,
		"CommandArgs.t":                                nothing,
		"CommandArgs.user_mention":                     nothing,
		"CommandArgs.channel_mention":                  nothing,
		"CommandResponse.attachments":                  nothing,
		"CreateDefaultMembershipParams.scope_teams":    nothing,
		"CreateDefaultMembershipParams.scope_channels": nothing,
		"RegisterPluginOpts.description":               nothing,
		"OAuthApp.callback_urls": of(func(tree *Tree) any {
			var urls []string
			for _, url := range tree.field("CallbackUrls").items() {
				urls = append(urls, url.text())
			}
			return strings.Join(urls, ",")
		}),
		"SharedChannel.home": yes("Home"),
		"PostList.first_inaccessible_post_time": of(func(tree *Tree) any {
			return tree.field("FirstInaccessiblePostTime").int() != 0
		}),
		"PushNotification.badge":    numberText("Badge"),
		"PushNotification.cont_ava": numberText("ContentAvailable"),
		"PostEmbed.data": func(a *Agreement, value protoreflect.Value, tree *Tree) {
			data := tree.field("Data")
			if _, ok := data.json().(map[string]any); ok || !a.Wrote {
				a.json(value.Message(), data)
			} else if value.Message().IsValid() {
				a.fail("%v for what is no map", value)
			}
		},
		"SidebarCategoryWithChannels.id":           under("SidebarCategory", "Id", text),
		"SidebarCategoryWithChannels.user_id":      under("SidebarCategory", "UserId", text),
		"SidebarCategoryWithChannels.team_id":      under("SidebarCategory", "TeamId", text),
		"SidebarCategoryWithChannels.display_name": under("SidebarCategory", "DisplayName", text),
		"SidebarCategoryWithChannels.type":         under("SidebarCategory", "Type", text),
		"SidebarCategoryWithChannels.muted":        under("SidebarCategory", "Muted", flag),
		"SidebarCategoryWithChannels.collapsed":    under("SidebarCategory", "Collapsed", flag),
		"SidebarCategoryWithChannels.sorting": under("SidebarCategory", "Sorting", func(tree *Tree) any {
			for number, name := range sorting {
				if name == tree.text() {
					return number
				}
			}
			return 0
		}),
		"SidebarCategoryWithChannels.channel_ids": valueUnder("Channels")("SidebarCategoryWithChannels", "channel_ids"),
		"PostSearchResults.order":                 valueUnder("PostList", "Order")("PostSearchResults", "order"),
		"PostSearchResults.posts":                 valueUnder("PostList", "Posts")("PostSearchResults", "posts"),
		"PostSearchResults.matches":               valueUnder("Matches")("PostSearchResults", "matches"),
		"WebsocketBroadcast.omit_users": of(func(tree *Tree) any {
			omitted := []string{}
			for _, entry := range tree.field("OmitUsers").entries() {
				if entry[1].flag() {
					omitted = append(omitted, entry[0].text())
				}
			}
			return omitted
		}),
		"WebsocketBroadcast.omit_connection_id": notEmpty("OmitConnectionId"),
		"WebsocketBroadcast.connection_id": of(func(tree *Tree) any {
			if omitted := tree.field("OmitConnectionId").text(); omitted != "" {
				return omitted
			}
			return tree.field("ConnectionId").text()
		}),
		"WebsocketBroadcast.contention_free_broadcast": nothing,
		"GetFileInfosOptions.user_id":                  first("UserIds"),
		"GetFileInfosOptions.channel_id":               first("ChannelIds"),
		"GetFileInfosOptions.sort_order": of(func(tree *Tree) any {
			if tree.field("SortDescending").flag() {
				return "desc"
			}
			return ""
		}),
		"GroupSearchOpts.include_total_member_count":   nothing,
		"GroupSearchOpts.filter_allow_reference":       yes("FilterAllowReference"),
		"GroupSearchOpts.page_opts_page":               under("PageOpts", "Page", int32s),
		"GroupSearchOpts.page_opts_per_page":           under("PageOpts", "PerPage", int32s),
		"GroupSearchOpts.filter_has_member":            notEmpty("FilterHasMember"),
		"GroupSearchOpts.since":                        numberText("Since"),
		"GroupSearchOpts.include_channel_member_count": notEmpty("IncludeChannelMemberCount"),
		"PropertyFieldSearchOpts.page":                 nothing,
		"PropertyFieldSearchOpts.target_id":            first("TargetIDs"),
		"PropertyValueSearchOpts.page":                 nothing,
		"PropertyValueSearchOpts.target_id":            first("TargetIDs"),
		"AuditRecord.event":                            valueUnder("EventName")("AuditRecord", "event"),
		"AuditRecord.user_id":                          under("Actor", "UserId", text),
		"AuditRecord.session_id":                       under("Actor", "SessionId", text),
		"AuditRecord.client":                           under("Actor", "Client", text),
		"AuditRecord.ip_address":                       under("Actor", "IpAddress", text),
		"HasPermissionToRequest.permission_id":         under("B", "Id", text),
		"HasPermissionToTeamRequest.permission_id":     under("C", "Id", text),
		"HasPermissionToChannelRequest.permission_id":  under("C", "Id", text),
		"LogAuditRecWithLevelRequest.level":            under("B", "Name", text),
	}
}

// enumText is the text that Go has for a value: CHANNEL_TYPE_OPEN is "O", and what is unspecified none.
func enumText(field protoreflect.FieldDescriptor, number protoreflect.EnumNumber) string {
	value := field.Enum().Values().ByNumber(number)
	if number == 0 || value == nil {
		return ""
	}
	words := strings.Split(string(value.Name()), "_")
	return words[len(words)-1][:1]
}

// known is a text of Go if the enum has it.
func known(field protoreflect.FieldDescriptor, text string) string {
	for i := range field.Enum().Values().Len() {
		if enumText(field, field.Enum().Values().Get(i).Number()) == text {
			return text
		}
	}
	return ""
}
