// Command dump writes down what Mattermost's Go sources say about the plugin wire.
//
// It parses a checkout of the server; nothing of it is compiled or run. See ../README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

const usage = `dump [-schema FOLDER] COMMAND

  tree VERSION PATH     write FOLDER/compat/VERSION.json from the checkout at PATH, then as merge
  merge                 write FOLDER/plugin.json from the oldest and the newest file of FOLDER/compat
  diff [-additions-ok] A B
                        report what was added, removed and changed between two files;
                        ends with 1 if there is anything (with the option: anything but additions)

PATH needs server/public only: git archive v9.3.0 server/public | tar x -C PATH
`

func main() {
	different, err := run(os.Args[1:], os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	case different:
		os.Exit(1)
	}
}

var errUsage = errors.New("wrong use\n\n" + usage)

func run(args []string, out io.Writer) (different bool, err error) {
	flags := flag.NewFlagSet("dump", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	folder := flags.String("schema", "..", "")
	if err := flags.Parse(args); err != nil || flags.NArg() == 0 {
		return false, errUsage
	}
	args = flags.Args()
	switch {
	case args[0] == "tree" && len(args) == 3:
		if err := writeTree(*folder, args[1], args[2]); err != nil {
			return false, err
		}
		return false, writeMerged(*folder)
	case args[0] == "merge" && len(args) == 1:
		return false, writeMerged(*folder)
	case args[0] == "diff" && len(args) == 3:
		return compare(out, args[1], args[2], false)
	case args[0] == "diff" && len(args) == 4 && args[1] == "-additions-ok":
		return compare(out, args[2], args[3], true)
	}
	return false, errUsage
}

func writeTree(folder, version, root string) error {
	tables, err := readTables(folder)
	if err != nil {
		return err
	}
	schema, err := dump(version, root, tables)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, "compat"), 0o755); err != nil {
		return err
	}
	return write(filepath.Join(folder, "compat", version+".json"), schema)
}

func writeMerged(folder string) error {
	schema, err := merged(folder)
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, "plugin.json"), schema)
}

// merged reads the oldest and the newest dump.
func merged(folder string) (*Schema, error) {
	tables, err := readTables(folder)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(folder, "compat", "*.json"))
	if err != nil {
		return nil, err
	}
	if len(paths) < 2 {
		return nil, fmt.Errorf("%s: two dumps are needed, an old and a new one", filepath.Join(folder, "compat"))
	}
	var all []*Schema
	for _, path := range paths {
		schema, err := readSchema(path)
		if err != nil {
			return nil, err
		}
		if len(schema.Trees) != 1 {
			return nil, fmt.Errorf("%s: not of one tree", path)
		}
		all = append(all, schema)
	}
	slices.SortFunc(all, func(a, b *Schema) int { return compareVersions(a.Trees[0], b.Trees[0]) })
	return merge(all[0], all[len(all)-1], tables)
}

func write(path string, schema *Schema) error {
	text, err := schema.Text()
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

func compare(out io.Writer, old, new string, additionsOK bool) (bool, error) {
	left, err := readSchema(old)
	if err != nil {
		return false, err
	}
	right, err := readSchema(new)
	if err != nil {
		return false, err
	}
	all := diff(left, right)
	onlyAdditions := report(out, all)
	return len(all) > 0 && !(additionsOK && onlyAdditions), nil
}
