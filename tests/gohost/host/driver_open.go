package host

import (
	"database/sql"
	"strings"

	_ "github.com/lib/pq" // "postgres"
)

// openDatabase makes the pools of a database: "" for the one in memory, "memory-skip" for one that
// takes parameters in prepared statements only, as MySQL's driver does, "postgres://…" for a real
// one.
func openDatabase(name string) (*Driver, error) {
	if strings.HasPrefix(name, "postgres://") {
		pool, err := sql.Open("postgres", name)
		if err != nil {
			return nil, err
		}
		if err := pool.Ping(); err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(maxConns)
		return NewDriver(pool, pool), nil
	}
	memory := &memory{notes: make(map[int64]string), skip: name == "memory-skip"}
	master, replica := sql.OpenDB(memory), sql.OpenDB(memory)
	master.SetMaxOpenConns(maxConns)
	return NewDriver(master, replica), nil
}

// maxConns is enough for the tests and few enough to notice when connections are not given back.
const maxConns = 20
