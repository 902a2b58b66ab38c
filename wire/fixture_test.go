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
	"gm/wire/wiretest"
)

// page is an object of which only the newest value counts. Its diff has the length
// of the value that it applies to.
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

// stream is an object that only grows and of which nothing may be lost.
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

// Partway returns s without the second half of its addition to from.
func (s stream) Partway(from stream) (stream, bool) {
	n := len(s.since(from)) / 2
	return stream{s.gone, s.rest[:len(s.rest)-n]}, n > 0
}

func (s stream) with(text string) stream { return stream{s.gone, s.rest + text} }

var epoch = time.Unix(1_000_000_000, 0)

// session is a client and a server over a network, in virtual time. Its client
// types and its server shows pages.
type session struct {
	*wiretest.Net
	t      *testing.T
	client *wire.Transport[stream, page]
	server *wire.Transport[page, stream]

	refusing func(stream) bool // reports whether the server refuses a state; nil if it refuses none
	refused  int

	seen  stream // the client's stream that typed has
	typed strings.Builder
	echo  bool // the server shows the text typed

	recording        bool
	toServer, toUser [][]byte // all datagrams sent while recording
}

func newSession(t *testing.T, cfg simnet.Config, seed uint64) *session {
	t.Helper()
	key, err := datagram.ParseKey("4NeCCCvZFe2RnPgrcc1Qww")
	if err != nil {
		t.Fatal(err)
	}
	w := &session{t: t, Net: wiretest.NewNet(t, epoch, cfg, seed)}
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
	w.Client, w.Server, w.Tap = (*clientEnd)(w), (*serverEnd)(w), w.record
	return w
}

// clientEnd is the client of a session as an end of its network.
type clientEnd session

func (w *clientEnd) Receive(now time.Time, data []byte) {
	if _, err := w.client.Receive(now, data, datagram.Path{}, false); err != nil && !benign(err) {
		w.t.Fatalf("client: %v", err)
	}
}

func (w *clientEnd) Tick(now time.Time, send func([]byte)) {
	if err := w.client.Tick(now, wiretest.OnePath(send)); err != nil {
		w.t.Fatalf("client: %v", err)
	}
}

func (w *clientEnd) Deadline(now time.Time) time.Time { return w.client.Deadline(now) }

// serverEnd is the server of a session as an end of its network. It sends nothing
// before it has heard of the client.
type serverEnd session

func (w *serverEnd) Receive(now time.Time, data []byte) {
	got, err := w.server.Receive(now, data, datagram.Path{}, false)
	if err != nil && !benign(err) && w.refusing == nil {
		w.t.Fatalf("server: %v", err)
	}
	if got.State {
		(*session)(w).readTyped()
	}
}

func (w *serverEnd) Tick(now time.Time, send func([]byte)) {
	if w.server.Heard().IsZero() {
		return
	}
	if err := w.server.Tick(now, wiretest.OnePath(send)); err != nil {
		w.t.Fatalf("server: %v", err)
	}
}

func (w *serverEnd) Deadline(now time.Time) time.Time {
	if w.server.Heard().IsZero() {
		return time.Time{}
	}
	return w.server.Deadline(now)
}

// readTyped adds new text of the client's stream to typed.
func (w *session) readTyped() {
	now, _ := w.server.Remote()
	w.typed.WriteString(now.since(w.seen))
	w.seen = now
	if w.echo {
		w.show(w.typed.String())
	}
}

// benign reports whether the network may cause err.
func benign(err error) bool {
	return strings.Contains(err.Error(), "a state that is not held")
}

func (w *session) record(d datagram.Direction, data []byte) {
	switch {
	case !w.recording:
	case d == datagram.ToServer:
		w.toServer = append(w.toServer, bytes.Clone(data))
	default:
		w.toUser = append(w.toUser, bytes.Clone(data))
	}
}

func (w *session) typeKeys(s string) { w.client.SetLocal(w.Now, w.client.Local().with(s)) }
func (w *session) show(s string)     { w.server.SetLocal(w.Now, page(s)) }

// wantSame checks that each end has the state of the other.
func (w *session) wantSame(typed, shown string) {
	w.t.Helper()
	if got := w.typed.String(); got != typed {
		w.t.Errorf("the server was typed %d bytes, want %d; %.60q, want %.60q", len(got), len(typed), got, typed)
	}
	if got, _ := w.client.Remote(); string(got) != shown {
		w.t.Errorf("the client shows %.60q, want %.60q", got, shown)
	}
}
