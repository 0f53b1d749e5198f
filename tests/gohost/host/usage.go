package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Usage of a process.
type Usage struct {
	RSSKiB, PeakKiB, Threads int
	// CPU time of all its threads, ended ones too where the clock allows it.
	CPU time.Duration
}

// ReadUsage looks into /proc.
func ReadUsage(pid int) (Usage, error) {
	var usage Usage
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return usage, err
	}
	for _, line := range strings.Split(string(status), "\n") {
		key, rest, _ := strings.Cut(line, ":")
		words := strings.Fields(rest)
		if len(words) == 0 {
			continue
		}
		number, err := strconv.Atoi(words[0])
		if err != nil {
			continue
		}
		switch key {
		case "VmRSS":
			usage.RSSKiB = number
		case "VmHWM":
			usage.PeakKiB = number
		case "Threads":
			usage.Threads = number
		}
	}
	usage.CPU, err = cpuTime(pid)
	return usage, err
}
