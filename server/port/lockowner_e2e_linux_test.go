//go:build e2e

package port

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lockOwner returns the process that has locked a file (proc(5), /proc/locks).
func lockOwner(t testing.TB, path string) (pid int) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	inode := fmt.Sprintf(":%d ", info.Sys().(*syscall.Stat_t).Ino)
	for end := time.Now().Add(limit); time.Now().Before(end); {
		text, err := os.ReadFile("/proc/locks")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if strings.Contains(line, "FLOCK") && strings.Contains(line, inode) && len(fields) > 4 {
				fmt.Sscan(fields[4], &pid)
				return pid
			}
		}
	}
	t.Fatal("the file is not locked")
	return 0
}
