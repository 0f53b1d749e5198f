// Package pq holds the PostgreSQL error that the host may send as an error value.
package pq

// Error has the fields of github.com/lib/pq's type of that name.
type Error struct {
	Severity, Code, Message, Detail, Hint      string
	Position, InternalPosition, InternalQuery  string
	Where, Schema, Table, Column, DataTypeName string
	Constraint, File, Line, Routine            string
}

// Error is the message with its severity.
func (e *Error) Error() string { return "pq: " + e.Severity + ": " + e.Message }
