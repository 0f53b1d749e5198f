package host

import (
	"syscall"
	"time"
	"unsafe"
)

// cpuTime reads the process's own CPU clock: nanoseconds, all threads, ended ones too.
func cpuTime(pid int) (time.Duration, error) {
	// The clock id of a process, as clock_getcpuclockid(3) makes it.
	clock := uintptr(^int32(pid)<<3 | 2)
	var at syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&at)), 0)
	if errno != 0 {
		return 0, errno
	}
	return time.Duration(at.Nano()), nil
}
