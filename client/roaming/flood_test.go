package roaming

import (
	"testing"
	"time"

	"gm/client/route"
	"gm/wire/simnet"
)

// TestInterruptOnThePipe types Ctrl-C while the program writes without end, on a connection
// with a round trip of 100 ms: its effect is shown within two round trips, of which each
// contains a frame that does not become shorter by compression.
func TestInterruptOnThePipe(t *testing.T) {
	const delay = 50 * time.Millisecond
	const cols, rows, frame = 200, 50, 10_000 * 8 // bits
	for name, rate := range map[string]int64{"without a limit": 0, "1 Mbit/s": 1_000_000, "500 kbit/s": 500_000} {
		t.Run(name, func(t *testing.T) {
			testWorld(t, config{mode: route.SSH, ssh: simnet.Config{Delay: delay, Rate: rate, QueueTime: time.Minute}}, func(t *testing.T, w *world) {
				limit := 4 * delay
				if rate > 0 {
					limit += 2 * frame * time.Second / time.Duration(rate)
				}
				w.transport.SetLocal(time.Now(), w.transport.Local().WithSize(cols, rows))
				w.typeFor(time.Second)
				for range 2 {
					w.host.floods = true
					w.run(3 * time.Second)
					w.typeKeys("\x03")
					w.waitFor(limit, "Ctrl-C has no effect", func() bool { return w.shows("interrupted") })
					w.host.output = []byte("\x1b[H\x1b[J")
					w.run(time.Second)
				}
			})
		})
	}
}
