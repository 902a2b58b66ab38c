package forward

import (
	"errors"
	"strings"
	"syscall"
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

func TestBadAnswersToAListener(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer string
		end    bool
		state  State
	}{
		{"no number", "x\n", false, Listening}, // X11 has other answers
		{"a long line", string(make([]byte, 2*maxLine)), false, Failed},
		{"an end", "", true, Failed},
		{"an end after the port", "80\n", true, Failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, Config{}, Config{})
			r.server.in(func() { r.server.bare = true })
			var f *Forward
			r.client.in(func() { f, _ = r.client.mux.RequestRemote(Spec{Kind: Remote}) })
			r.answer(test.answer, test.end)
			r.client.until(t, "state", func() bool { return f.State == test.state })
		})
	}
}

// answer makes the server write bytes to the next stream of the client instead of serving it.
func (r *rig) answer(text string, end bool) {
	r.Helper()
	r.server.until(r.T, "stream", func() bool {
		s := r.server.streams.Accept()
		if s == nil {
			return false
		}
		s.Write([]byte(text))
		if end {
			s.CloseWrite()
		}
		return true
	})
}

func TestBadConfirmation(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	r.server.in(func() { r.server.bare = true })
	conn := r.dial("tcp", r.local(Address{Host: "h", Port: 1}))
	r.answer("\x07", false)
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v, want a reset", err)
	}
}

func TestClientResetsBadStreams(t *testing.T) {
	for _, id := range []string{"", "x", "-1", "0", "18446744073709551616"} {
		t.Run("accepted by listener "+id, func(t *testing.T) {
			r := newRig(t, Config{}, Config{})
			r.server.expectCode(t, r.server.open(KindAccepted, target(id, "")), CodeCancelled, "")
		})
	}
	t.Run("to connect", func(t *testing.T) {
		r := newRig(t, Config{}, Config{})
		r.server.expectCode(t, r.server.open(KindConnect, target("tcp", "127.0.0.1", "1", "")), CodeUnknownKind, textUnknownKind)
	})
}

func TestListenerIsConfirmedOnce(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	r.client.in(func() { r.client.bare = true })
	s := r.client.open(KindListen, target("tcp", "127.0.0.1", "0"))
	line := func() string {
		data, _, _ := s.Next()
		return string(data)
	}
	r.client.until(t, "answer", func() bool { return line() != "" })
	for range 3 {
		r.server.in(func() {}) // a turn of its loop
	}
	other := r.client.open(99, nil) // its answer comes after what the turns have written
	r.client.expectCode(t, other, CodeUnknownKind, "")
	r.client.in(func() {
		if port, ok := parsePort(strings.TrimSuffix(line(), "\n"), 1); !ok || port == 0 {
			t.Errorf("answer %q", line())
		}
	})
}
