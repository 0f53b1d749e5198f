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
		NotifyProps: model.StringMap{
			"desktop": "mention", "email": "true", "push": "mention", "channel": "true",
			"first_name": "false", "desktop_sound": "true", "mention_keys": "",
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
