package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// interruptible is a shell script that floods. When it is interrupted, it prints the
// number of interrupts and waits for a line.
const interruptible = `trap : INT; n=0; while :; do %s; n=$((n+1)); echo; echo "stopped $n."; read x; done`

// Ctrl-C in a flood takes effect before much of the flood is shown: the server has
// little work to do before the user sees the output after it.
func TestInterruptInFlood(t *testing.T) {
	const most = 100 * time.Millisecond // of processor time
	for _, flood := range []string{"yes", "cat /dev/urandom | base64"} {
		t.Run(flood, func(t *testing.T) {
			var work []time.Duration
			interruptFloods(t, flood, 7, func(s *realServer, interrupt func() time.Duration) {
				before := s.cpuTime()
				interrupt()
				work = append(work, s.cpuTime()-before)
			})
			slices.Sort(work)
			t.Logf("processor time of the server: %v", work)
			if median := work[len(work)/2]; median > most {
				t.Errorf("the server worked for %v until Ctrl-C had its effect, want at most %v", median, most)
			}
		})
	}
}

// BenchmarkInterruptInFlood measures how much longer than a round trip Ctrl-C
// takes in a flood, in the middle.
func BenchmarkInterruptInFlood(b *testing.B) {
	for _, flood := range []string{"yes", "cat /dev/urandom | base64"} {
		b.Run(flood, func(b *testing.B) {
			var over []time.Duration
			for b.Loop() {
				interruptFloods(b, flood, 7, func(_ *realServer, interrupt func() time.Duration) {
					over = append(over, interrupt())
				})
			}
			slices.Sort(over)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(over[len(over)/2].Milliseconds()), "ms-beyond-RTT")
		})
	}
}

// interruptFloods calls measure in each of n floods. interrupt types Ctrl-C and
// returns how much longer than a round trip its effect took to be seen.
func interruptFloods(t testing.TB, flood string, n int, measure func(s *realServer, interrupt func() time.Duration)) {
	t.Helper()
	s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c", fmt.Sprintf(interruptible, flood))
	c := s.connect(80, 24)
	for i := range n {
		c.waitFor("no flood", func() bool { return strings.Count(c.text(), "\n") == 22 })
		c.pass(100 * time.Millisecond)
		measure(s, func() time.Duration { return c.interrupt(fmt.Sprintf("stopped %d.", i+1)) - c.wire.SRTT() })
		c.typeKeys("\n")
		c.waitFor("still stopped", func() bool { return !strings.Contains(c.text(), "stopped") })
	}
	c.quit()
	s.gone()
}

// pass serves the network for d.
func (c *realClient) pass(d time.Duration) {
	c.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		c.turn(end)
	}
}

// interrupt types Ctrl-C and returns how long it took until text was on the
// screen.
func (c *realClient) interrupt(text string) time.Duration {
	c.t.Helper()
	typed := time.Now()
	c.typeKeys("\x03")
	c.wire.Expedite(typed, 0)
	c.see(text)
	return time.Since(typed)
}
