package main

import (
	"fmt"
	"go/ast"
	"strconv"
	"strings"
)

// registered finds the types that upstream makes known to gob, which interface values may hold.
func (d *dumper) registered() error {
	for _, f := range d.plugin.files {
		var failed error
		ast.Inspect(f.ast, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || failed != nil {
				return failed == nil
			}
			if function, ok := call.Fun.(*ast.SelectorExpr); ok && isGob(function) {
				failed = d.register(scope{d.plugin, f}, function.Sel.Name, call.Args)
			}
			return true
		})
		if failed != nil {
			return fmt.Errorf("%s: gob.Register: %w", f.name, failed)
		}
	}
	if len(d.out.Registered) == 0 {
		return fmt.Errorf("the tree registers no type with gob")
	}
	return nil
}

func isGob(function *ast.SelectorExpr) bool {
	pkg, ok := function.X.(*ast.Ident)
	return ok && pkg.Name == "gob" && (function.Sel.Name == "Register" || function.Sel.Name == "RegisterName")
}

func (d *dumper) register(in scope, function string, args []ast.Expr) error {
	name := ""
	if function == "RegisterName" && len(args) == 2 {
		literal, ok := args[0].(*ast.BasicLit)
		if !ok {
			return fmt.Errorf("a name that is no literal")
		}
		name, _ = strconv.Unquote(literal.Value)
		args = args[1:]
	}
	if len(args) != 1 {
		return fmt.Errorf("%d arguments", len(args))
	}
	value, pointer := args[0], ""
	if address, ok := value.(*ast.UnaryExpr); ok {
		value, pointer = address.X, "*"
	}
	literal, ok := value.(*ast.CompositeLit)
	if !ok {
		return fmt.Errorf("a value that is no literal (%T)", value)
	}
	text, err := d.typeName(in, literal.Type)
	if err != nil {
		return err
	}
	if name == "" {
		name = gobName(d.writtenName(in, literal.Type), pointer != "")
	}
	d.out.Registered = append(d.out.Registered, Registered{Name: name, Type: pointer + text})
	return nil
}

// writtenName is a type as the source has it, without aliases and new names resolved, packages by their paths.
func (d *dumper) writtenName(in scope, expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return "*" + d.writtenName(in, expr.X)
	case *ast.ArrayType:
		return "[]" + d.writtenName(in, expr.Elt)
	case *ast.MapType:
		return "map[" + d.writtenName(in, expr.Key) + "]" + d.writtenName(in, expr.Value)
	case *ast.IndexExpr:
		return d.writtenName(in, expr.X) + "[" + d.writtenName(in, expr.Index) + "]"
	case *ast.Ident:
		if expr.Name == "any" {
			return "interface {}"
		}
		if basic[expr.Name] != "" {
			return expr.Name
		}
	}
	pkg, name, err := d.lookup(in, expr)
	if err != nil {
		return "?"
	}
	return pkg + "." + name
}

// gobName follows gob.Register: named types have their package's whole path, all others its last part.
func gobName(written string, pointer bool) string {
	if !pointer && !strings.HasPrefix(written, "[]") && !strings.HasPrefix(written, "map[") {
		return written
	}
	var short strings.Builder
	for len(written) > 0 {
		end := strings.IndexAny(written, "[]* ") + 1
		if end == 0 {
			end = len(written)
		}
		word := written[:end]
		short.WriteString(word[strings.LastIndex(word, "/")+1:])
		written = written[end:]
	}
	if pointer {
		return "*" + short.String()
	}
	return short.String()
}
