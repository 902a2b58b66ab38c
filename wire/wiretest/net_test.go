package wiretest

import (
	"testing"
	"time"

	"gm/wire/datagram"
	"gm/wire/simnet"
)

// pinger sends a datagram every second, or one for each that it receives.
type pinger struct {
	every    time.Duration
	next     time.Time
	answers  int // to be sent
	received []time.Time
}

func (p *pinger) Receive(now time.Time, data []byte) {
	p.received = append(p.received, now)
	if p.every == 0 {
		p.answers++
	}
}

func (p *pinger) Tick(now time.Time, send func([]byte)) {
	for ; p.answers > 0; p.answers-- {
		send([]byte("answer"))
	}
	if p.every > 0 && !now.Before(p.next) {
		p.next = now.Add(p.every)
		send([]byte("question"))
	}
}

func (p *pinger) Deadline(time.Time) time.Time { return p.next }

var start = time.Unix(1_000_000_000, 0)

func newPing(t *testing.T, link simnet.Config) (n *Net, client, server *pinger) {
	client, server = &pinger{every: time.Second, next: start}, &pinger{}
	n = NewNet(t, start, link, 1)
	n.Client, n.Server = client, server
	return n, client, server
}

func TestNetRun(t *testing.T) {
	for name, delay := range map[string]time.Duration{"at once": 0, "delayed": 30 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			n, client, server := newPing(t, simnet.Config{Delay: delay})
			n.Run(2500 * time.Millisecond)
			if want := start.Add(2500 * time.Millisecond); n.Now != want {
				t.Errorf("the time is %v, want %v", n.Now, want)
			}
			if len(client.received) != 3 || len(server.received) != 3 {
				t.Fatalf("received %v and %v", client.received, server.received)
			}
			if got, want := client.received[1], start.Add(time.Second+2*delay); got != want {
				t.Errorf("the second answer came at %v, want %v", got, want)
			}
		})
	}
}

func TestNetWaitFor(t *testing.T) {
	n, client, _ := newPing(t, simnet.Config{Delay: 30 * time.Millisecond})
	n.WaitFor(time.Minute, "no second answer", func() bool { return len(client.received) == 2 })
	if want := start.Add(1060 * time.Millisecond); n.Now != want {
		t.Errorf("the second answer came at %v, want %v", n.Now, want)
	}
}

func TestNetTapAndMTU(t *testing.T) {
	n, client, server := newPing(t, simnet.Config{})
	n.MTU = len("answer")
	sent := map[datagram.Direction]int{}
	n.Tap = func(d datagram.Direction, _ []byte) { sent[d]++ }
	n.Run(time.Second / 2)
	if sent[datagram.ToServer] != 1 || sent[datagram.ToClient] != 0 || len(client.received)+len(server.received) != 0 {
		t.Errorf("sent %v; a datagram longer than the MTU arrived", sent)
	}
	n.MTU = len("question")
	n.Run(time.Second)
	if len(client.received) != 1 || sent[datagram.ToClient] != 1 {
		t.Errorf("sent %v, received %v", sent, client.received)
	}
}

// TestNetWithoutServer holds that datagrams to an absent end are lost.
func TestNetWithoutServer(t *testing.T) {
	n, client, server := newPing(t, simnet.Config{})
	n.Server = nil
	n.Run(1500 * time.Millisecond)
	n.Server = server
	n.Run(time.Second)
	if len(client.received) != 1 || len(server.received) != 1 {
		t.Errorf("received %v and %v, want one each", client.received, server.received)
	}
}

// late has a deadline that its Tick does not meet.
type late struct{ calls int }

func (l *late) Receive(time.Time, []byte)        {}
func (l *late) Tick(time.Time, func([]byte))     { l.calls++ }
func (l *late) Deadline(now time.Time) time.Time { return start }

func TestNetMovesOnWithALateEnd(t *testing.T) {
	n, end := NewNet(t, start, simnet.Config{}, 1), &late{}
	n.Client = end
	n.Run(10 * time.Millisecond)
	if end.calls != 11 {
		t.Errorf("%d calls in 10 ms, want one each ms", end.calls)
	}
}

func TestSetClock(t *testing.T) {
	now := time.Now()
	for _, by := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		set := SetClock(now, by)
		if set.Sub(now) != 0 || set.Round(0).Sub(now.Round(0)) != by {
			t.Errorf("set by %v: %v passed, the wall clock moved by %v", by, set.Sub(now), set.Round(0).Sub(now.Round(0)))
		}
	}
}
