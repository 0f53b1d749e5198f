// Command gobcheck lets Go decode gob bytes that something else wrote.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"example.com/mmplugin/gohost/host"
)

const usage = `gobcheck NAME FILE           decode FILE, print its values as JSON nodes
gobcheck -expect X.json NAME FILE   decode FILE and compare with the values of X.json
gobcheck -api 11|9.3         a server's API by net/rpc on stdin and stdout, every method answered with a value made up;
                             Check.Last tells what the last call was given and answered
gobcheck -batch              the same for many: a JSON request a line on stdin, an answer a line on stdout:
                             {"name":…,"file":…} or {"name":…,"gob_base64":…}, "expect":"X.json"
                             -> {"ok":true,"values":[…]} (no values with expect) or {"ok":false,"error":…}
                             {"name":…,"make":SEED,"share":0.5} -> {"ok":true,"gob_hex":…,"values":[…]}: a value made up
                             {"name":…,"made":SEED,"share":0.5,"gob_hex":…} -> {"ok":true} if it is that value
                             {"wrong":["GetUser.args",…]} -> {"ok":true,"cases":[{"name":…,"path":…,"gob_hex":…}]}

NAME is a call (GetUser.args, GetUser.returns, db.DbTxArgs) or a Go type (model.Post, rpc.Request,
"map[string]interface {}"). FILE (- for stdin) is one gob stream of one or more values of that type;
names joined with "+" are the types of its values in turn: rpc.Request+KVGet.args.
`

func main() {
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	expect := flag.String("expect", "", "")
	batch := flag.Bool("batch", false, "")
	api := flag.String("api", "", "")
	flag.Parse()
	if *api != "" {
		host.ServeChecked(stdio{os.Stdin, os.Stdout}, host.Mode(*api), 5)
		return
	}
	if *batch {
		runBatch(os.Stdin, os.Stdout)
		return
	}
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	answer := check(request{Name: flag.Arg(0), File: flag.Arg(1), Expect: *expect})
	if !answer.OK {
		fmt.Fprintln(os.Stderr, "error:", answer.Error)
		os.Exit(1)
	}
	if *expect == "" {
		show := json.NewEncoder(os.Stdout)
		show.SetIndent("", " ")
		_ = show.Encode(answer)
	}
}

// stdio is a connection to the program that started this one.
type stdio struct {
	io.Reader
	io.Writer
}

// Close ends nothing: the other side does.
func (stdio) Close() error { return nil }

func runBatch(in io.Reader, out io.Writer) {
	lines := bufio.NewReaderSize(in, 1<<16)
	answers := json.NewEncoder(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			var r request
			if err := json.Unmarshal(line, &r); err != nil {
				_ = answers.Encode(answer{Error: "request: " + err.Error()})
			} else {
				_ = answers.Encode(check(r))
			}
		}
		if err != nil {
			return
		}
	}
}
