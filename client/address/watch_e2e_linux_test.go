//go:build e2e

package address

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// inNamespace is set where the test runs again, in a network of its own.
const inNamespace = "GM_TEST_NAMESPACE"

// TestWatchOfTheSystem changes addresses and routes of a network of its own.
func TestWatchOfTheSystem(t *testing.T) {
	if os.Getenv(inNamespace) == "" {
		cmd := exec.Command("unshare", "-n", os.Args[0], "-test.run=^TestWatchOfTheSystem$", "-test.v")
		cmd.Env = append(os.Environ(), inNamespace+"=yes")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	w := NewWatch(func(f func()) { go f() })
	defer w.Close()
	for _, args := range [][]string{
		{"link", "set", "lo", "up"},
		{"addr", "add", "192.0.2.1/24", "dev", "lo"},
		{"addr", "add", "2001:db8::1/64", "dev", "lo"},
		{"route", "add", "198.51.100.0/24", "dev", "lo"},
		{"route", "del", "198.51.100.0/24", "dev", "lo"},
		{"addr", "del", "192.0.2.1/24", "dev", "lo"},
	} {
		drain(w)
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %v: %v %s", args, err, out)
		}
		select {
		case <-w.Changed():
		case <-time.After(10 * time.Second):
			t.Fatalf("ip %v is not noticed", args)
		}
	}
}

// drain receives notices until there is none for two pauses.
func drain(w *Watch) {
	for {
		select {
		case <-w.Changed():
		case <-time.After(2 * watchPause):
			return
		}
	}
}
