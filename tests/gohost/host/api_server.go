package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"example.com/mmplugin/gohost/fill"
	"example.com/mmplugin/gohost/model"
	"example.com/mmplugin/gohost/plugin"
)

// apiServer is the net/rpc service: its own methods keep state, all others are those of generic.
type apiServer struct {
	generic
	api   *API
	hooks *Hooks
	close func() error
}

// do refuses what the server is too old for, records a call, lets a script step in, and otherwise answers.
func (s *apiServer) do(method string, args, returns any, answer func()) error {
	if call, ok := plugin.Method(method); ok && s.api.old() && !call.Old {
		return errors.New("rpc: can't find method Plugin." + method)
	}
	if s.api.recording.Load() {
		s.api.mu.Lock()
		s.api.calls = append(s.api.calls, Call{method, args})
		s.api.mu.Unlock()
	}
	script := s.api.takeScript(method)
	if script == nil {
		answer()
		return nil
	}
	time.Sleep(time.Duration(script.DelayMS) * time.Millisecond)
	switch script.Kind {
	case "delay":
		answer()
		return nil
	case "filled":
		fill.Results(returns, script.Seed)
		return nil
	case "missing":
		return errors.New("rpc: can't find method Plugin." + method)
	case "rpc_error":
		return errors.New(script.Text)
	case "close":
		_ = s.close()
		return errClosed
	case "returns":
		return json.Unmarshal(script.Returns, returns)
	case "app_error":
		return setError(returns, script.AppError)
	case "unencodable":
		return setError(returns, unencodable{"no gob name"})
	}
	return fmt.Errorf("unknown script kind %q", script.Kind)
}

// setError puts err into the last field of a reply that can hold it.
func setError(returns any, err error) error {
	value := reflect.ValueOf(returns).Elem()
	for i := value.NumField() - 1; i >= 0; i-- {
		if reflect.TypeOf(err).AssignableTo(value.Field(i).Type()) {
			value.Field(i).Set(reflect.ValueOf(err))
			return nil
		}
	}
	return fmt.Errorf("%T has no place for a %T", returns, err)
}

func (s *apiServer) LoadPluginConfiguration(args *plugin.Z_LoadPluginConfigurationArgsArgs, returns *plugin.Z_LoadPluginConfigurationArgsReturns) (err error) {
	fault := s.do("LoadPluginConfiguration", args, returns, func() { returns.A, err = s.api.pluginConfiguration() })
	return errors.Join(err, fault)
}

func (s *apiServer) GetServerVersion(args *plugin.Z_GetServerVersionArgs, returns *plugin.Z_GetServerVersionReturns) error {
	return s.do("GetServerVersion", args, returns, func() { returns.A = s.api.version })
}

func (s *apiServer) GetBundlePath(args *plugin.Z_GetBundlePathArgs, returns *plugin.Z_GetBundlePathReturns) error {
	return s.do("GetBundlePath", args, returns, func() {
		returns.A = s.api.BundlePath
		if returns.A == "" {
			returns.B = plugin.EncodableError(errors.New("the plugin was started without a bundle"))
		}
	})
}

func (s *apiServer) GetConfig(args *plugin.Z_GetConfigArgs, returns *plugin.Z_GetConfigReturns) error {
	return s.do("GetConfig", args, returns, func() { returns.A = s.api.config })
}

func (s *apiServer) RegisterCommand(args *plugin.Z_RegisterCommandArgs, returns *plugin.Z_RegisterCommandReturns) error {
	return s.do("RegisterCommand", args, returns, func() {
		if args.A == nil || args.A.Trigger == "" {
			returns.A = plugin.EncodableError(errors.New("invalid command"))
			return
		}
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		s.api.commands[args.A.TeamId+"/"+args.A.Trigger] = args.A
	})
}

func (s *apiServer) UnregisterCommand(args *plugin.Z_UnregisterCommandArgs, returns *plugin.Z_UnregisterCommandReturns) error {
	return s.do("UnregisterCommand", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		delete(s.api.commands, args.A+"/"+args.B)
	})
}

func (s *apiServer) PublishWebSocketEvent(args *plugin.Z_PublishWebSocketEventArgs, returns *plugin.Z_PublishWebSocketEventReturns) error {
	return s.do("PublishWebSocketEvent", args, returns, func() {})
}

func (s *apiServer) EnsureBotUser(args *plugin.Z_EnsureBotUserArgs, returns *plugin.Z_EnsureBotUserReturns) error {
	return s.do("EnsureBotUser", args, returns, func() {
		if args.A == nil || args.A.Username == "" {
			returns.B = plugin.EncodableError(errors.New("passed a bot with no username"))
			return
		}
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		for id, user := range s.api.users {
			if user.Username == args.A.Username {
				returns.A = id
				return
			}
		}
		returns.A = s.api.newID("bot")
		s.api.users[returns.A] = &model.User{
			Id: returns.A, Username: args.A.Username, FirstName: args.A.DisplayName,
			IsBot: true, BotDescription: args.A.Description,
		}
	})
}
