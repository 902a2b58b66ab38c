//go:build e2e

package e2e

import (
	"os"
	"testing"

	"gm/e2e/harness"
)

func signalPID(t *testing.T, pid int, signal os.Signal) {
	t.Helper()
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Signal(signal)
	}
	if err != nil {
		t.Errorf("signal %d: %v", pid, err)
	}
}

// signalAll signals the processes of f whose program is gm.
func signalAll(t *testing.T, f harness.Family, signal os.Signal) {
	t.Helper()
	found := false
	for _, p := range f.Processes() {
		if p.Command[0] == racing || p.Command[0] == plain {
			found = true
			signalPID(t, p.PID, signal)
		}
	}
	if !found {
		t.Errorf("no gm among %v", f.Processes())
	}
}
