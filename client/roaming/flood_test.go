package roaming

import (
	"testing"
	"time"

	"gm/client/route"
	"gm/wire/simnet"
)

// TestInterruptOnThePipe types Ctrl-C while the program writes without end, on a connection
// with a round trip of 100 ms: its effect is shown within two round trips.
func TestInterruptOnThePipe(t *testing.T) {
	const delay = 50 * time.Millisecond
	for name, rate := range map[string]int64{"without a limit": 0, "1 Mbit/s": 1_000_000, "256 kbit/s": 256_000} {
		t.Run(name, func(t *testing.T) {
			testWorld(t, config{mode: route.SSH, ssh: simnet.Config{Delay: delay, Rate: rate, QueueTime: time.Minute}}, func(t *testing.T, w *world) {
				w.typeFor(time.Second)
				for range 2 {
					w.host.floods = true
					w.run(3 * time.Second)
					began := time.Now()
					w.typeKeys("\x03")
					w.waitFor(4*delay, "Ctrl-C has no effect", func() bool { return w.shows("^C") })
					t.Logf("after %v", time.Since(began))
					w.host.output = []byte("\x1b[H\x1b[J")
					w.run(time.Second)
				}
			})
		})
	}
}
