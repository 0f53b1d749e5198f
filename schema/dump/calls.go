package main

import (
	"fmt"
	"go/ast"
	"sort"
	"strings"
)

// dumper turns one tree into a schema.
type dumper struct {
	tree   *Tree
	tables *Tables
	out    *Schema
	seen   map[string]bool
	plugin *Package
}

// dump reads a whole tree.
func dump(version, root string, tables *Tables) (*Schema, error) {
	tree, err := openTree(root)
	if err != nil {
		return nil, err
	}
	d := &dumper{tree: tree, tables: tables, out: &Schema{Trees: []string{version}}, seen: make(map[string]bool)}
	if d.plugin, err = tree.pkg(module + "/plugin"); err != nil {
		return nil, err
	}
	for _, step := range []func() error{d.hooks, d.api, d.driver, d.registered, d.untyped} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	sort.Slice(d.out.Types, func(i, j int) bool { return d.out.Types[i].Name < d.out.Types[j].Name })
	sort.Slice(d.out.Enums, func(i, j int) bool { return d.out.Enums[i].Name < d.out.Enums[j].Name })
	return d.out, nil
}

// hooks are the methods that the plugin's RPC server answers, in the order of their ids.
func (d *dumper) hooks() error {
	calls, err := d.calls("hooksRPCServer", "Hooks", "hook")
	if err != nil {
		return err
	}
	ids := make(map[string]int)
	for i, c := range d.plugin.consts {
		ids[strings.TrimSuffix(c.name, "ID")] = i + 1
	}
	ids["Implemented"] = 0
	sort.SliceStable(calls, func(i, j int) bool { return ids[calls[i].Name] < ids[calls[j].Name] })
	d.out.Hooks = calls
	return nil
}

// api are the methods that the host's RPC server answers: one more than the interface has.
func (d *dumper) api() error {
	calls, err := d.calls("apiRPCServer", "API", "api")
	sort.Slice(calls, func(i, j int) bool { return calls[i].Name < calls[j].Name })
	d.out.API = calls
	return err
}

// driver calls stand in the order of the interface.
func (d *dumper) driver() error {
	calls, err := d.calls("dbRPCServer", "Driver", "driver")
	if err != nil {
		return err
	}
	for i := range calls {
		calls[i].Glue = ""
	}
	declared := d.plugin.interfaceMethods("Driver")
	sort.SliceStable(calls, func(i, j int) bool {
		return declared[calls[i].Name].Pos() < declared[calls[j].Name].Pos()
	})
	d.out.Driver = calls
	return nil
}

func (d *dumper) calls(server, face, kind string) ([]Call, error) {
	methods := d.plugin.methods[server]
	if len(methods) == 0 {
		return nil, fmt.Errorf("the tree has no %s: upstream's RPC code was changed, and this program must follow", server)
	}
	faces := d.plugin.interfaceMethods(face)
	var calls []Call
	for _, m := range methods {
		if !m.decl.Name.IsExported() {
			continue
		}
		call, err := d.call(m, faces[m.decl.Name.Name], kind)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", kind, m.decl.Name.Name, err)
		}
		calls = append(calls, *call)
		delete(faces, call.Name)
	}
	for name := range faces {
		return nil, fmt.Errorf("%s.%s has no RPC method: run upstream's generator in the tree first", face, name)
	}
	return calls, nil
}

// call describes a net/rpc method: its first parameter is the argument, its second the reply.
func (d *dumper) call(m *method, face *ast.Field, kind string) (*Call, error) {
	call := &Call{Name: m.decl.Name.Name, Glue: "hand"}
	if strings.HasSuffix(m.file.name, "_generated.go") {
		call.Glue = "generated"
	}
	params := m.decl.Type.Params.List
	if len(params) != 2 || len(params[0].Names) != 1 {
		return nil, fmt.Errorf("no net/rpc method")
	}
	in := scope{d.plugin, m.file}
	if err := d.argument(call, in, params[0], face); err != nil {
		return nil, err
	}
	if err := d.reply(call, in, params[1].Type); err != nil {
		return nil, err
	}
	if kind == "driver" {
		return call, nil
	}
	comment := ""
	if face != nil {
		comment = face.Doc.Text()
	}
	return call, d.tables.fill(call, kind, comment)
}

func (d *dumper) argument(call *Call, in scope, param *ast.Field, face *ast.Field) error {
	name, fields, err := d.wireStruct(in, param.Type)
	if err != nil {
		return err
	}
	names, variadic := paramNames(face)
	call.Variadic = variadic
	if fields == nil {
		call.Arg, err = d.typeName(in, param.Type)
		call.Param = param.Names[0].Name
		if len(names) > 0 {
			call.Param = names[0]
		}
		return err
	}
	call.Args = *fields
	for i := range call.Args {
		// A field that is one capital letter carries the parameter of that place.
		if field := call.Args[i].Name; len(field) == 1 && int(field[0]-'A') < len(names) {
			call.Args[i].Param = names[field[0]-'A']
		}
	}
	if name != "" && name != "Z_"+call.Name+"Args" {
		call.ArgsStruct = name
	}
	return nil
}

func (d *dumper) reply(call *Call, in scope, expr ast.Expr) error {
	star, ok := expr.(*ast.StarExpr)
	if !ok {
		return fmt.Errorf("the reply is no pointer")
	}
	name, fields, err := d.wireStruct(in, star.X)
	if err != nil {
		return err
	}
	if fields == nil {
		call.Reply, err = d.typeName(in, star.X)
		return err
	}
	call.Returns = *fields
	if name != "" && name != "Z_"+call.Name+"Returns" {
		call.ReturnsStruct = name
	}
	return nil
}

// wireStruct gives the fields of a struct of arguments or results; nil when the type is none.
func (d *dumper) wireStruct(in scope, expr ast.Expr) (string, *[]Field, error) {
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if body, ok := expr.(*ast.StructType); ok {
		fields, err := d.fields(in, body)
		return "", &fields, err
	}
	name, ok := expr.(*ast.Ident)
	if !ok || !strings.HasPrefix(name.Name, "Z_") {
		return "", nil, nil
	}
	found, ok := in.pkg.types[name.Name]
	if !ok {
		return "", nil, fmt.Errorf("no struct %s", name.Name)
	}
	body, ok := found.spec.Type.(*ast.StructType)
	if !ok {
		return "", nil, fmt.Errorf("%s is no struct", name.Name)
	}
	fields, err := d.fields(scope{in.pkg, found.file}, body)
	return name.Name, &fields, err
}

// paramNames are those of an interface's method, and whether the last one takes any number of values.
func paramNames(face *ast.Field) (names []string, variadic bool) {
	if face == nil {
		return nil, false
	}
	function, ok := face.Type.(*ast.FuncType)
	if !ok {
		return nil, false
	}
	for _, param := range function.Params.List {
		_, variadic = param.Type.(*ast.Ellipsis)
		for _, name := range param.Names {
			names = append(names, name.Name)
		}
	}
	return names, variadic
}

// untyped adds the enums that Go has constants, but no type for.
func (d *dumper) untyped() error {
	for name, prefix := range d.tables.foreign.Constants {
		folder, _, _ := strings.Cut(name, ".")
		pkg, err := d.tree.pkg(module + "/" + folder)
		if err != nil {
			return err
		}
		values, err := valuesWith(pkg, prefix)
		if err != nil {
			return err
		}
		if len(values) == 0 {
			return fmt.Errorf("foreign.json: no constants %s… for %s", prefix, name)
		}
		d.out.Enums = append(d.out.Enums, Enum{Name: name, Kind: "string", Untyped: true, Values: values})
	}
	return nil
}
