// Package vec holds the made-up structs of the special golden vectors.
package vec

import "time"

// Ints has one field of each basic kind.
type Ints struct {
	I    int
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	U    uint
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	Up   uintptr
	F32  float32
	F64  float64
	C64  complex64
	C128 complex128
	B    bool
}

// Small is an element of collections.
type Small struct {
	A int
	S string
}

// Colls has collections of many kinds.
type Colls struct {
	NilSlice   []string
	EmptySlice []string
	NilMap     map[string]int
	EmptyMap   map[string]int
	NilBytes   []byte
	EmptyBytes []byte
	Nested     [][]int
	BytesList  [][]byte
	Arr        [3]int
	ArrB       [4]uint8
	MapMap     map[string]map[string][]int
	IntMap     map[int64]string
	PtrPtr     **int
	PtrStr     *string
	PtrZero    *int
	Structs    []Small
	PtrStructs []*Small
	StructMap  map[string]Small
	Any        any
	Anys       []any
}

// Times holds times in the places where they occur.
type Times struct {
	T time.Time
	P *time.Time
	L []time.Time
	D time.Duration
	M map[string]time.Time
}

// EvoOld is an older version of EvoNew.
type EvoOld struct {
	Tail bool
	C    int32
	Miss string
	B    string
	A    int
}

// EvoNew has fields that EvoOld lacks.
type EvoNew struct {
	A     int
	Extra evoSub
	B     string
	More  []evoSub
	Last  time.Time
	C     int64
	E     error
	Tail  bool
}

type evoSub struct {
	X []map[string]float64
	Y *Small
	Z any
}
