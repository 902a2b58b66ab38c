package forward

import (
	"context"
	"errors"
	"net"
	"testing"

	"gm/wire/stream"
)

// TestReadOnlyPeerBeginsNothing has a client that may only see the screen ask for everything.
func TestReadOnlyPeerBeginsNothing(t *testing.T) {
	done := func(what string) error {
		t.Errorf("%s is served", what)
		return errors.New("no")
	}
	r := newRig(t, Config{}, Config{
		ReadOnly:    true,
		ListenAgent: func() (net.Listener, error) { return nil, done("the agent") },
		ListenX11:   func([]string) ([]net.Listener, string, error) { return nil, "", done("a display") },
		Exec:        func(string, bool) (ExecProgram, error) { return ExecProgram{}, done("a program") },
		Accept:      func(*stream.Stream) bool { return done("another kind") == nil },
		Listen:      func(string, string) (net.Listener, error) { return nil, done("a port") },
		Dial:        func(context.Context, string, string) (net.Conn, error) { return nil, done("a connection") },
	})
	var all []*stream.Stream
	r.client.in(func() {
		for kind, to := range map[uint64][]byte{
			KindConnect: target(kindTCP, "127.0.0.1", "22"), KindListen: target(kindTCP, "", "127.0.0.1", "0"), KindAccepted: nil,
			KindProgram: nil, KindErrors: nil, 6: nil, KindExec: target("echo"), 8: nil, 99: nil,
		} {
			s := r.client.streams.Open(kind, to)
			s.Write([]byte("something"))
			all = append(all, s)
		}
		all = append(all, r.client.streams.Open(KindListen, target(kindAgent)), r.client.streams.Open(KindListen, target(kindX11)))
	})
	for _, s := range all {
		r.client.until(t, "refusal", func() bool {
			_, _, err := s.Next()
			var reset *stream.ResetError
			return errors.As(err, &reset) && reset.ByPeer && reset.Code == CodeProhibited
		})
	}
	r.server.until(t, "end of all", func() bool { return r.server.streams.Len() == 0 && len(r.server.mux.relays) == 0 })
}
