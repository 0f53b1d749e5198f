package main

import (
	"errors"
	"fmt"
	"go/ast"
	"reflect"
	"strconv"
	"strings"
)

// scope is where a type expression stands.
type scope struct {
	pkg  *Package
	file *file
}

// basic are the types of the language that gob knows, under the names that the schema uses.
var basic = map[string]string{
	"bool": "bool", "string": "string", "error": "error", "any": "any",
	"int": "int", "int8": "int8", "int16": "int16", "int32": "int32", "int64": "int64", "rune": "int32",
	"uint": "uint", "uint8": "uint8", "byte": "uint8", "uint16": "uint16", "uint32": "uint32", "uint64": "uint64",
	"float32": "float32", "float64": "float64", "complex64": "complex64", "complex128": "complex128",
}

// unsent is the type of fields that gob leaves out: functions and channels.
const unsent = ""

// typeName writes a type expression as the schema does and remembers the named types in it.
func (d *dumper) typeName(in scope, expr ast.Expr) (string, error) {
	switch expr := expr.(type) {
	case *ast.ParenExpr:
		return d.typeName(in, expr.X)
	case *ast.FuncType, *ast.ChanType:
		return unsent, nil
	case *ast.StarExpr:
		return d.wrap(in, "*", expr.X)
	case *ast.ArrayType:
		return d.array(in, expr)
	case *ast.MapType:
		key, err := d.typeName(in, expr.Key)
		if err != nil {
			return "", err
		}
		return d.wrap(in, "map["+key+"]", expr.Value)
	case *ast.InterfaceType:
		if len(expr.Methods.List) == 0 {
			return "any", nil
		}
	case *ast.IndexExpr:
		return d.generic(in, expr)
	case *ast.Ident, *ast.SelectorExpr:
		return d.named(in, expr)
	}
	return "", fmt.Errorf("%s: a %T cannot be sent", in.file.name, expr)
}

func (d *dumper) wrap(in scope, before string, inner ast.Expr) (string, error) {
	text, err := d.typeName(in, inner)
	if err != nil || text == unsent {
		return unsent, err
	}
	return before + text, nil
}

func (d *dumper) array(in scope, expr *ast.ArrayType) (string, error) {
	before := "[]"
	if expr.Len != nil {
		length, ok := expr.Len.(*ast.BasicLit)
		if !ok {
			return "", fmt.Errorf("%s: the length of an array is no number", in.file.name)
		}
		before = "[" + length.Value + "]"
	}
	text, err := d.wrap(in, before, expr.Elt)
	return strings.Replace(text, before+"uint8", before+"byte", 1), err
}

// generic writes an instantiated type; its arguments are reached, too.
func (d *dumper) generic(in scope, expr *ast.IndexExpr) (string, error) {
	pkg, name, err := d.lookup(in, expr.X)
	if err != nil {
		return "", err
	}
	argument, err := d.typeName(in, expr.Index)
	return fmt.Sprintf("%s.%s[%s]", d.packageName(pkg), name, argument), err
}

// lookup finds the package and the name that an expression means.
func (d *dumper) lookup(in scope, expr ast.Expr) (pkg, name string, err error) {
	switch expr := expr.(type) {
	case *ast.Ident:
		return in.pkg.path, expr.Name, nil
	case *ast.SelectorExpr:
		if local, ok := expr.X.(*ast.Ident); ok {
			if pkg, ok := in.file.imports[local.Name]; ok {
				return pkg, expr.Sel.Name, nil
			}
			return "", "", fmt.Errorf("%s: no import %s", in.file.name, local.Name)
		}
	}
	return "", "", fmt.Errorf("%s: no named type", in.file.name)
}

// packageName is the prefix of a package's types.
func (d *dumper) packageName(importPath string) string {
	if name, ok := d.tables.foreign.Packages[importPath]; ok {
		return name
	}
	return importPath[strings.LastIndex(importPath, "/")+1:]
}

func (d *dumper) named(in scope, expr ast.Expr) (string, error) {
	if ident, ok := expr.(*ast.Ident); ok && basic[ident.Name] != "" && in.pkg.types[ident.Name] == nil {
		return basic[ident.Name], nil
	}
	importPath, name, err := d.lookup(in, expr)
	if err != nil {
		return "", err
	}
	full := d.packageName(importPath) + "." + name
	pkg, err := d.tree.pkg(importPath)
	if err != nil {
		return "", err
	}
	if pkg == nil {
		return full, d.reachForeign(full, importPath)
	}
	found, ok := pkg.types[name]
	if !ok {
		return "", errors.Join(fmt.Errorf("%s is used, but not declared", full), errors.Join(pkg.broken...))
	}
	at := scope{pkg, found.file}
	if found.spec.Assign.IsValid() {
		return d.typeName(at, found.spec.Type)
	}
	if _, ok := found.spec.Type.(*ast.FuncType); ok {
		return unsent, nil
	}
	if renamed, ok := d.tables.foreign.Renamed[full]; ok {
		full = renamed
	}
	return full, d.reach(full, at, found.spec)
}

// reachForeign takes a type of another module from the table.
func (d *dumper) reachForeign(full, importPath string) error {
	if d.seen[full] {
		return nil
	}
	if _, ok := d.tables.foreign.Leaves[full]; ok {
		return nil
	}
	t := d.tables.foreign.find(full)
	if t == nil {
		return fmt.Errorf("%s is of %s, which is not in the tree; describe it in foreign.json", full, importPath)
	}
	d.seen[full] = true
	d.out.Types = append(d.out.Types, *t)
	for _, inner := range append([]Field{{Type: t.Is}}, t.Fields...) {
		for _, name := range namesIn(inner.Type) {
			if err := d.reachForeign(name, "foreign.json"); err != nil {
				return fmt.Errorf("%s: %w", full, err)
			}
		}
	}
	return nil
}

// namesIn are the names with a package in a type as the schema writes it.
func namesIn(text string) []string {
	var names []string
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("[]*", c) }) {
		word = strings.TrimPrefix(word, "map")
		if strings.Contains(word, ".") {
			names = append(names, word)
		}
	}
	return names
}

// reach describes a type of the tree once.
func (d *dumper) reach(full string, at scope, spec *ast.TypeSpec) error {
	if d.seen[full] {
		return nil
	}
	d.seen[full] = true
	switch body := spec.Type.(type) {
	case *ast.StructType:
		fields, err := d.fields(at, body)
		if err != nil {
			return fmt.Errorf("%s: %w", full, err)
		}
		d.out.Types = append(d.out.Types, Type{Name: full, Fields: fields})
		return nil
	case *ast.InterfaceType:
		return fmt.Errorf("%s: an interface with methods; say in foreign.json's leaves what lies in it", full)
	}
	is, err := d.typeName(at, spec.Type)
	if err != nil {
		return fmt.Errorf("%s: %w", full, err)
	}
	values, err := valuesOf(at.pkg, spec.Name.Name, d.tables.foreign.Prefixes[full])
	if err != nil {
		return fmt.Errorf("%s: %w", full, err)
	}
	if len(values) > 0 {
		d.out.Enums = append(d.out.Enums, Enum{Name: full, Kind: is, Values: values})
	}
	if is != "string" || len(values) == 0 {
		d.out.Types = append(d.out.Types, Type{Name: full, Is: is})
	}
	return nil
}

// fields are those that gob sends.
func (d *dumper) fields(at scope, body *ast.StructType) ([]Field, error) {
	var all []Field
	for _, field := range body.Fields.List {
		names := field.Names
		if embedded := embeddedName(field.Type); len(names) == 0 {
			names = []*ast.Ident{{Name: embedded}}
		}
		if !anyExported(names) {
			continue
		}
		text, err := d.typeName(at, field.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", names[0].Name, err)
		}
		if text == unsent {
			continue
		}
		for _, name := range names {
			if name.IsExported() {
				f := Field{Name: name.Name, Type: text, Embedded: len(field.Names) == 0}
				f.JSON, f.Options = jsonTag(field.Tag)
				all = append(all, f)
			}
		}
	}
	return all, nil
}

func anyExported(names []*ast.Ident) bool {
	for _, name := range names {
		if name.IsExported() {
			return true
		}
	}
	return false
}

func embeddedName(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return embeddedName(expr.X)
	case *ast.SelectorExpr:
		return expr.Sel.Name
	case *ast.Ident:
		return expr.Name
	}
	return ""
}

// jsonTag is the name in JSON ("" is the field's own) and the options after it.
func jsonTag(tag *ast.BasicLit) (string, []string) {
	if tag == nil {
		return "", nil
	}
	text, err := strconv.Unquote(tag.Value)
	if err != nil {
		return "", nil
	}
	value, ok := reflect.StructTag(text).Lookup("json")
	if !ok {
		return "", nil
	}
	parts := strings.Split(value, ",")
	return parts[0], parts[1:]
}
