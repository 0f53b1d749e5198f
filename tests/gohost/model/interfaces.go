package model

// The types of this file are reached only through interface values.

// AutocompleteTextArg is the Data of a text argument.
type AutocompleteTextArg struct {
	Hint    string
	Pattern string
}

// AutocompleteStaticListArg is the Data of an argument with a fixed list.
type AutocompleteStaticListArg struct {
	PossibleArguments []AutocompleteListItem
}

// AutocompleteListItem is one choice of an AutocompleteStaticListArg.
type AutocompleteListItem struct {
	Item     string
	Hint     string
	HelpText string
}

// AutocompleteDynamicListArg is the Data of an argument whose list the plugin serves.
type AutocompleteDynamicListArg struct {
	FetchURL string
}

// PreviewPost is the Data of a permalink embed.
type PreviewPost struct {
	PostID             string `json:"post_id"`
	Post               *Post  `json:"post"`
	TeamName           string `json:"team_name"`
	ChannelDisplayName string `json:"channel_display_name"`
	ChannelType        string `json:"channel_type"`
	ChannelID          string `json:"channel_id"`
}

// PluginPropertyOption is one choice of a property field.
type PluginPropertyOption struct {
	Data map[string]string `json:"data"`
}

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
