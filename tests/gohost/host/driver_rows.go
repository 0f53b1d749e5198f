package host

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"

	lib "github.com/lib/pq"

	"example.com/mmplugin/gohost/plugin"
	"example.com/mmplugin/gohost/pq"
)

// RowsColumns are the names.
func (d *Driver) RowsColumns(id string, reply *plugin.Z_DbStrSliceReturn) error {
	rows, err := find(d, "RowsColumns", id, d.rows)
	if err == nil {
		reply.A = rows.value.Columns()
	}
	return err
}

// RowsClose reads what is left and forgets the id.
func (d *Driver) RowsClose(id string, reply *plugin.Z_DbErrReturn) error {
	rows, err := find(d, "RowsClose", id, d.rows)
	if err != nil {
		return err
	}
	if rows.stmt != "" {
		if _, err := find(d, "RowsClose of a closed statement", rows.stmt, d.stmts); err != nil {
			return err
		}
	}
	reply.A = encodable(d.exclusive("RowsClose", rows.conn, rows.value.Close))
	forget(d, id, d.rows)
	return nil
}

// RowsNext fills as many places as it was sent. A time.Time in one of them cannot be encoded, and
// net/rpc closes the connection over it.
func (d *Driver) RowsNext(args *plugin.Z_DbRowScanArg, reply *plugin.Z_DbRowScanReturn) error {
	rows, err := find(d, "RowsNext", args.A, d.rows)
	if err != nil {
		return err
	}
	if have := len(rows.value.Columns()); have != len(args.B) {
		return d.finding("RowsNext: %d places for %d columns", len(args.B), have)
	}
	reply.A = encodable(d.exclusive("RowsNext", rows.conn, func() error { return rows.value.Next(args.B) }))
	reply.B = args.B
	return nil
}

// RowsHasNextResultSet is true after the last row of a result set that is not the last.
func (d *Driver) RowsHasNextResultSet(id string, reply *plugin.Z_DbBoolReturn) error {
	rows, err := find(d, "RowsHasNextResultSet", id, d.rows)
	if err == nil {
		reply.A = rows.value.(driver.RowsNextResultSet).HasNextResultSet()
	}
	return err
}

// RowsNextResultSet goes on to the next result set.
func (d *Driver) RowsNextResultSet(id string, reply *plugin.Z_DbErrReturn) error {
	rows, err := find(d, "RowsNextResultSet", id, d.rows)
	if err == nil {
		next := rows.value.(driver.RowsNextResultSet).NextResultSet
		reply.A = encodable(d.exclusive("RowsNextResultSet", rows.conn, next))
	}
	return err
}

// RowsColumnTypeDatabaseTypeName is the database's name of a column's type.
func (d *Driver) RowsColumnTypeDatabaseTypeName(args *plugin.Z_DbRowsColumnArg, reply *string) error {
	rows, err := find(d, "RowsColumnTypeDatabaseTypeName", args.A, d.rows)
	if err == nil {
		*reply = rows.value.(driver.RowsColumnTypeDatabaseTypeName).ColumnTypeDatabaseTypeName(args.B)
	}
	return err
}

// RowsColumnTypePrecisionScale is what a numeric column holds.
func (d *Driver) RowsColumnTypePrecisionScale(args *plugin.Z_DbRowsColumnArg, reply *plugin.Z_DbRowsColumnTypePrecisionScaleReturn) error {
	rows, err := find(d, "RowsColumnTypePrecisionScale", args.A, d.rows)
	if err == nil {
		reply.A, reply.B, reply.C = rows.value.(driver.RowsColumnTypePrecisionScale).ColumnTypePrecisionScale(args.B)
	}
	return err
}

// codes are the errors that keep their meaning on the way.
var codes = []error{
	1: io.EOF, 2: sql.ErrNoRows, 3: sql.ErrConnDone, 4: sql.ErrTxDone,
	5: driver.ErrSkip, 6: driver.ErrBadConn, 7: driver.ErrRemoveArgument,
}

// encodable is what an error becomes on the way to the plugin.
func encodable(err error) error {
	if err == nil {
		return nil
	}
	var postgres *lib.Error
	if errors.As(err, &postgres) {
		return &pq.Error{
			Severity: postgres.Severity, Code: string(postgres.Code), Message: postgres.Message,
			Detail: postgres.Detail, Hint: postgres.Hint, Position: postgres.Position,
			InternalPosition: postgres.InternalPosition, InternalQuery: postgres.InternalQuery,
			Where: postgres.Where, Schema: postgres.Schema, Table: postgres.Table,
			Column: postgres.Column, DataTypeName: postgres.DataTypeName,
			Constraint: postgres.Constraint, File: postgres.File, Line: postgres.Line,
			Routine: postgres.Routine,
		}
	}
	for code, known := range codes {
		if code > 0 && err == known {
			return &plugin.ErrorString{Code: code, Err: err.Error()}
		}
	}
	return plugin.EncodableError(err)
}
