package host

import (
	"database/sql/driver"
	"net"
	"net/rpc"
	"strings"
	"testing"

	"example.com/mmplugin/gohost/plugin"
)

// dialDriver serves a database in memory over net/rpc, as for a plugin.
func dialDriver(t *testing.T) (*Driver, *rpc.Client) {
	t.Helper()
	d, err := openDatabase("")
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	go serve(d, theirs)
	client := rpc.NewClient(ours)
	t.Cleanup(func() { _ = client.Close() })
	return d, client
}

// open runs a query on a connection of its own and gives both ids.
func open(t *testing.T, client *rpc.Client, query string) (conn, rows string) {
	t.Helper()
	var opened, queried plugin.Z_DbStrErrReturn
	if err := client.Call("Plugin.Conn", true, &opened); err != nil || opened.B != nil {
		t.Fatal(err, opened.B)
	}
	if err := client.Call("Plugin.ConnQuery", &plugin.Z_DbConnArgs{A: opened.A, B: query}, &queried); err != nil || queried.B != nil {
		t.Fatal(err, queried.B)
	}
	return opened.A, queried.A
}

func TestADateEndsTheStreamAsOnTheServer(t *testing.T) {
	_, client := dialDriver(t)
	_, rows := open(t, client, "SELECT 1 AS id, now() AS moment")
	args := &plugin.Z_DbRowScanArg{A: rows, B: make([]driver.Value, 2)}
	if err := client.Call("Plugin.RowsNext", args, new(plugin.Z_DbRowScanReturn)); err == nil {
		t.Fatal("a time.Time was sent")
	}
	if err := client.Call("Plugin.Conn", true, new(plugin.Z_DbStrErrReturn)); err == nil {
		t.Fatal("the stream lives on")
	}
}

func TestWhatWouldHarmAServerIsKept(t *testing.T) {
	d, client := dialDriver(t)
	conn, rows := open(t, client, "SELECT pg_sleep(0.3)")
	other := new(plugin.Z_DbStrErrReturn)
	_ = client.Call("Plugin.ConnQuery", &plugin.Z_DbConnArgs{A: conn, B: "SELECT pg_sleep(0.3)"}, other)
	_ = client.Call("Plugin.RowsClose", rows, new(plugin.Z_DbErrReturn))
	_ = client.Call("Plugin.RowsClose", rows, new(plugin.Z_DbErrReturn))
	_ = client.Call("Plugin.TxCommit", "tx", new(plugin.Z_DbErrReturn))
	args := &plugin.Z_DbConnArgs{A: conn, B: "SELECT pg_sleep(0.3)"}
	first := client.Go("Plugin.ConnExec", args, new(plugin.Z_DbResultContErrReturn), nil)
	second := client.Go("Plugin.ConnExec", args, new(plugin.Z_DbResultContErrReturn), nil)
	<-first.Done
	<-second.Done
	_ = client.Call("Plugin.Tx", &plugin.Z_DbTxArgs{A: conn}, new(plugin.Z_DbStrErrReturn))
	_ = client.Call("Plugin.ConnClose", conn, new(plugin.Z_DbErrReturn))
	found := strings.Join(d.State().Findings, "\n")
	for _, text := range []string{
		"ConnQuery: rows are open", "RowsClose: the server does not know", "TxCommit: the server does not know",
		"ConnExec: something else is going on", "ConnClose: given back with tx",
	} {
		if !strings.Contains(found, text) {
			t.Errorf("no %q in %s", text, found)
		}
	}
}
