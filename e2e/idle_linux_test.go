//go:build e2e

package e2e

import (
	"slices"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

const (
	// idleAfter is when a session is idle: a minute after the last change, and one more
	// heartbeat.
	idleAfter = 80 * time.Second

	// heartbeats are counted, one in heartbeatTime.
	heartbeats    = 5
	heartbeatTime = 15 * time.Second

	// mostSleeps bounds how often a process sleeps in the time of one heartbeat. A client and
	// a server do so 4 times, through a pipe up to 7 times; a thread of the runtime that polls
	// after each timer does so 25 to 50 times. The median heartbeat counts, as others may fall
	// together with a collection of garbage.
	mostSleeps = 15
)

// TestIdleSessionSleeps counts the wake-ups of the processes of a session that nobody uses.
func TestIdleSessionSleeps(t *testing.T) { testIdleSession(t, "auto") }

// TestIdleSessionSleepsOnThePipe is TestIdleSessionSleeps through SSH.
func TestIdleSessionSleepsOnThePipe(t *testing.T) { testIdleSession(t, "ssh") }

func testIdleSession(t *testing.T, mode string) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	x := h.shell(plain, nil, "--path="+mode, "--server="+plain+" server", h.Destination())
	x.ExpectLine("$")
	<-time.After(idleAfter)
	processes := slices.DeleteFunc(slices.Concat(h.clients.Processes(), h.sessions.Processes()), func(p harness.Process) bool {
		return p.Command[0] != plain
	})
	if len(processes) < 2 {
		t.Errorf("only %v run", processes)
	}
	for i, sleeps := range countSleeps(processes) {
		slices.Sort(sleeps)
		t.Logf("%v: %v", processes[i], sleeps)
		if median := sleeps[heartbeats/2]; median > mostSleeps {
			t.Errorf("%v sleeps %d times in %v, want at most %d", processes[i], median, heartbeatTime, mostSleeps)
		}
	}
	x.Line("exit")
	h.expectClean(x)
}

// countSleeps returns how often each of the processes sleeps in the time of each heartbeat.
func countSleeps(processes []harness.Process) [][]int {
	counts, before := make([][]int, len(processes)), make([]int, len(processes))
	for beat := range heartbeats + 1 {
		for i, p := range processes {
			now := p.Sleeps()
			if beat > 0 {
				counts[i] = append(counts[i], now-before[i])
			}
			before[i] = now
		}
		if beat < heartbeats {
			<-time.After(heartbeatTime)
		}
	}
	return counts
}
