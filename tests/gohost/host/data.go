package host

import (
	"bytes"
	_ "embed"
	"encoding/gob"
	"fmt"

	"example.com/mmplugin/gohost/model"
)

// configBytes is the default configuration of a server, in Go's own encoding.
//
//go:embed data/config.gob
var configBytes []byte

// SiteURL is what the configuration says.
const SiteURL = "http://localhost:8065"

// The records that every API starts with.
const (
	BenchUserID    = "user00000000000000000000aa"
	BenchUsername  = "bench-user"
	BenchChannelID = "chan00000000000000000000aa"
	BenchTeamID    = "team00000000000000000000aa"
	userCount      = 100
)

func defaultConfig() *model.Config {
	config := new(model.Config)
	if err := gob.NewDecoder(bytes.NewReader(configBytes)).Decode(config); err != nil {
		panic(fmt.Sprintf("data/config.gob: %v", err))
	}
	site := SiteURL
	config.ServiceSettings.SiteURL = &site
	return config
}

func defaultUsers() map[string]*model.User {
	users := make(map[string]*model.User)
	for i := range userCount {
		id := fmt.Sprintf("user%022d", i)
		name := fmt.Sprintf("user-%03d", i)
		if i == 0 {
			id, name = BenchUserID, BenchUsername
		}
		users[id] = fullUser(id, name, i)
	}
	return users
}

const someTime = 1_700_000_000_000

func fullUser(id, name string, i int) *model.User {
	at := someTime + int64(i)*1000
	return &model.User{
		Id: id, CreateAt: at, UpdateAt: at + 1, Username: name, Email: name + "@example.com",
		EmailVerified: true, Nickname: "Nick " + name, FirstName: "First", LastName: "Last",
		Position: "Tester", Roles: "system_user", LastPasswordUpdate: at, LastPictureUpdate: at,
		Locale: "en", LastActivityAt: at, LastLogin: at,
		Props: model.StringMap{
			"customStatus":        `{"emoji":"hammer","text":"at work","duration":"today","expires_at":"2026-01-01T00:00:00Z"}`,
			"last_search_pointer": "3",
		},
		NotifyProps: model.StringMap{
			"auto_responder_active": "false", "calls_desktop_sound": "true", "channel": "true",
			"comments": "never", "desktop": "mention", "desktop_notification_sound": "Bing",
			"desktop_sound": "true", "desktop_threads": "all", "email": "true", "email_threads": "all",
			"first_name": "false", "highlight_keys": "", "mention_keys": name + ",@" + name,
			"push": "mention", "push_status": "away", "push_threads": "all",
		},
		Timezone: model.StringMap{
			"automaticTimezone": "Europe/Berlin", "manualTimezone": "", "useAutomaticTimezone": "true",
		},
	}
}

func defaultChannels() map[string]*model.Channel {
	return map[string]*model.Channel{BenchChannelID: {
		Id: BenchChannelID, CreateAt: someTime, UpdateAt: someTime, TeamId: BenchTeamID, Type: "O",
		DisplayName: "Bench", Name: "bench", Header: "header", Purpose: "purpose", TotalMsgCount: 12,
		CreatorId: BenchUserID,
	}}
}

func defaultTeams() map[string]*model.Team {
	return map[string]*model.Team{BenchTeamID: {
		Id: BenchTeamID, CreateAt: someTime, UpdateAt: someTime, DisplayName: "Bench team",
		Name: "bench-team", Type: "O", Email: "team@example.com", AllowOpenInvite: true,
	}}
}
