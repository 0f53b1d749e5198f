package main

import (
	"fmt"
	"go/ast"
	goconstant "go/constant"
	"go/token"
	"strings"
	"unicode"
)

// constant is a declared constant with the expression that holds for it.
type constant struct {
	name  string
	typ   string
	value ast.Expr
	iota  int64
}

// constants lists a const declaration; a line without value repeats the one before.
func constants(decl *ast.GenDecl) []*constant {
	var all []*constant
	var typ string
	var values []ast.Expr
	for line, spec := range decl.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if spec.Values != nil {
			typ, values = "", spec.Values
			if name, ok := spec.Type.(*ast.Ident); ok {
				typ = name.Name
			}
		}
		for i, name := range spec.Names {
			if i < len(values) {
				all = append(all, &constant{name.Name, typ, values[i], int64(line)})
			}
		}
	}
	return all
}

// valuesOf are the exported constants of a named type, without a prefix: the one given, or what they share.
func valuesOf(p *Package, typ, prefix string) ([]Value, error) {
	var found []*constant
	for _, c := range p.consts {
		if c.typ == typ && ast.IsExported(c.name) {
			found = append(found, c)
		}
	}
	if prefix == "" {
		prefix = commonWords(found, typ)
	}
	return p.values(found, prefix)
}

// valuesWith are the untyped constants with a prefix.
func valuesWith(p *Package, prefix string) ([]Value, error) {
	var found []*constant
	for _, c := range p.consts {
		if c.typ == "" && strings.HasPrefix(c.name, prefix) {
			found = append(found, c)
		}
	}
	return p.values(found, prefix)
}

func (p *Package) values(found []*constant, prefix string) ([]Value, error) {
	var values []Value
	for _, c := range found {
		value, err := p.evaluate(c.value, c.iota)
		if err != nil {
			return nil, fmt.Errorf("constant %s: %w", c.name, err)
		}
		text := value.ExactString()
		if value.Kind() == goconstant.String {
			text = goconstant.StringVal(value)
		}
		values = append(values, Value{strings.TrimPrefix(c.name, prefix), text})
	}
	return values, nil
}

func (p *Package) evaluate(expr ast.Expr, iota int64) (goconstant.Value, error) {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		return goconstant.MakeFromLiteral(expr.Value, expr.Kind, 0), nil
	case *ast.ParenExpr:
		return p.evaluate(expr.X, iota)
	case *ast.Ident:
		if expr.Name == "iota" {
			return goconstant.MakeInt64(iota), nil
		}
		for _, c := range p.consts {
			if c.name == expr.Name {
				return p.evaluate(c.value, c.iota)
			}
		}
	case *ast.BinaryExpr:
		x, err := p.evaluate(expr.X, iota)
		if err != nil {
			return nil, err
		}
		y, err := p.evaluate(expr.Y, iota)
		if err != nil {
			return nil, err
		}
		if expr.Op == token.SHL || expr.Op == token.SHR {
			by, _ := goconstant.Uint64Val(y)
			return goconstant.Shift(x, expr.Op, uint(by)), nil
		}
		return goconstant.BinaryOp(x, expr.Op, y), nil
	}
	return nil, fmt.Errorf("an expression that this program cannot evaluate (%T)", expr)
}

// commonWords is what the names have in common at their start, whole words only; of a single name, what it has in
// common with its type's.
func commonWords(found []*constant, typ string) string {
	if len(found) == 0 {
		return ""
	}
	common := words(found[0].name)
	if len(found) == 1 {
		common = shared(common, words(typ))
	}
	for _, c := range found[1:] {
		common = shared(common, words(c.name))
	}
	prefix := strings.Join(common, "")
	for _, c := range found {
		if c.name == prefix {
			return strings.Join(common[:len(common)-1], "")
		}
	}
	return prefix
}

func shared(a, b []string) []string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// words cuts a name before each capital that follows a small letter.
func words(name string) []string {
	var all []string
	start := 0
	letters := []rune(name)
	for i := 1; i < len(letters); i++ {
		if unicode.IsUpper(letters[i]) && !unicode.IsUpper(letters[i-1]) {
			all = append(all, string(letters[start:i]))
			start = i
		}
	}
	return append(all, string(letters[start:]))
}
