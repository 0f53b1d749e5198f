package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// module is the Go module whose packages lie in the tree itself.
const module = "github.com/mattermost/mattermost/server/public"

// Tree is a checkout of the server, of which server/public is read.
type Tree struct {
	root     string
	packages map[string]*Package
}

// Package is one folder of the tree.
type Package struct {
	path   string
	name   string
	types  map[string]*declared
	consts []*constant
	// methods by receiver and name.
	methods map[string][]*method
	files   []*file
	// broken are files that do not parse; fatal only if something in them is needed.
	broken []error
}

// file is a Go file and what its imports are called.
type file struct {
	name    string
	ast     *ast.File
	imports map[string]string
}

type declared struct {
	file *file
	spec *ast.TypeSpec
}

type method struct {
	file *file
	decl *ast.FuncDecl
}

// openTree checks that there is something to read.
func openTree(root string) (*Tree, error) {
	folder := filepath.Join(root, "server", "public", "plugin")
	if _, err := os.Stat(folder); err != nil {
		return nil, fmt.Errorf("%s: no checkout of the server: %w", root, err)
	}
	return &Tree{root: root, packages: make(map[string]*Package)}, nil
}

// pkg parses a package of the module once; nil for one of another module.
func (t *Tree) pkg(importPath string) (*Package, error) {
	inside, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return nil, nil
	}
	if known, ok := t.packages[importPath]; ok {
		return known, nil
	}
	folder := filepath.Join(t.root, "server", "public", filepath.FromSlash(inside))
	p := &Package{path: importPath, types: make(map[string]*declared), methods: make(map[string][]*method)}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) || len(entries) == 0 {
		return nil, fmt.Errorf("%s: imported, but not in the tree", importPath)
	}
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		p.parse(filepath.Join(folder, entry.Name()))
	}
	t.packages[importPath] = p
	return p, nil
}

func (p *Package) parse(name string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		p.broken = append(p.broken, err)
		return
	}
	f := &file{name: filepath.Base(name), ast: parsed, imports: make(map[string]string)}
	p.name = parsed.Name.Name
	p.files = append(p.files, f)
	for _, spec := range parsed.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			p.broken = append(p.broken, fmt.Errorf("%s: %w", name, err))
			continue
		}
		local := localName(importPath)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		f.imports[local] = importPath
	}
	for _, decl := range parsed.Decls {
		p.declare(f, decl)
	}
}

func (p *Package) declare(f *file, decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if receiver := receiverOf(decl); receiver != "" {
			p.methods[receiver] = append(p.methods[receiver], &method{f, decl})
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok {
				p.types[spec.Name.Name] = &declared{f, spec}
			}
		}
		if decl.Tok == token.CONST {
			p.consts = append(p.consts, constants(decl)...)
		}
	}
}

func receiverOf(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) != 1 {
		return ""
	}
	receiver := decl.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if name, ok := receiver.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// interfaceMethods gives the methods of an interface by name; none when there is no such interface.
func (p *Package) interfaceMethods(name string) map[string]*ast.Field {
	all := make(map[string]*ast.Field)
	found, ok := p.types[name]
	if !ok {
		return all
	}
	if it, ok := found.spec.Type.(*ast.InterfaceType); ok {
		for _, field := range it.Methods.List {
			for _, name := range field.Names {
				all[name.Name] = field
			}
		}
	}
	return all
}

// localName is what a package is called that is imported without a name of its own.
func localName(importPath string) string {
	base := path.Base(importPath)
	if digits, ok := strings.CutPrefix(base, "v"); ok && strings.Trim(digits, "0123456789") == "" {
		base = path.Base(path.Dir(importPath))
	}
	return strings.TrimPrefix(base, "go-")
}
