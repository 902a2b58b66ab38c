package wire_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"gm/wire/simnet"
)

// incompressible returns n bytes of random text.
func incompressible(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// TestLargeStateGoesInParts sends a state that is larger than an instruction may
// be, with and without loss.
func TestLargeStateGoesInParts(t *testing.T) {
	for _, loss := range []float64{0, 0.02} {
		w := newSession(t, simnet.Config{Delay: 20 * time.Millisecond, Loss: loss}, 1)
		w.typeKeys("small")
		w.Run(time.Second)
		want := "small" + incompressible(5<<20)
		w.typeKeys(want[len("small"):])
		for limit := w.Now.Add(10 * time.Minute); w.typed.Len() < len(want); {
			if w.Now.After(limit) {
				t.Fatalf("loss %v: %d of %d bytes after 10 minutes", loss, w.typed.Len(), len(want))
			}
			w.Run(time.Second)
		}
		w.wantSame(want, "")
	}
}

// TestRateIsBounded sends large states without pause over a link that could carry
// more than maxRate. A key between them must not wait for the rate.
func TestRateIsBounded(t *testing.T) {
	const seconds, most = 20, 1.2 * (1 << 20)
	w := newSession(t, simnet.Config{Delay: 5 * time.Millisecond}, 1)
	w.typeKeys("begin")
	w.Run(2 * time.Second)
	text := incompressible(1 << 20)
	sent, _ := w.server.Traffic()
	before := sent.Bytes
	for i := range seconds * 100 {
		n := i * 7919 % (len(text) / 2)
		w.show(text[n : n+100_000])
		w.Run(10 * time.Millisecond)
	}
	sent, _ = w.server.Traffic()
	if rate := float64(sent.Bytes-before) / seconds; rate > most || rate < most/2 {
		t.Errorf("%.0f bytes a second, want at most %.0f and not much less", rate, most)
	}
}

// TestRefusedStateComesAgain refuses states for a while. They count as lost and
// arrive later with all additions; the other direction is not affected.
func TestRefusedStateComesAgain(t *testing.T) {
	w := newSession(t, simnet.Config{Delay: 20 * time.Millisecond}, 1)
	w.typeKeys("before ")
	w.Run(time.Second)
	w.refusing = func(s stream) bool { return s.end() > len("before ") }
	acked, _ := w.client.Acked()
	w.typeKeys("refused ")
	w.Run(2 * time.Second)
	w.typeKeys("more")
	w.show("shown")
	w.Run(2 * time.Second)
	if again, _ := w.client.Acked(); again != acked || w.refused < 2 || w.typed.String() != "before " {
		t.Errorf("refused %d times, acknowledged %d and then %d, got %q", w.refused, acked, again, w.typed.String())
	}
	if page, _ := w.client.Remote(); page != "shown" {
		t.Errorf("the client sees %q", page)
	}
	w.refusing = nil
	w.Run(2 * time.Second)
	w.wantSame("before refused more", "shown")
}
