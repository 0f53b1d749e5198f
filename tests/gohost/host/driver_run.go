package host

import (
	"context"
	"database/sql/driver"

	"example.com/mmplugin/gohost/plugin"
)

// ConnQuery runs a text for its rows.
func (d *Driver) ConnQuery(args *plugin.Z_DbConnArgs, reply *plugin.Z_DbStrErrReturn) error {
	var rows driver.Rows
	c, err := d.raw("ConnQuery", args.A, func(inner any) (err error) {
		rows, err = inner.(driver.QueryerContext).QueryContext(context.Background(), args.B, args.C)
		return err
	})
	if err != nil {
		reply.B = encodable(err)
		return nil
	}
	reply.A = keep(d, "rows", d.rows, &child[driver.Rows]{value: rows, conn: c})
	return nil
}

// ConnExec runs a text for its effect.
func (d *Driver) ConnExec(args *plugin.Z_DbConnArgs, reply *plugin.Z_DbResultContErrReturn) error {
	_, err := d.raw("ConnExec", args.A, func(inner any) error {
		result, err := inner.(driver.ExecerContext).ExecContext(context.Background(), args.B, args.C)
		if err == nil {
			reply.A = container(result)
		}
		return err
	})
	reply.B = encodable(err)
	return nil
}

func container(result driver.Result) (c plugin.ResultContainer) {
	var err error
	c.LastID, err = result.LastInsertId()
	c.LastIDError = encodable(err)
	c.RowsAffected, err = result.RowsAffected()
	c.RowsAffectedError = encodable(err)
	return c
}

// keep names something new.
func keep[T any](d *Driver, kind string, all map[string]*child[T], value *child[T]) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := d.newID(kind)
	all[id] = value
	return id
}

// find looks up what must be there.
func find[T any](d *Driver, method, id string, all map[string]*child[T]) (*child[T], error) {
	d.mu.Lock()
	found, ok := all[id]
	d.mu.Unlock()
	if !ok {
		return nil, d.crash(method, id)
	}
	return found, nil
}

// forget takes something out of its map.
func forget[T any](d *Driver, id string, all map[string]*child[T]) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(all, id)
}

// Tx begins a transaction.
func (d *Driver) Tx(args *plugin.Z_DbTxArgs, reply *plugin.Z_DbStrErrReturn) error {
	var tx driver.Tx
	c, err := d.raw("Tx", args.A, func(inner any) (err error) {
		tx, err = inner.(driver.ConnBeginTx).BeginTx(context.Background(), args.B)
		return err
	})
	if err != nil {
		reply.B = encodable(err)
		return nil
	}
	reply.A = keep(d, "tx", d.txs, &child[driver.Tx]{value: tx, conn: c})
	return nil
}

func (d *Driver) endTx(method, id string, end func(driver.Tx) error) (error, error) {
	tx, err := find(d, method, id, d.txs)
	if err != nil {
		return nil, err
	}
	if err := d.free(method, tx.conn); err != nil {
		return nil, err
	}
	forget(d, id, d.txs)
	return encodable(d.exclusive(method, tx.conn, func() error { return end(tx.value) })), nil
}

// TxCommit forgets the id whatever comes of it.
func (d *Driver) TxCommit(id string, reply *plugin.Z_DbErrReturn) (err error) {
	reply.A, err = d.endTx("TxCommit", id, driver.Tx.Commit)
	return err
}

// TxRollback forgets the id whatever comes of it.
func (d *Driver) TxRollback(id string, reply *plugin.Z_DbErrReturn) (err error) {
	reply.A, err = d.endTx("TxRollback", id, driver.Tx.Rollback)
	return err
}

// Stmt prepares a statement.
func (d *Driver) Stmt(args *plugin.Z_DbStmtArgs, reply *plugin.Z_DbStrErrReturn) error {
	var stmt driver.Stmt
	c, err := d.raw("Stmt", args.A, func(inner any) (err error) {
		stmt, err = inner.(driver.Conn).Prepare(args.B)
		return err
	})
	if err != nil {
		reply.B = encodable(err)
		return nil
	}
	reply.A = keep(d, "stmt", d.stmts, &child[driver.Stmt]{value: stmt, conn: c})
	return nil
}

// StmtClose forgets the id whatever comes of it.
func (d *Driver) StmtClose(id string, reply *plugin.Z_DbErrReturn) error {
	stmt, err := find(d, "StmtClose", id, d.stmts)
	if err != nil {
		return err
	}
	if err := d.free("StmtClose", stmt.conn); err != nil {
		return err
	}
	forget(d, id, d.stmts)
	reply.A = encodable(d.exclusive("StmtClose", stmt.conn, stmt.value.Close))
	return nil
}

// StmtNumInput is how many parameters there are.
func (d *Driver) StmtNumInput(id string, reply *plugin.Z_DbIntReturn) error {
	stmt, err := find(d, "StmtNumInput", id, d.stmts)
	if err == nil {
		reply.A = stmt.value.NumInput()
	}
	return err
}

func values(args []driver.NamedValue) []driver.Value {
	all := make([]driver.Value, len(args))
	for i, arg := range args {
		all[i] = arg.Value
	}
	return all
}

// StmtQuery runs a prepared statement for its rows.
func (d *Driver) StmtQuery(args *plugin.Z_DbStmtQueryArgs, reply *plugin.Z_DbStrErrReturn) error {
	stmt, err := find(d, "StmtQuery", args.A, d.stmts)
	if err != nil {
		return err
	}
	if err := d.free("StmtQuery", stmt.conn); err != nil {
		return err
	}
	var rows driver.Rows
	err = d.exclusive("StmtQuery", stmt.conn, func() (err error) {
		rows, err = stmt.value.Query(values(args.B)) //nolint:staticcheck // as the server does it
		return err
	})
	if err != nil {
		reply.B = encodable(err)
		return nil
	}
	reply.A = keep(d, "rows", d.rows, &child[driver.Rows]{value: rows, conn: stmt.conn, stmt: args.A})
	return nil
}

// StmtExec runs a prepared statement for its effect.
func (d *Driver) StmtExec(args *plugin.Z_DbStmtQueryArgs, reply *plugin.Z_DbResultContErrReturn) error {
	stmt, err := find(d, "StmtExec", args.A, d.stmts)
	if err != nil {
		return err
	}
	if err := d.free("StmtExec", stmt.conn); err != nil {
		return err
	}
	reply.B = encodable(d.exclusive("StmtExec", stmt.conn, func() error {
		result, err := stmt.value.Exec(values(args.B)) //nolint:staticcheck // as the server does it
		if err == nil {
			reply.A = container(result)
		}
		return err
	}))
	return nil
}
