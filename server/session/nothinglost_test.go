package session

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/simnet"
)

// TestNothingLost types 10,000 numbered lines over a network that loses 30%,
// doubles and reorders, from another address every 5 s. The program gets each
// line once and in order, and the client ends up with the screen that the
// program draws without a network.
func TestNothingLost(t *testing.T) {
	const lines, paste, pause, roam = 10_000, 10, 12 * time.Millisecond, 5 * time.Second
	r := newRig(t, Timeouts{}, simnet.Config{
		Delay: 40 * time.Millisecond, Jitter: 20 * time.Millisecond, Loss: 0.3, Duplicate: 0.1, Reorder: 0.2,
	})
	r.host.echo = true
	r.resize(80, 24)
	r.Run(2 * time.Second)
	var typed strings.Builder
	places := 0
	for i := range lines {
		if at := int(time.Duration(i) * pause / roam); at > places {
			places = at
			r.from = netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, 113, byte(at)}), uint16(40000+at))
		}
		line := fmt.Sprintf("line %d of %d\r\n", i, lines)
		typed.WriteString(line)
		r.client.SetLocal(r.Now, r.client.Local().WithKeys([]byte(line)))
		if i%paste == 0 {
			r.client.Expedite(r.Now, 0)
			r.Run(paste * pause)
		}
	}
	r.Run(20 * time.Second)
	if got := string(r.host.typed); got != typed.String() {
		t.Errorf("of %d bytes the program got %d; the first wrong one is at %d", typed.Len(), len(got), firstDifference(got, typed.String()))
	}
	alone := vt.NewTerminal(80, 24, vt.Options{})
	alone.Write([]byte(typed.String()))
	if shown, _ := r.client.Remote(); !shown.Screen.EqualIn(alone.Snapshot(), vt.Full()) {
		t.Errorf("the client sees\n%s\nwant\n%s", r.shown(), alone.Snapshot().Text())
	}
	if len(r.host.clients) < places {
		t.Errorf("of %d moves %d were seen", places, len(r.host.clients))
	}
}

func firstDifference(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
