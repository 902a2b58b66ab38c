package harness

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Sleeps returns how often the threads of p have gone to sleep, and so have woken up: their
// voluntary context switches (proc(5)). Those for which a busy machine is the reason are
// not among them.
func (p Process) Sleeps() (n int) {
	threads, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(p.PID), "task/*/status"))
	for _, thread := range threads {
		status, _ := os.ReadFile(thread) // empty for one that has just ended
		for line := range strings.Lines(string(status)) {
			if count, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
				sleeps, _ := strconv.Atoi(strings.TrimSpace(count))
				n += sleeps
			}
		}
	}
	return n
}
