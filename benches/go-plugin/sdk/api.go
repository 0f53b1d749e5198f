package sdk

import (
	"encoding/json"
	"fmt"
	"log"
	"net/rpc"

	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// API calls the server. Like the official SDK it only logs a failed call and gives zero values.
type API struct{ client *rpc.Client }

func (a *API) call(method string, args, returns any) {
	if err := a.client.Call("Plugin."+method, args, returns); err != nil {
		log.Printf("RPC call to %s API failed: %s", method, err.Error())
	}
}

// LoadPluginConfiguration decodes the stored settings.
func (a *API) LoadPluginConfiguration(into any) error {
	returns := new(plugin.Z_LoadPluginConfigurationArgsReturns)
	a.call("LoadPluginConfiguration", &plugin.Z_LoadPluginConfigurationArgsArgs{}, returns)
	return json.Unmarshal(returns.A, into)
}

// LogInfo sends the pairs as strings.
func (a *API) LogInfo(message string, pairs ...any) {
	formatted := make([]any, len(pairs))
	for i, value := range pairs {
		formatted[i] = fmt.Sprintf("%+v", value)
	}
	a.call("LogInfo", &plugin.Z_LogInfoArgs{A: message, B: formatted}, new(plugin.Z_LogInfoReturns))
}

// RegisterCommand adds a slash command.
func (a *API) RegisterCommand(command *model.Command) error {
	returns := new(plugin.Z_RegisterCommandReturns)
	a.call("RegisterCommand", &plugin.Z_RegisterCommandArgs{A: command}, returns)
	return returns.A
}

// KVSet stores a value.
func (a *API) KVSet(key string, value []byte) *model.AppError {
	returns := new(plugin.Z_KVSetReturns)
	a.call("KVSet", &plugin.Z_KVSetArgs{A: key, B: value}, returns)
	return returns.A
}

// KVGet reads a value.
func (a *API) KVGet(key string) ([]byte, *model.AppError) {
	returns := new(plugin.Z_KVGetReturns)
	a.call("KVGet", &plugin.Z_KVGetArgs{A: key}, returns)
	return returns.A, returns.B
}

// GetUser reads one user.
func (a *API) GetUser(id string) (*model.User, *model.AppError) {
	returns := new(plugin.Z_GetUserReturns)
	a.call("GetUser", &plugin.Z_GetUserArgs{A: id}, returns)
	return returns.A, returns.B
}

// GetUsers reads a page of users.
func (a *API) GetUsers(options *model.UserGetOptions) ([]*model.User, *model.AppError) {
	returns := new(plugin.Z_GetUsersReturns)
	a.call("GetUsers", &plugin.Z_GetUsersArgs{A: options}, returns)
	return returns.A, returns.B
}

// GetConfig reads the server's configuration.
func (a *API) GetConfig() *model.Config {
	returns := new(plugin.Z_GetConfigReturns)
	a.call("GetConfig", &plugin.Z_GetConfigArgs{}, returns)
	return returns.A
}

// CreatePost posts.
func (a *API) CreatePost(post *model.Post) (*model.Post, *model.AppError) {
	returns := new(plugin.Z_CreatePostReturns)
	a.call("CreatePost", &plugin.Z_CreatePostArgs{A: post}, returns)
	return returns.A, returns.B
}

// PublishWebSocketEvent sends an event to clients.
func (a *API) PublishWebSocketEvent(event string, payload map[string]any, to *model.WebsocketBroadcast) {
	a.call("PublishWebSocketEvent", &plugin.Z_PublishWebSocketEventArgs{A: event, B: payload, C: to},
		new(plugin.Z_PublishWebSocketEventReturns))
}
