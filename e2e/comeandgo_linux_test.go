//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
)

// comings is how often the session is entered.
const comings = 200

// maxGrowth bounds the growth of the server's resident memory over all of them, in bytes.
const maxGrowth = 4 << 20

// TestComeAndGo enters a session many times and detaches from it, or kills the client: no
// descriptor, thread, process or file is left on either side, and the server's memory does
// not grow.
func TestComeAndGo(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		name  string
		leave func(w *closedWindow)
	}{
		{"detach", func(w *closedWindow) { w.master.WriteString("\x1ed") }},
		{"kill", func(w *closedWindow) { signalPID(w.t, w.pid, syscall.SIGKILL) }},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, plain)
			x := a.begin()
			x.Line("echo he''re")
			x.ExpectLine("here")
			x.Type("\x1ed")
			expectLeft(t, x)
			server := a.expectServers(1)[0]
			files := a.files()
			comeAndGo(a, 20, way.leave) // for pools and caches
			before := footprintOf(t, server)
			comeAndGo(a, comings, way.leave)
			a.expectSmall(server, before)
			if now := a.files(); !slices.Equal(now, files) {
				t.Errorf("files %q, before %q", now, files)
			}
			if ps := a.family.Processes(); len(ps) != 2 {
				t.Errorf("processes besides the server and its shell: %v", ps)
			}
			a.kill()
			if left := a.files(); len(left) != 1 || filepath.Base(left[0]) != "lock" {
				t.Errorf("files are left: %q", left)
			}
		})
	}
}

// comeAndGo enters the session n times and leaves it as soon as its screen is shown.
func comeAndGo(a *account, n int, leave func(w *closedWindow)) {
	a.t.Helper()
	for range n {
		w := a.openWindow("attach", "--local", a.name)
		w.until("the screen", func() bool { return w.shows("here") })
		leave(w)
		w.until("the end of the client", func() bool { return syscall.Kill(w.pid, 0) != nil })
		w.master.Close()
	}
}

// footprint is the resources that a process uses.
type footprint struct{ descriptors, threads, resident int }

func footprintOf(t *testing.T, pid int) (f footprint) {
	t.Helper()
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rss, _ := strings.Cut(string(status), "VmRSS:")
	fmt.Sscan(rss, &f.resident)
	f.descriptors, f.threads, f.resident = len(fds), len(tasks), f.resident<<10
	return f
}

// maxThreads bounds the threads that a Go program adds for system calls.
const maxThreads = 4

// expectSmall waits until the server has no more descriptors than before. The attachments of
// killed clients, of which there are at most 16, are there before, too.
func (a *account) expectSmall(server int, before footprint) {
	a.t.Helper()
	began := time.Now()
	var now footprint
	harness.Until(a.t, "a server of the former size", harness.Patience, func() bool {
		now = footprintOf(a.t, server)
		return now.descriptors <= before.descriptors && now.threads <= before.threads+maxThreads
	}, func() string { return fmt.Sprintf("%+v, before %+v", now, before) })
	if now.resident > before.resident+maxGrowth {
		a.t.Errorf("%d kB resident, before %d kB", now.resident>>10, before.resident>>10)
	}
	a.t.Logf("%+v, before %+v, after %v", now, before, time.Since(began))
}

// files are those in the account's directories.
func (a *account) files() (paths []string) {
	a.t.Helper()
	for _, v := range a.env {
		if name, dir, _ := strings.Cut(v, "="); (name == "HOME" || name == "XDG_RUNTIME_DIR") && dir != "" {
			paths = append(paths, files(a.t, dir)...)
		}
	}
	return paths
}
