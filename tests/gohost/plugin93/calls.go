// Package plugin93 holds the arguments and results that servers of the oldest release send in another form.
package plugin93

import "reflect"

// New makes a zero value of the struct with that name (such as Z_ServeHTTPArgs); nil if it is as in package plugin.
func New(name string) any {
	for _, value := range calls {
		if t := reflect.TypeOf(value); t.Name() == name {
			return reflect.New(t).Interface()
		}
	}
	return nil
}

// Names lists every struct that New knows.
func Names() []string {
	names := make([]string, len(calls))
	for i, value := range calls {
		names[i] = reflect.TypeOf(value).Name()
	}
	return names
}
