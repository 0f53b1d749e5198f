// Package logr holds the log level type of LogAuditRecWithLevel.
package logr
