package plugin

import (
	"example.com/mmplugin/gohost/logr"
	"example.com/mmplugin/gohost/model"
)

type Z_LogDebugArgs struct {
	A string
	B []any
}

type Z_LogDebugReturns struct {
}

type Z_LogInfoArgs struct {
	A string
	B []any
}

type Z_LogInfoReturns struct {
}

type Z_LogWarnArgs struct {
	A string
	B []any
}

type Z_LogWarnReturns struct {
}

type Z_LogErrorArgs struct {
	A string
	B []any
}

type Z_LogErrorReturns struct {
}

type Z_LogAuditRecArgs struct {
	A *model.AuditRecord
}

type Z_LogAuditRecReturns struct {
}

type Z_LogAuditRecWithLevelArgs struct {
	A *model.AuditRecord
	B logr.Level
}

type Z_LogAuditRecWithLevelReturns struct {
}
