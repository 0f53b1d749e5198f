package host

import (
	"fmt"
	"sync"

	"example.com/mmplugin/gohost/plugin"
)

// driver is the database service, connections only: enough to see that a plugin dials it.
type driver struct {
	mu   sync.Mutex
	next int
	open map[string]bool
}

func newDriver() *driver { return &driver{open: make(map[string]bool)} }

func (d *driver) Conn(_ bool, reply *plugin.Z_DbStrErrReturn) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next++
	reply.A = fmt.Sprintf("conn%022d", d.next)
	d.open[reply.A] = true
	return nil
}

func (d *driver) ConnPing(id string, reply *plugin.Z_DbErrReturn) error {
	reply.A = d.check(id)
	return nil
}

func (d *driver) ConnClose(id string, reply *plugin.Z_DbErrReturn) error {
	reply.A = d.check(id)
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.open, id)
	return nil
}

// badConn is the code that stands for database/sql/driver.ErrBadConn.
const badConn = 6

func (d *driver) check(id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[id] {
		return nil
	}
	return &plugin.ErrorString{Code: badConn, Err: "driver: bad connection"}
}
