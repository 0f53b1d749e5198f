package plugin

import (
	"database/sql/driver"
)

type Z_DbStrErrReturn struct {
	A string
	B error
}

type Z_DbErrReturn struct {
	A error
}

type Z_DbInt64ErrReturn struct {
	A int64
	B error
}

type Z_DbBoolReturn struct {
	A bool
}

type Z_DbTxArgs struct {
	A string
	B driver.TxOptions
}

type Z_DbStmtArgs struct {
	A string
	B string
}

type Z_DbIntReturn struct {
	A int
}

type Z_DbStmtQueryArgs struct {
	A string
	B []driver.NamedValue
}

type Z_DbConnArgs struct {
	A string
	B string
	C []driver.NamedValue
}

type Z_DbResultContErrReturn struct {
	A ResultContainer
	B error
}

type Z_DbStrSliceReturn struct {
	A []string
}

type Z_DbRowScanReturn struct {
	A error
	B []driver.Value
}

type Z_DbRowScanArg struct {
	A string
	B []driver.Value
}

type Z_DbRowsColumnArg struct {
	A string
	B int
}

type Z_DbRowsColumnTypePrecisionScaleReturn struct {
	A int64
	B int64
	C bool
}
