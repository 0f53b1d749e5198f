package host

import (
	"github.com/hashicorp/go-hclog"

	"example.com/mmplugin/gohost/plugin"
)

func (s *apiServer) LogDebug(args *plugin.Z_LogDebugArgs, returns *plugin.Z_LogDebugReturns) error {
	return s.do("LogDebug", args, returns, func() { s.write(hclog.Debug, args.A, args.B) })
}

func (s *apiServer) LogInfo(args *plugin.Z_LogInfoArgs, returns *plugin.Z_LogInfoReturns) error {
	return s.do("LogInfo", args, returns, func() { s.write(hclog.Info, args.A, args.B) })
}

func (s *apiServer) LogWarn(args *plugin.Z_LogWarnArgs, returns *plugin.Z_LogWarnReturns) error {
	return s.do("LogWarn", args, returns, func() { s.write(hclog.Warn, args.A, args.B) })
}

func (s *apiServer) LogError(args *plugin.Z_LogErrorArgs, returns *plugin.Z_LogErrorReturns) error {
	return s.do("LogError", args, returns, func() { s.write(hclog.Error, args.A, args.B) })
}

func (s *apiServer) write(level hclog.Level, message string, pairs []any) {
	if s.api.recording.Load() {
		s.api.log.add("api", level, message, pairs)
	}
}
