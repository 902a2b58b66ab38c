package client

import (
	"strings"
	"testing"
	"time"

	"gm/vt"
)

// protocolWorld returns a session whose program has set modes, such as those of keyboard
// protocols and bracketed paste.
func protocolWorld(t *testing.T, modes string) *world {
	t.Helper()
	w := newWorld(t, "delay=50ms", plainSettings())
	local := w.server.Local()
	local.Dialect = vt.Full()
	w.server.SetLocal(w.Now, local)
	w.Run(time.Second)
	w.prints(modes)
	w.Run(time.Second)
	return w
}

// TestEscapeKeyInPieces types Ctrl-^ and a period as sequences, one byte a read: no byte
// of them is sent.
func TestEscapeKeyInPieces(t *testing.T) {
	for _, c := range []struct{ modes, keys string }{
		{"\x1b[>1u", "\x1b[54;5u\x1b[46u"},
		{"\x1b[>31u", "\x1b[54:94;6u\x1b[54;6:3u\x1b[46;;46u"},
		{"\x1b[>4;2m", "\x1b[27;6;94~."},
	} {
		w := protocolWorld(t, c.modes)
		for i := range len(c.keys) {
			w.types(c.keys[i : i+1])
			w.Run(time.Millisecond)
		}
		if !w.client.quitting {
			t.Errorf("%q does not end the session", c.keys)
		}
		w.Run(time.Second)
		if w.received != "" {
			t.Errorf("of %q the program gets %q", c.keys, w.received)
		}
	}
}

// TestEscapeDelay: the Escape key is sent at once without a keyboard protocol, and after
// keyTimeout if the rest of a sequence may follow.
func TestEscapeDelay(t *testing.T) {
	for _, c := range []struct {
		modes string
		delay time.Duration
	}{{"", 0}, {"\x1b[>1u", keyTimeout}, {"\x1b[>4;1m", keyTimeout}} {
		for _, key := range []string{"\x1b", "\x1b[", "\x1bO"} {
			w := protocolWorld(t, c.modes)
			w.types(key)
			if c.delay > 0 {
				w.Run(c.delay - time.Millisecond)
				if held := w.client.transport.Local().Unacked(); held != 0 {
					t.Errorf("%q: %d bytes are sent early", key, held)
				}
				w.Run(time.Millisecond)
				w.Settle()
			}
			if held := w.client.transport.Local().Unacked(); held != len(key) {
				t.Errorf("%q: %d bytes are sent after %v", key, held, c.delay)
			}
			w.Run(time.Second)
			if w.received != key {
				t.Errorf("%q: the program gets %q", key, w.received)
			}
		}
	}
}

// TestUnfinishedSequence types the beginning of a sequence without the rest.
func TestUnfinishedSequence(t *testing.T) {
	w := protocolWorld(t, "\x1b[>1u")
	w.types("\x1b[1;")
	w.Run(sequenceTimeout - time.Millisecond)
	w.types("x")
	w.types("\x1b[1;")
	w.Run(sequenceTimeout + time.Second)
	if want := "\x1b[1;x\x1b[1;"; w.received != want {
		t.Errorf("the program gets %q, want %q", w.received, want)
	}
}

// TestPasteIsNoCommand pastes the keys of commands: in a bracketed paste they have no
// effect. Without brackets a paste cannot be distinguished from keys.
func TestPasteIsNoCommand(t *testing.T) {
	const paste = "\x1b[200~rm \x1e.\x1b[54;5u\x1a\x0c\x1b[201~"
	w := protocolWorld(t, "\x1b[?2004h")
	w.types(paste[:10])
	if got := w.types(paste[10:]); w.client.quitting || got != (keyActions{}) {
		t.Errorf("a paste is a command: %+v", got)
	}
	w.Run(time.Second)
	if w.received != paste {
		t.Errorf("the program gets %q, want %q", w.received, paste)
	}
	w.types("\x1e.")
	if !w.client.quitting {
		t.Error("after the paste the escape key is none")
	}
	w = protocolWorld(t, "")
	w.types(paste)
	if !w.client.quitting {
		t.Error("without brackets the escape key is none")
	}
}

// TestPanelAndProtocols closes the panel by a key in each form. The panel consumes the
// key with its release, but no paste.
func TestPanelAndProtocols(t *testing.T) {
	for _, c := range []struct{ keys, received string }{
		{"\x1b[97u\x1b[97;1:3u\x1b[98u", "\x1b[98u"},
		{"\x1b[A", ""},
		{"\x1b[57441u\x1b[<35;1;1M\x1b[97;1:3ua", "\x1b[57441u\x1b[<35;1;1M\x1b[97;1:3u"},
		{"\x1b[200~text\x1b[201~", "\x1b[200~text\x1b[201~"},
	} {
		w := protocolWorld(t, "\x1b[>31u\x1b[?2004h")
		w.client.panel.show(w.Now, contentStatistics)
		w.types(c.keys)
		w.Run(time.Second)
		if w.client.panel.open || w.received != c.received {
			t.Errorf("%q: open %v, the program gets %q, want %q", c.keys, w.client.panel.open, w.received, c.received)
		}
	}
}

// TestKeysBeforeQuit: keys that are read together with the command to quit are sent.
func TestKeysBeforeQuit(t *testing.T) {
	w := protocolWorld(t, "")
	w.types("last words\r\x1e.")
	w.Run(time.Second)
	if w.received != "last words\r" {
		t.Errorf("the program gets %q", w.received)
	}
}

// TestInterruptBeforeTheFirstContact: Ctrl-C ends a login that waits for its first datagram, and
// is a key for the program before the bar shows that, and from the first datagram on.
func TestInterruptBeforeTheFirstContact(t *testing.T) {
	for _, c := range []struct {
		name    string
		silent  bool
		after   time.Duration
		outlive bool
		quits   bool
		detach  bool
	}{
		{"at once", true, 0, false, false, false},
		{"at once, of a host that answers", false, 0, false, false, false},
		{"in silence", true, time.Second, false, true, false},
		{"in silence, of a session that goes on", true, time.Second, true, true, true},
		{"in a session", false, time.Second, false, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, "delay=20ms", plainSettings())
			w.client.outlivesWindow = c.outlive
			w.Up.SetDown(c.silent)
			w.Run(c.after)
			w.types("\x03")
			w.Run(100 * time.Millisecond)
			if w.client.quitting != c.quits || w.client.detaching != c.detach || strings.Contains(w.received, "\x03") == c.silent {
				t.Errorf("quitting %v, detaching %v, received %q", w.client.quitting, w.client.detaching, w.received)
			}
		})
	}
}
