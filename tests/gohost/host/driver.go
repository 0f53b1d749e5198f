package host

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/mmplugin/gohost/plugin"
)

// queryTimeout is how long a plugin waits for a free connection: SqlSettings.QueryTimeout.
const queryTimeout = 30 * time.Second

// Driver is the database service as the server has it: maps from ids to connections,
// transactions, statements and rows of database/sql/driver. Where the server would crash or spoil
// its own connections this keeps a finding and answers an error.
type Driver struct {
	master, replica *sql.DB

	mu       sync.Mutex
	next     int
	conns    map[string]*conn
	txs      map[string]*child[driver.Tx]
	stmts    map[string]*child[driver.Stmt]
	rows     map[string]*child[driver.Rows]
	findings []string
}

// conn is a connection with what is going on there.
type conn struct {
	*sql.Conn
	master bool
	busy   bool
}

// child is something that lives on a connection.
type child[T any] struct {
	value T
	conn  *conn
	// stmt is the statement that rows come from.
	stmt string
}

// DriverState is what a test may look at.
type DriverState struct {
	Conns    int      `json:"conns"`
	Txs      int      `json:"txs"`
	Stmts    int      `json:"stmts"`
	Rows     int      `json:"rows"`
	Findings []string `json:"findings"`
}

// NewDriver serves two pools; both may be the same.
func NewDriver(master, replica *sql.DB) *Driver {
	return &Driver{
		master: master, replica: replica, conns: make(map[string]*conn),
		txs:   make(map[string]*child[driver.Tx]),
		stmts: make(map[string]*child[driver.Stmt]), rows: make(map[string]*child[driver.Rows]),
	}
}

// State counts what is open.
func (d *Driver) State() DriverState {
	d.mu.Lock()
	defer d.mu.Unlock()
	return DriverState{
		Conns: len(d.conns), Txs: len(d.txs), Stmts: len(d.stmts), Rows: len(d.rows),
		Findings: append([]string{}, d.findings...),
	}
}

// newID makes ids of the server's length. Callers hold the lock.
func (d *Driver) newID(kind string) string {
	d.next++
	return fmt.Sprintf("%s%0*d", kind, 26-len(kind), d.next)
}

func (d *Driver) finding(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.findings = append(d.findings, text)
	return errors.New(text)
}

// crash is what the server's nil dereference becomes: the end of the whole server.
func (d *Driver) crash(method, id string) error {
	return d.finding("%s: the server does not know %q and would crash", method, id)
}

// exclusive does one thing on a connection; two at once would mix up what the database sends.
func (d *Driver) exclusive(method string, c *conn, do func() error) error {
	d.mu.Lock()
	busy := c.busy
	c.busy = true
	d.mu.Unlock()
	if busy {
		return d.finding("%s: something else is going on on the same connection", method)
	}
	defer func() {
		d.mu.Lock()
		c.busy = false
		d.mu.Unlock()
	}()
	return do()
}

// free says whether rows are open on a connection, which must be closed before anything else.
func (d *Driver) free(method string, c *conn) error {
	d.mu.Lock()
	open := 0
	for _, rows := range d.rows {
		if rows.conn == c {
			open++
		}
	}
	d.mu.Unlock()
	if open > 0 {
		return d.finding("%s: rows are open on the same connection", method)
	}
	return nil
}

// conn finds a connection; the server knows a connection that it does not have.
func (d *Driver) conn(id string) (*conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c, ok := d.conns[id]; ok {
		return c, nil
	}
	return nil, driver.ErrBadConn
}

// raw runs a function on the driver's own connection.
func (d *Driver) raw(method, id string, do func(inner any) error) (*conn, error) {
	c, err := d.conn(id)
	if err != nil {
		return nil, err
	}
	if err := d.free(method, c); err != nil {
		return nil, err
	}
	return c, d.exclusive(method, c, func() error { return c.Raw(do) })
}

// Conn lends a connection of a pool.
func (d *Driver) Conn(master bool, reply *plugin.Z_DbStrErrReturn) error {
	pool := d.replica
	if master {
		pool = d.master
	}
	ctx, cancel := context.WithTimeout(context.Background(), queryTimeout)
	defer cancel()
	inner, err := pool.Conn(ctx)
	if err != nil {
		reply.B = encodable(err)
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	reply.A = d.newID("conn")
	d.conns[reply.A] = &conn{Conn: inner, master: master}
	return nil
}

// ConnPing asks the database.
func (d *Driver) ConnPing(id string, reply *plugin.Z_DbErrReturn) error {
	_, err := d.raw("ConnPing", id, func(inner any) error {
		return inner.(driver.Pinger).Ping(context.Background())
	})
	reply.A = encodable(err)
	return nil
}

// ConnClose gives the connection back to the pool, where its next user must find it as new.
func (d *Driver) ConnClose(id string, reply *plugin.Z_DbErrReturn) error {
	c, err := d.conn(id)
	if err != nil {
		reply.A = encodable(err)
		return nil
	}
	if open := d.openOn(c); open != "" {
		_ = d.finding("ConnClose: given back with %s", open)
	}
	d.mu.Lock()
	delete(d.conns, id)
	d.mu.Unlock()
	reply.A = encodable(d.exclusive("ConnClose", c, c.Close))
	return nil
}

// openOn names what is open on a connection.
func (d *Driver) openOn(c *conn) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, tx := range d.txs {
		if tx.conn == c {
			return id
		}
	}
	for id, stmt := range d.stmts {
		if stmt.conn == c {
			return id
		}
	}
	for id, rows := range d.rows {
		if rows.conn == c {
			return id
		}
	}
	return ""
}
