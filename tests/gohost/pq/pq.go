// Package pq holds the PostgreSQL error that the host may send as an error value.
package pq

// Error is the message with its severity.
func (e *Error) Error() string { return "pq: " + e.Severity + ": " + e.Message }
