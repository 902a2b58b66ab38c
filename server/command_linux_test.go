package server

import (
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A home that may not be entered leaves the session in the root directory, with the
// message that sshd has for it.
func TestHomeThatMayNotBeEntered(t *testing.T) {
	home := t.TempDir()
	if err := os.Chmod(home, 0); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread() // for good: the thread ends with the test
	if os.Getuid() == 0 {
		for dir := home; dir != "/tmp"; dir = dir[:strings.LastIndexByte(dir, '/')] {
			if dir != home {
				os.Chmod(dir, 0o755)
			}
		}
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer syscall.Setfsuid(0)
	}
	c, notice := sessionCommand(options{}, []string{"SHELL=/bin/sh", "HOME=" + home})
	if want := "Could not chdir to home directory " + home + ": Permission denied\r\n"; c.Dir != "/" || notice != want {
		t.Errorf("in %q, notice %q, want %q", c.Dir, notice, want)
	}
}
