package probe

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gm/internal/hint"
	"gm/wire/pipe"
	"gm/wire/probe"
)

// fakeChannel is a channel on which a host has sent some bytes.
type fakeChannel struct {
	io.Reader
	closed chan struct{}
}

func (c fakeChannel) Write(b []byte) (int, error) { return len(b), nil }

func (c fakeChannel) Close() error {
	close(c.closed)
	return nil
}

// blocked reads nothing until the channel is closed.
type blocked struct{ closed chan struct{} }

func (b blocked) Read([]byte) (int, error) {
	<-b.closed
	return 0, io.EOF
}

func frame(t *testing.T, m probe.Message) string {
	t.Helper()
	b, err := pipe.AppendFrame(nil, m.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestStrangeHosts has at the other end of the channel what is no test of UDP.
func TestStrangeHosts(t *testing.T) {
	hello := probe.Hello{Version: probe.Version, Port: 1}
	newer := hello
	newer.Version++
	for name, c := range map[string]struct{ said, want, hint string }{
		"nothing":              {"", "the host's program does not test UDP", olderHint},
		"an older gm":          {"gm: unknown shorthand flag\n", "the host's program does not test UDP: gm: unknown shorthand flag", olderHint},
		"text for terminals":   {"a\x1b]0;b\x07\n", "the host's program does not test UDP: a?]0;b?", olderHint},
		"an error":             {"Welcome\nGM ERROR UDP port 443 is in use\nGM HINT take another\n", "UDP port 443 is in use", "take another"},
		"endless text":         {strings.Repeat("x", 3*maxLine*maxLines), "the host sends text in place of the test", ""},
		"a greeting alone":     {"hello\nGM PROBE\n", "the host's program has ended", ""},
		"no frame":             {"GM PROBE\n\x00\x00", "the host's program has ended: bad length of a datagram: 0 bytes", ""},
		"no message":           {"GM PROBE\n\x00\x01\xff", "the host's program has ended: malformed message", ""},
		"a newer version":      {"GM PROBE\n" + frame(t, probe.Message{Hello: &newer}), "the host's program has version 2 of the test, this one version 1", ""},
		"another message":      {"GM PROBE\n" + frame(t, probe.Message{Loop: &probe.Loop{Addr: host4}}), "the host's program does not introduce itself", ""},
		"an end after a hello": {"GM PROBE\n" + frame(t, probe.Message{Hello: &hello}), "the host's program has ended", ""},
	} {
		t.Run(name, func(t *testing.T) {
			channel := fakeChannel{strings.NewReader(c.said), make(chan struct{})}
			_, err := Run(t.Context(), channel, Options{Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}})
			var advice string
			if e, ok := errors.AsType[*hint.Error](err); ok {
				advice = e.Hint
			}
			if err == nil || err.Error() != c.want || advice != c.hint {
				t.Errorf("%v, hint %q", err, advice)
			}
			select {
			case <-channel.closed:
			default:
				t.Error("the channel stays open")
			}
		})
	}
}

// TestMuteHost has a host that sends nothing, and a user who stops.
func TestMuteHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, stops := range []bool{false, true} {
			ctx, cancel := context.WithCancel(t.Context())
			if stops {
				cancel()
			}
			closed := make(chan struct{})
			began := time.Now()
			_, err := Run(ctx, fakeChannel{blocked{closed}, closed}, Options{})
			if took := time.Since(began); stops && (err != context.Canceled || took > 0) || !stops && (err != errSilent || took != helloTimeout) {
				t.Errorf("%v after %v", err, took)
			}
			cancel()
		}
	})
}

// FuzzGreeting reads what a host may print.
func FuzzGreeting(f *testing.F) {
	f.Add([]byte("a\nGM PROBE\nrest"))
	f.Add([]byte("GM ERROR x\nGM HINT y\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		err := awaitGreeting(bufio.NewReaderSize(strings.NewReader(string(text)), maxLine))
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\n\x07") {
			t.Errorf("%q", err)
		}
	})
}
