// Package mysql holds the MySQL error that old hosts may send as an error value.
package mysql

import "fmt"

// Error is the message with its number.
func (e *MySQLError) Error() string { return fmt.Sprintf("Error %d: %s", e.Number, e.Message) }
