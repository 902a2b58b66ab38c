package wire_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
)

// page is an object of which the newest value alone counts. Its diff names the
// value that it applies to.
type page string

func (p page) Equal(o page) bool { return p == o }

func (p page) AppendDiff(dst []byte, from page) []byte {
	return fmt.Appendf(dst, "%d>%s", len(from), p)
}

func (p page) Apply(diff []byte) (page, error) {
	if len(diff) == 0 {
		return p, nil
	}
	size, text, ok := bytes.Cut(diff, []byte(">"))
	if !ok || string(size) != fmt.Sprint(len(p)) {
		return p, fmt.Errorf("diff from %s bytes applied to %d", size, len(p))
	}
	return page(text), nil
}

func (p page) Subtract(page) page { return p }
func (p page) MemSize(page) int   { return len(p) }

func (p page) Partway(page) (page, bool) { return "", false }

// stream is an object that only grows, and nothing of it may be lost.
type stream struct {
	gone int
	rest string
}

func (s stream) end() int            { return s.gone + len(s.rest) }
func (s stream) Equal(o stream) bool { return s.end() == o.end() }

func (s stream) AppendDiff(dst []byte, from stream) []byte {
	return append(dst, s.since(from)...)
}

func (s stream) since(from stream) string { return s.rest[from.end()-s.gone:] }

func (s stream) Apply(diff []byte) (stream, error) { return s.with(string(diff)), nil }

func (s stream) Subtract(prefix stream) stream {
	n := prefix.end() - s.gone
	return stream{s.gone + n, s.rest[n:]}
}

func (s stream) MemSize(stream) int { return len(s.rest) }

// Partway returns the first half of what s has after from.
func (s stream) Partway(from stream) (stream, bool) {
	n := len(s.since(from)) / 2
	return stream{s.gone, s.rest[:len(s.rest)-n]}, n > 0
}

func (s stream) with(text string) stream { return stream{s.gone, s.rest + text} }

var epoch = time.Unix(1_000_000_000, 0)

// world is a client and a server with a network in between, and the time.
type world struct {
	t        *testing.T
	now      time.Time
	client   *wire.Transport[stream, page]
	server   *wire.Transport[page, stream]
	up, down *simnet.Link

	refusing func(stream) bool // what the server does not take for now; nil for nothing
	refused  int

	seen  stream // what the server has looked at of the client's stream
	typed strings.Builder
	heard bool // the server has heard of the client

	clientLeft, serverLeft bool // they hear and send no more
	echo                   bool // the server shows what is typed

	recording        bool
	toServer, toUser [][]byte // all datagrams while recording
}

func newWorld(t *testing.T, cfg simnet.Config, seed uint64) *world {
	t.Helper()
	key, err := datagram.ParseKey("4NeCCCvZFe2RnPgrcc1Qww")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, now: epoch, up: simnet.NewLink(cfg, seed, epoch), down: simnet.NewLink(cfg, seed+1, epoch)}
	w.client, err = wire.New(wire.Config[stream, page]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	w.server, err = wire.New(wire.Config[page, stream]{
		Key: key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4,
		Accept: func(s stream) bool {
			if w.refusing == nil || !w.refusing(s) {
				return true
			}
			w.refused++
			return false
		},
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// step delivers what has arrived, lets both ends send, and moves to the next
// event, but not past until.
func (w *world) step(until time.Time) {
	w.t.Helper()
	w.deliver()
	w.tick()
	next := until
	for _, at := range []time.Time{w.up.Deadline(), w.down.Deadline(), w.clientDeadline(), w.serverDeadline()} {
		if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	if next.After(w.now) {
		w.now = next
	}
}

func (w *world) clientDeadline() time.Time {
	if w.clientLeft {
		return time.Time{}
	}
	return w.client.Deadline(w.now)
}

func (w *world) serverDeadline() time.Time {
	if !w.heard || w.serverLeft {
		return time.Time{}
	}
	return w.server.Deadline(w.now)
}

func (w *world) deliver() {
	w.t.Helper()
	for d := w.up.Receive(w.now); d != nil; d = w.up.Receive(w.now) {
		w.serve(d)
	}
	for d := w.down.Receive(w.now); d != nil; d = w.down.Receive(w.now) {
		if w.clientLeft {
			continue
		}
		if _, err := w.client.Receive(w.now, d, false); err != nil && !benign(err) {
			w.t.Fatalf("client: %v", err)
		}
	}
}

// serve is what a server does with a datagram: it takes what was typed.
func (w *world) serve(d []byte) {
	w.t.Helper()
	if w.serverLeft {
		return
	}
	got, err := w.server.Receive(w.now, d, false)
	if err != nil && !benign(err) && w.refusing == nil {
		w.t.Fatalf("server: %v", err)
	}
	w.heard = w.heard || got.Newest
	if got.State {
		w.look()
	}
}

// look is what a server does with a new state.
func (w *world) look() {
	now, _ := w.server.Remote()
	w.typed.WriteString(now.since(w.seen))
	w.seen = now
	if w.echo {
		w.show(w.typed.String())
	}
}

// benign says that the network may cause the error.
func benign(err error) bool {
	return strings.Contains(err.Error(), "a state that is not held")
}

func (w *world) tick() {
	w.t.Helper()
	if !w.clientLeft {
		w.tickClient()
	}
	if w.heard && !w.serverLeft {
		w.tickServer()
	}
}

func (w *world) tickClient() {
	w.t.Helper()
	err := w.client.Tick(w.now, func(d []byte) {
		if w.recording {
			w.toServer = append(w.toServer, bytes.Clone(d))
		}
		w.up.Send(w.now, d)
	})
	if err != nil {
		w.t.Fatalf("client: %v", err)
	}
}

func (w *world) tickServer() {
	w.t.Helper()
	err := w.server.Tick(w.now, func(d []byte) {
		if w.recording {
			w.toUser = append(w.toUser, bytes.Clone(d))
		}
		w.down.Send(w.now, d)
	})
	if err != nil {
		w.t.Fatalf("server: %v", err)
	}
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for end := w.now.Add(d); w.now.Before(end); {
		w.step(end)
	}
	w.deliver()
	w.tick()
}

func (w *world) typeKeys(s string) { w.client.SetLocal(w.now, w.client.Local().with(s)) }
func (w *world) show(s string)     { w.server.SetLocal(w.now, page(s)) }

// wantSame checks that each end has what the other end has.
func (w *world) wantSame(typed, shown string) {
	w.t.Helper()
	if got := w.typed.String(); got != typed {
		w.t.Errorf("the server was typed %d bytes, want %d; %.60q, want %.60q", len(got), len(typed), got, typed)
	}
	if got, _ := w.client.Remote(); string(got) != shown {
		w.t.Errorf("the client shows %.60q, want %.60q", got, shown)
	}
}
