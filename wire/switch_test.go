package wire_test

import (
	"testing"
	"time"

	"gm/wire/simnet"
)

// TestTypingThroughASwitch types through two changes of the path, and is answered all the
// time.
func TestTypingThroughASwitch(t *testing.T) {
	far := simnet.Config{Delay: 250 * time.Millisecond}
	w := newPathSession(t, far, far)
	w.Run(3 * time.Second)
	echo := func(d time.Duration) {
		for end := w.Now.Add(d); w.Now.Before(end); w.Run(120 * time.Millisecond) {
			w.typeKeys("k")
			w.server.SetLocal(w.Now, page(w.typed.String()))
			got, _ := w.client.Remote()
			if lag := w.client.Local().end() - len(got); lag > 12 {
				t.Fatalf("%v: %d keys without echo; typed %d", w.Now.Sub(epoch), lag, w.typed.Len())
			}
		}
	}
	echo(5 * time.Second)
	w.client.SetRoute(w.Now, pipeAtClient)
	echo(20 * time.Second)
	w.client.SetRoute(w.Now, udpAtClient)
	echo(5 * time.Second)
}
