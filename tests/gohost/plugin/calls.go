package plugin

import "reflect"

// Call is a hook, an API method or a call of the database driver.
type Call struct {
	Name  string
	Since string
	// Old says that the oldest server of the schema has it, too.
	Old bool
	// Args and Returns make pointers to zero values.
	Args, Returns func() any
}

var (
	structs = make(map[string]func() any)
	hooks   = make(map[string]Call)
	methods = make(map[string]Call)
)

func init() {
	for _, calls := range [][]Call{Hooks, Methods, DriverCalls} {
		for _, call := range calls {
			for _, f := range []func() any{call.Args, call.Returns} {
				structs[reflect.TypeOf(f()).Elem().Name()] = f
			}
		}
	}
	for _, call := range Hooks {
		hooks[call.Name] = call
	}
	for _, call := range Methods {
		methods[call.Name] = call
	}
}

// Hook finds a hook by its name.
func Hook(name string) (Call, bool) {
	call, ok := hooks[name]
	return call, ok
}

// Method finds an API method by its name.
func Method(name string) (Call, bool) {
	call, ok := methods[name]
	return call, ok
}

// New makes a zero value of the struct with that name (such as Z_GetUserArgs), or nil.
func New(name string) any {
	if f, ok := structs[name]; ok && name != "" {
		return f()
	}
	return nil
}

// Names lists every struct that New knows, unordered.
func Names() []string {
	names := make([]string, 0, len(structs))
	for name := range structs {
		if len(name) > 2 && name[:2] == "Z_" {
			names = append(names, name)
		}
	}
	return names
}

// Z_DbInt64ErrReturn is a reply that the servers have and no call of theirs answers.
type Z_DbInt64ErrReturn struct {
	A int64
	B error
}
