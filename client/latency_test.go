package client

import (
	"slices"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/wire/state"
)

const (
	typingPause = 120 * time.Millisecond // between two keys
	typingLine  = 40                     // keys with the return
)

// typeKeys types keys into the shell and returns how long each took to be on the server's
// screen at the client, in increasing order.
func (w *wholeSession) typeKeys(keys int) []time.Duration {
	w.t.Helper()
	var typed []time.Time
	var took []time.Duration
	watch := func(end time.Time) {
		for ; w.Now.Before(end); w.Now = deadline.Earliest(w.Next(), end) {
			w.Settle()
			remote, _ := w.client.transport.Remote()
			for n := len(took); n < len(typed); n++ {
				if remote.Screen.Cursor.X != len(shellPrompt)+(n+1)%typingLine {
					continue
				}
				for len(took) <= n {
					took = append(took, w.Now.Sub(typed[len(took)]))
				}
			}
		}
	}
	for n := range keys {
		key := "k"
		if (n+1)%typingLine == 0 {
			key = "\r"
		}
		typed = append(typed, w.Now)
		w.client.handleKeys(w.Now, []byte(key))
		watch(w.Now.Add(typingPause))
	}
	watch(w.Now.Add(10 * time.Second))
	if len(took) < keys {
		w.t.Fatalf("%d of %d keys are shown", len(took), keys)
	}
	slices.Sort(took)
	return took
}

// TestTypingThroughLoss types 2000 keys with the client's session and the server's at the
// two ends of lossy networks. Package server/session compares with the stock timings.
func TestTypingThroughLoss(t *testing.T) {
	for _, c := range []struct {
		network           string
		median, mean, p99 time.Duration // at most
	}{
		{"rtt=100ms,loss=10%", 103 * time.Millisecond, 104 * time.Millisecond, 115 * time.Millisecond},
		{"rtt=100ms,loss=29%", 105 * time.Millisecond, 112 * time.Millisecond, 220 * time.Millisecond},
		{"rtt=500ms,loss=29%", 505 * time.Millisecond, 540 * time.Millisecond, 760 * time.Millisecond},
	} {
		t.Run(c.network, func(t *testing.T) {
			t.Parallel()
			w := newWholeSession(t, c.network, state.AllExtensions&^state.ExtTerminal)
			w.waitShown(shellPrompt)
			w.client.handleKeys(w.Now, []byte("\r")) // leaves the line with the window's size
			w.Run(10 * time.Second)
			const keys = 2000
			took := w.typeKeys(keys)
			var sum time.Duration
			for _, d := range took {
				sum += d
			}
			median, mean, p99 := took[keys/2], sum/keys, took[keys*99/100]
			t.Logf("%v %v %v", median, mean.Round(time.Microsecond), p99)
			if median > c.median || mean > c.mean || p99 > c.p99 {
				t.Errorf("took %v %v %v, want at most %v %v %v", median, mean, p99, c.median, c.mean, c.p99)
			}
		})
	}
}
