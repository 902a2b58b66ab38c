package forward

import (
	"errors"
	"testing"

	"gm/wire/stream"
)

// open opens a stream of a side whose Mux does not run, and returns it.
func (s *side) open(kind uint64, t []byte) (opened *stream.Stream) {
	s.in(func() { opened = s.streams.Open(kind, t) })
	return opened
}

// expectCode waits until the peer has reset a stream with a code and a text.
func (s *side) expectCode(t *testing.T, of *stream.Stream, code uint64, text string) {
	t.Helper()
	var reset *stream.ResetError
	s.until(t, "reset", func() bool {
		_, _, err := of.Next()
		return errors.As(err, &reset)
	})
	if reset.Code != code || text != "" && reset.Text != text {
		t.Errorf("reset with %d, %q, want %d, %q", reset.Code, reset.Text, code, text)
	}
}

func TestServerRefuses(t *testing.T) {
	none := Policy{NoConnect: true, NoListen: true, NoUnixConnect: true, NoUnixListen: true, NoAgent: true, NoX11: true}
	some := Policy{PermitOpen: Permits{"h:1"}}
	const connect, listen = KindConnect, KindListen
	for _, test := range []struct {
		name   string
		policy Policy
		kind   uint64
		target []byte
		code   uint64
		text   string
	}{
		{"a forbidden connection", none, connect, target("tcp", "h", "1", ""), 1, textProhibited},
		{"another target than PermitOpen's", some, connect, target("tcp", "h", "2", ""), 1, textProhibited},
		{"a forbidden Unix socket", none, connect, target("unix", "/s"), 1, textProhibited},
		{"a forbidden listener", none, listen, target("tcp", "", "0"), 1, textProhibited},
		{"a forbidden listening Unix socket", none, listen, target("unix", "/s", "177", ""), 1, textProhibited},
		{"a forbidden agent", none, listen, target("agent"), 1, textProhibited},
		{"a forbidden display", none, listen, target("x11"), 1, textProhibited},
		{"an agent without a path", Policy{}, listen, target("agent"), 2, ""},
		{"a display without a hook", Policy{}, listen, target("x11", "0"), 2, ""},
		{"an unknown kind", Policy{}, 99, nil, 3, textUnknownKind},
		{"accepted by the client", Policy{}, KindAccepted, target("0", ""), 3, textUnknownKind},
		{"no target", Policy{}, connect, nil, 2, textBadTarget},
		{"an unknown network", Policy{}, connect, target("udp", "h", "1", ""), 2, textBadTarget},
		{"few fields", Policy{}, connect, target("tcp", "h"), 2, textBadTarget},
		{"many fields", Policy{}, connect, target("tcp", "h", "1", "", ""), 2, textBadTarget},
		{"port 0", Policy{}, connect, target("tcp", "h", "0", ""), 2, textBadTarget},
		{"a port that is too large", Policy{}, connect, target("tcp", "h", "65536", ""), 2, textBadTarget},
		{"a port that is no number", Policy{}, connect, target("tcp", "h", "http", ""), 2, textBadTarget},
		{"no path", Policy{}, connect, target("unix", ""), 2, textBadTarget},
		{"no listener", Policy{}, listen, nil, 2, "malformed target"},
		{"a listener on a large port", Policy{}, listen, target("tcp", "", "65536"), 2, "malformed target"},
		{"a listener without a port", Policy{}, listen, target("tcp", ""), 2, "malformed target"},
		{"a bad mask", Policy{}, listen, target("unix", "/s", "999", ""), 2, "malformed target"},
		{"a large mask", Policy{}, listen, target("unix", "/s", "1777", ""), 2, "malformed target"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, Config{}, Config{Policy: test.policy})
			r.client.expectCode(t, r.client.open(test.kind, test.target), test.code, test.text)
		})
	}
}

func TestRefusalReachesTheUser(t *testing.T) {
	r := newRig(t, Config{}, Config{Policy: Policy{NoConnect: true}})
	expectReset(t, r.local(Address{Host: "127.0.0.1", Port: 1}))
	want := "channel 0: open failed: administratively prohibited: open failed"
	if text := await(t, "message", r.client.logged); text != want {
		t.Errorf("logged %q, want %q", text, want)
	}
}

// TestHookAcceptsOtherKinds has streams for the rest of the program.
func TestHookAcceptsOtherKinds(t *testing.T) {
	accepted := make(chan uint64, 2)
	r := newRig(t, Config{}, Config{Accept: func(s *stream.Stream) bool {
		accepted <- s.Kind
		return s.Kind == KindProgram
	}})
	kept := r.client.open(KindProgram, nil)
	r.client.expectCode(t, r.client.open(99, nil), CodeUnknownKind, textUnknownKind)
	if first := await(t, "stream", accepted); first != KindProgram {
		t.Errorf("kind %d", first)
	}
	if _, _, err := kept.Next(); err != nil {
		t.Errorf("the stream that was accepted: %v", err)
	}
}

func TestClientSurvivesABadServer(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer string
		end    bool
	}{
		{"no number", "x\n", false},
		{"a long line", string(make([]byte, 2*maxLine)), false},
		{"an end", "", true},
		{"an end after the port", "80\n", true},
	} {
		t.Run("answer to a listener: "+test.name, func(t *testing.T) {
			r := newRig(t, Config{}, Config{})
			r.server.in(func() { r.server.bare = true })
			var f *Forward
			r.client.in(func() { f, _ = r.client.mux.RequestRemote(Spec{Kind: Remote}) })
			r.server.until(t, "stream", func() bool {
				s := r.server.streams.Accept()
				if s != nil {
					s.Write([]byte(test.answer))
				}
				if s != nil && test.end {
					s.CloseWrite()
				}
				return s != nil
			})
			r.client.until(t, "end", func() bool { return f.State == Failed || test.name == "no number" && f.State == Listening })
		})
	}
	t.Run("confirmation", func(t *testing.T) {
		r := newRig(t, Config{}, Config{})
		r.server.in(func() { r.server.bare = true })
		r.server.do <- func() {}
		conn := r.dial("tcp", r.local(Address{Host: "h", Port: 1}))
		r.server.until(t, "stream", func() bool {
			s := r.server.streams.Accept()
			if s != nil {
				s.Write([]byte{7})
			}
			return s != nil
		})
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("a connection without a confirmation")
		}
	})
	for _, id := range []string{"", "x", "-1", "0", "18446744073709551616"} {
		t.Run("accepted by listener "+id, func(t *testing.T) {
			r := newRig(t, Config{}, Config{})
			r.server.expectCode(t, r.server.open(KindAccepted, target(id, "")), CodeCancelled, "")
		})
	}
	t.Run("a stream to connect", func(t *testing.T) {
		r := newRig(t, Config{}, Config{})
		r.server.expectCode(t, r.server.open(KindConnect, target("tcp", "127.0.0.1", "1", "")), CodeUnknownKind, textUnknownKind)
	})
}
