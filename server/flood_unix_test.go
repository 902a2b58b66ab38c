//go:build unix

package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// interruptible is a shell script that floods, and when that is interrupted says
// how often it was and waits for a line.
const interruptible = `trap : INT; n=0; while :; do %s; n=$((n+1)); echo; echo "stopped $n."; read x; done`

// Ctrl-C in a flood takes effect within a round trip and 50 ms: the user sees by
// then what comes after the flood.
func TestInterruptInFlood(t *testing.T) {
	for _, flood := range []string{"yes", "cat /dev/urandom | base64"} {
		t.Run(flood, func(t *testing.T) {
			s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c", fmt.Sprintf(interruptible, flood))
			c := s.connect(80, 24)
			var over []time.Duration
			for n := range 7 {
				c.waitFor("no flood", func() bool { return strings.Count(c.text(), "\n") == 22 })
				c.pass(100 * time.Millisecond)
				over = append(over, c.interrupt(fmt.Sprintf("stopped %d.", n+1))-c.wire.SRTT())
				c.typeKeys("\n")
				c.waitFor("still stopped", func() bool { return !strings.Contains(c.text(), "stopped") })
			}
			slices.Sort(over)
			t.Logf("beyond the round trip: %v", over)
			if median := over[len(over)/2]; median > 50*time.Millisecond {
				t.Errorf("Ctrl-C takes %v and a round trip", median)
			}
			c.quit()
		})
	}
}

// pass serves the network for d.
func (c *realClient) pass(d time.Duration) {
	c.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		c.turn(end)
	}
}

// interrupt types Ctrl-C and gives the time until text is on the screen.
func (c *realClient) interrupt(text string) time.Duration {
	c.t.Helper()
	typed := time.Now()
	c.typeKeys("\x03")
	c.wire.Urge(typed, 0)
	c.see(text)
	return time.Since(typed)
}
