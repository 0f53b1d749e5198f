package model

// PropertyOptions is the list type under which servers keep property field options.
type PropertyOptions[T any] []T

// Error makes AppError usable as a Go error, as on the server.
func (e *AppError) Error() string {
	text := e.Where + ": " + e.Message
	if e.DetailedError != "" {
		text += ", " + e.DetailedError
	}
	return text
}
