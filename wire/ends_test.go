package wire_test

import (
	"testing"
	"time"

	"gm/wire/simnet"
)

// TestEndsOnLossyLinks ends 1000 sessions on links with 30% loss, from either side
// and from both at once. Both sides must learn of the end and leave.
func TestEndsOnLossyLinks(t *testing.T) {
	links := []simnet.Config{
		{Delay: 5 * time.Millisecond, Loss: 0.3},
		{Delay: 50 * time.Millisecond, Loss: 0.3, Jitter: 20 * time.Millisecond, Reorder: 0.2},
		{Delay: 250 * time.Millisecond, Loss: 0.3},
	}
	for who, ends := range map[string]func(w *session){
		"client": func(w *session) { w.client.Shutdown(w.Now) },
		"server": func(w *session) { w.server.Shutdown(w.Now) },
		"both":   func(w *session) { w.client.Shutdown(w.Now); w.server.Shutdown(w.Now) },
	} {
		t.Run(who, func(t *testing.T) {
			var stays time.Duration
			for seed := range uint64(1000) {
				w := newSession(t, links[seed%3], 1000+seed)
				w.typeKeys("typed")
				for w.typed.Len() == 0 || w.client.Heard().IsZero() {
					w.Run(100 * time.Millisecond)
				}
				w.show("the last words")
				ends(w)
				stays = max(stays, w.part())
				if page, _ := w.client.Remote(); who == "server" && page != "the last words" {
					t.Errorf("seed %d: the client sees %q", seed, page)
				}
			}
			t.Logf("the longest stay was %v", stays)
		})
	}
}

// part lets each end leave as soon as it may, and returns how long the last one
// stayed.
func (w *session) part() time.Duration {
	w.t.Helper()
	for began := w.Now; ; w.Run(5 * time.Millisecond) {
		if w.Client != nil && w.client.TimedOut(w.Now) || w.Server != nil && w.server.TimedOut(w.Now) {
			w.t.Errorf("after %v an end is not clean: client closed %v, server %v", w.Now.Sub(began), w.client.Closed(), w.server.Closed())
			return w.Now.Sub(began)
		}
		if w.client.Closed() && !w.client.LingerUntil().After(w.Now) {
			w.Client = nil
		}
		if w.server.Closed() && !w.server.LingerUntil().After(w.Now) {
			w.Server = nil
		}
		if w.Client == nil && w.Server == nil {
			return w.Now.Sub(began)
		}
	}
}
