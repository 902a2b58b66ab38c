package client

import (
	"fmt"
	"testing"
	"time"

	"gm/wire/state"
)

// TestHistoryIsAcknowledgedAtOnce measures the time between the texts of a long history: a
// round trip and what the server gathers, without the delay of acknowledgements.
func TestHistoryIsAcknowledgedAtOnce(t *testing.T) {
	w := newWholeSession(t, "rtt=100ms", state.AllExtensions&^state.ExtTerminal)
	w.waitShown(shellPrompt)
	w.Run(time.Second)
	for n := range 5000 {
		w.host.output += fmt.Sprintf("line %d\r\n", n)
	}
	w.host.output += "end"
	w.waitShown("end")
	texts, last, at := 0, w.client.history.End, w.Now
	for w.client.history.End < w.client.history.Top {
		w.Run(time.Millisecond)
		if w.client.history.End == last {
			if w.Now.Sub(at) > time.Second {
				t.Fatalf("nothing follows line %d of %d", last, w.client.history.Top)
			}
			continue
		}
		if took := w.Now.Sub(at); texts > 0 && took > 130*time.Millisecond {
			t.Errorf("the lines to %d follow those to %d after %v", w.client.history.End, last, took)
		}
		texts, last, at = texts+1, w.client.history.End, w.Now
	}
	if texts < 3 {
		t.Errorf("the history came in %d texts", texts)
	}
}

// TestLinesOfTheScreenAreNotAcknowledgedAtOnce: lines that come as they scroll are acknowledged
// with other data.
func TestLinesOfTheScreenAreNotAcknowledgedAtOnce(t *testing.T) {
	w := newWholeSession(t, "rtt=100ms", state.AllExtensions&^state.ExtTerminal)
	w.waitShown(shellPrompt)
	w.Run(time.Second)
	sent, _ := w.client.transport.Traffic()
	const lines = 100
	for n := range lines {
		w.host.output += fmt.Sprintf("line %d\r\n", n)
		w.Run(50 * time.Millisecond)
	}
	w.Run(time.Second)
	if w.client.history.End != w.client.history.Top || w.client.history.End < lines-wholeRows {
		t.Fatalf("the history is %+v", w.client.history)
	}
	if now, _ := w.client.transport.Traffic(); now.Datagrams-sent.Datagrams > lines*2/3 {
		t.Errorf("%d datagrams for %d lines", now.Datagrams-sent.Datagrams, lines)
	}
}

// TestHistoryFollowsBuild writes two thousand lines a second: the history keeps up where the
// network can carry it.
func TestHistoryFollowsBuild(t *testing.T) {
	for name, c := range map[string]struct {
		network string
		within  time.Duration // from the last line until the history is complete
	}{
		"clean":      {"rtt=100ms", 300 * time.Millisecond},
		"5% lost":    {"rtt=100ms,loss=5%", time.Second},
		"256 kbit/s": {"rtt=100ms,rate=256k", 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWholeSession(t, c.network, state.AllExtensions&^state.ExtTerminal)
			w.waitShown(shellPrompt)
			w.Run(time.Second)
			const lines = 5000
			for n := range lines {
				w.host.output += fmt.Sprintf("[%d/%d] CXX out/release/obj/%04x.o\r\n", n, lines, n*40503&0xffff)
				if n%20 == 19 {
					w.Run(10 * time.Millisecond)
				}
			}
			w.WaitFor(c.within, "lines are missing", func() bool { return w.client.history.End >= lines-wholeRows })
		})
	}
}
