package nodump

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func TestDisable(t *testing.T) {
	if err := Disable(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) })
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("PR_GET_DUMPABLE is %d, %v", dumpable, err)
	}
	// A child is dumpable: it can read its own /proc.
	if out, err := exec.Command("cat", "/proc/self/environ").CombinedOutput(); err != nil {
		t.Errorf("a child cannot read its environment: %v\n%s", err, out)
	}
}
