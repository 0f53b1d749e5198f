package host

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/mmplugin/gohost/pq"
)

// memory is a database for machines without one. It knows a few statements, written as PostgreSQL
// understands them, so that the same tests run on either.
type memory struct {
	skip bool

	mu      sync.Mutex
	created bool
	notes   map[int64]string
	kept    []keptNote
	lastID  int64
}

// Connect and Driver make it a driver.Connector.
func (m *memory) Connect(context.Context) (driver.Conn, error) { return &memoryConn{db: m}, nil }

// Driver is not used.
func (m *memory) Driver() driver.Driver { return nil }

// keptNote is a row of the example's table, which is not part of transactions here.
type keptNote struct {
	id           int64
	author, text string
}

type memoryConn struct {
	db *memory
	// added are the notes that a rollback takes away again: only these, since other transactions may be open.
	added []int64
	inTx  bool
}

func (c *memoryConn) Close() error               { return nil }
func (c *memoryConn) Ping(context.Context) error { return nil }
func (c *memoryConn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

// BeginTx refuses the isolation level that PostgreSQL's driver refuses, too.
func (c *memoryConn) BeginTx(_ context.Context, options driver.TxOptions) (driver.Tx, error) {
	if options.Isolation < 0 || options.Isolation > 6 {
		return nil, fmt.Errorf("pq: isolation level not supported: %d", options.Isolation)
	}
	c.added, c.inTx = nil, true
	return c, nil
}

func (c *memoryConn) Commit() error {
	c.inTx = false
	return nil
}

func (c *memoryConn) Rollback() error {
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	for _, id := range c.added {
		delete(c.db.notes, id)
	}
	c.inTx = false
	return nil
}

func (c *memoryConn) Prepare(query string) (driver.Stmt, error) {
	if _, known := statements[oneBlank(query)]; !known {
		return nil, syntaxError(query)
	}
	return &memoryStmt{c, query}, nil
}

func (c *memoryConn) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.db.skip && len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return c.run(query, values(args))
}

func (c *memoryConn) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.db.skip && len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return c.exec(query, values(args))
}

func (c *memoryConn) exec(query string, args []driver.Value) (driver.Result, error) {
	rows, err := c.run(query, args)
	if err != nil {
		return nil, err
	}
	return result(rows.affected), nil
}

type memoryStmt struct {
	conn  *memoryConn
	query string
}

func (s *memoryStmt) Close() error { return nil }

func (s *memoryStmt) NumInput() int {
	n := 0
	for strings.Contains(s.query, fmt.Sprintf("$%d", n+1)) {
		n++
	}
	return n
}

func (s *memoryStmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.conn.exec(s.query, args)
}
func (s *memoryStmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.conn.run(s.query, args)
}

// result has no last id, as PostgreSQL's.
type result int64

func (r result) LastInsertId() (int64, error) { return 0, fmt.Errorf("no LastInsertId available") }
func (r result) RowsAffected() (int64, error) { return int64(r), nil }

// column is a name with its type.
type column struct{ name, of string }

// set is one result set: row n counts from 0; the error of the end is io.EOF.
type set struct {
	columns []column
	row     func(n int) ([]driver.Value, error)
}

type memoryRows struct {
	sets     []set
	n        int
	affected int64
	ended    bool
}

func (r *memoryRows) set() set {
	if len(r.sets) == 0 {
		return set{row: func(int) ([]driver.Value, error) { return nil, io.EOF }}
	}
	return r.sets[0]
}

func (r *memoryRows) Columns() []string {
	var names []string
	for _, column := range r.set().columns {
		names = append(names, column.name)
	}
	return names
}

func (r *memoryRows) Close() error { return nil }

func (r *memoryRows) Next(dest []driver.Value) error {
	row, err := r.set().row(r.n)
	r.n++
	r.ended = err == io.EOF
	copy(dest, row)
	return err
}

// HasNextResultSet is known at the end of a set only, as with PostgreSQL's driver.
func (r *memoryRows) HasNextResultSet() bool { return r.ended && len(r.sets) > 1 }

func (r *memoryRows) NextResultSet() error {
	if !r.HasNextResultSet() {
		return io.EOF
	}
	r.sets, r.n, r.ended = r.sets[1:], 0, false
	return nil
}

func (r *memoryRows) ColumnTypeDatabaseTypeName(index int) string { return r.set().columns[index].of }

func (r *memoryRows) ColumnTypePrecisionScale(index int) (int64, int64, bool) {
	return 10, 2, r.set().columns[index].of == "NUMERIC"
}

func (c *memoryConn) run(query string, args []driver.Value) (*memoryRows, error) {
	statement, known := statements[oneBlank(query)]
	if !known {
		return nil, syntaxError(query)
	}
	if want := (&memoryStmt{query: query}).NumInput(); want != len(args) {
		return nil, fmt.Errorf("pq: got %d parameters but the statement requires %d", len(args), want)
	}
	rows, err := statement(c.db, args)
	if err == nil && c.inTx && oneBlank(query) == insertNote {
		id, _ := args[0].(int64)
		c.added = append(c.added, id)
	}
	return rows, err
}

const insertNote = "INSERT INTO probe_notes (id, text) VALUES ($1, $2)"

func oneBlank(query string) string { return strings.Join(strings.Fields(query), " ") }

func syntaxError(query string) error {
	return &pq.Error{Severity: "ERROR", Code: "42601", Message: "syntax error: " + query, Position: "1"}
}

// fixed is a result set of these rows.
func fixed(columns []column, rows ...[]driver.Value) set {
	return set{columns, func(n int) ([]driver.Value, error) {
		if n >= len(rows) {
			return nil, io.EOF
		}
		return rows[n], nil
	}}
}

func one(sets ...set) (*memoryRows, error) { return &memoryRows{sets: sets}, nil }

type statement func(m *memory, args []driver.Value) (*memoryRows, error)

var kinds = []column{
	{"i", "INT8"}, {"f", "FLOAT8"}, {"b", "BOOL"}, {"t", "TEXT"}, {"y", "BYTEA"}, {"n", "NUMERIC"}, {"z", "TEXT"},
}

// statements are all that it understands.
var statements = map[string]statement{
	`SELECT 7::int8 AS i, 1.5::float8 AS f, true AS b, 'é'::text AS t, '\x00ff'::bytea AS y, 12.50::numeric(10,2) AS n, NULL::text AS z`: func(*memory, []driver.Value) (*memoryRows, error) {
		return one(fixed(kinds, []driver.Value{int64(7), 1.5, true, "é", []byte{0, 255}, []byte("12.50"), nil}))
	},
	`SELECT $1::int8 AS i, $2::float8 AS f, $3::bool AS b, $4::text AS t, $5::bytea AS y, $6::numeric AS n, $7::text AS z`: func(_ *memory, args []driver.Value) (*memoryRows, error) {
		row := slices.Clone(args)
		if text, ok := row[5].(string); ok {
			row[5] = []byte(text)
		}
		return one(fixed(kinds, row))
	},
	`SELECT n, 'row ' || n AS name FROM generate_series(1, $1::int8) AS n`: func(_ *memory, args []driver.Value) (*memoryRows, error) {
		last := args[0].(int64)
		return one(set{[]column{{"n", "INT8"}, {"name", "TEXT"}}, func(n int) ([]driver.Value, error) {
			if int64(n) >= last {
				return nil, io.EOF
			}
			return []driver.Value{int64(n + 1), fmt.Sprintf("row %d", n+1)}, nil
		}})
	},
	`SELECT 1 AS id, now() AS moment`: func(*memory, []driver.Value) (*memoryRows, error) {
		return one(fixed([]column{{"id", "INT4"}, {"moment", "TIMESTAMPTZ"}}, []driver.Value{int64(1), time.Now()}))
	},
	`SELECT pg_sleep(0.3)`: func(*memory, []driver.Value) (*memoryRows, error) {
		time.Sleep(300 * time.Millisecond)
		return one(fixed([]column{{"pg_sleep", "VOID"}}, []driver.Value{[]byte{}}))
	},
	`SELECT 1 AS a; SELECT 'x'::text AS b; SELECT now() AS c`: func(*memory, []driver.Value) (*memoryRows, error) {
		return one(
			fixed([]column{{"a", "INT4"}}, []driver.Value{int64(1)}),
			fixed([]column{{"b", "TEXT"}}, []driver.Value{"x"}),
			fixed([]column{{"c", "TIMESTAMPTZ"}}, []driver.Value{time.Now()}),
		)
	},
	`SELECT 6 / (3 - n) AS q FROM generate_series(1, 4) AS n`: func(*memory, []driver.Value) (*memoryRows, error) {
		return one(set{[]column{{"q", "INT4"}}, func(n int) ([]driver.Value, error) {
			if n >= 2 {
				return nil, &pq.Error{Severity: "ERROR", Code: "22012", Message: "division by zero"}
			}
			return []driver.Value{int64(6 / (2 - n))}, nil
		}})
	},
	`DROP TABLE IF EXISTS probe_notes`: func(m *memory, _ []driver.Value) (*memoryRows, error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.created, m.notes = false, make(map[int64]string)
		return one()
	},
	`CREATE TABLE probe_notes (id int8 PRIMARY KEY, text text)`: func(m *memory, _ []driver.Value) (*memoryRows, error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.created {
			return nil, &pq.Error{Severity: "ERROR", Code: "42P07", Message: `relation "probe_notes" already exists`}
		}
		m.created = true
		return one()
	},
	insertNote: func(m *memory, args []driver.Value) (*memoryRows, error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		id, _ := args[0].(int64)
		if _, there := m.notes[id]; there {
			return nil, &pq.Error{
				Severity: "ERROR", Code: "23505", Table: "probe_notes", Constraint: "probe_notes_pkey",
				Message: `duplicate key value violates unique constraint "probe_notes_pkey"`,
			}
		}
		m.notes[id], _ = args[1].(string)
		return &memoryRows{affected: 1}, nil
	},
	`SELECT id, text FROM probe_notes ORDER BY id`: func(m *memory, _ []driver.Value) (*memoryRows, error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		var rows [][]driver.Value
		for _, id := range slices.Sorted(maps.Keys(m.notes)) {
			rows = append(rows, []driver.Value{id, m.notes[id]})
		}
		return one(fixed([]column{{"id", "INT8"}, {"text", "TEXT"}}, rows...))
	},
}
