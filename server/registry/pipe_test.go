//go:build unix

package registry

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"gm/wire/control"
)

// keeping begins a session that answers with response and passes on the connections that
// it keeps.
func keeping(t *testing.T, response control.Response) (*Listener, <-chan *net.UnixConn) {
	t.Helper()
	kept := make(chan *net.UnixConn, 100)
	keeper := func(r control.Request, conn *net.UnixConn) {
		if r.Verb != control.VerbRelay {
			t.Errorf("kept after %q", r.Verb)
		}
		kept <- conn
	}
	l, err := newRegistry(t).Listen("work", func(control.Request) control.Response { return response }, keeper)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l, kept
}

func relayTo(t *testing.T, l *Listener) *net.UnixConn {
	t.Helper()
	response, conn, err := CallPipe(soon(t), l.Path(), control.Request{Verb: control.VerbRelay})
	if err != nil || conn == nil || !response.Pipe {
		t.Fatalf("%+v, %v, %v", response, conn, err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// exchangeBytes checks that bytes arrive unchanged, from the first after the response on.
func exchangeBytes(t *testing.T, from, to net.Conn) {
	t.Helper()
	const text = "\x00\x05hello\n"
	if _, err := io.WriteString(from, text); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	if _, err := io.ReadFull(to, got); err != nil || string(got) != text {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPipeOutlivesTheListener(t *testing.T) {
	l, kept := keeping(t, control.Response{Pipe: true})
	client := relayTo(t, l)
	session := <-kept
	defer session.Close()
	exchangeBytes(t, client, session)
	l.Close()
	exchangeBytes(t, session, client)
}

// The connections that are kept do not count as requests.
func TestPipesBesideRequests(t *testing.T) {
	l, kept := keeping(t, control.Response{Pipe: true})
	for range 2 * maxConnections {
		relayTo(t, l)
		defer (<-kept).Close()
	}
}

func TestNoPipe(t *testing.T) {
	for name, response := range map[string]control.Response{
		"older session": {Seat: &control.Seat{Port: 1}}, "refused": {Error: "no"},
	} {
		t.Run(name, func(t *testing.T) {
			l, kept := keeping(t, response)
			got, conn, err := CallPipe(soon(t), l.Path(), control.Request{Verb: control.VerbRelay})
			if err != nil || conn != nil || got.Error != response.Error || len(kept) != 0 {
				t.Errorf("%+v, %v, %v", got, conn, err)
			}
		})
	}
}

// A caller that does not want the pipe closes it.
func TestCallClosesThePipe(t *testing.T) {
	l, kept := keeping(t, control.Response{Pipe: true})
	if _, err := Call(soon(t), l.Path(), control.Request{Verb: control.VerbRelay}); err != nil {
		t.Fatal(err)
	}
	session := <-kept
	defer session.Close()
	if rest, err := io.ReadAll(session); len(rest) != 0 || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
}

// The end of the context ends the call, and not the pipe.
func TestPipeOutlivesTheContext(t *testing.T) {
	l, kept := keeping(t, control.Response{Pipe: true})
	ctx, cancel := context.WithCancel(t.Context())
	_, client, err := CallPipe(ctx, l.Path(), control.Request{Verb: control.VerbRelay})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	cancel()
	session := <-kept
	defer session.Close()
	exchangeBytes(t, session, client)
}

func TestPathOf(t *testing.T) {
	r := newRegistry(t)
	one, two := listen(t, r, "one"), listen(t, r, "two")
	for name, test := range map[string]struct{ id, want string }{
		"first": {one.ID(), one.Path()}, "second": {two.ID(), two.Path()}, "name": {"one", ""},
		"shorter": {strings.TrimSuffix(one.ID(), one.ID()[len(one.ID())-1:]), ""}, "empty": {"", ""}, "path": {"../" + one.ID(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := r.PathOf(test.id)
			if got != test.want || (err == nil) != (test.want != "") || err != nil && !errors.Is(err, ErrNoSession) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
