package vt

import (
	"strings"
	"testing"
)

// questions are answered by the state of their time, in order.
const (
	questions = "\x1b[2;3H\x1b[6n\x1b[>1u\x1b[?u\x1b[5n\x1b[c\x1b[4;1H\x1b[6n\x1b[<u\x1b[?1000h\x1b[?1000$p\x1b[?1000l\x1b]11;?\a\x1b[?7$p"
	answers   = "\x1b[2;3R\x1b[?1u\x1b[0n\x1b[?64;6;21;22;28;52c\x1b[4;1R\x1b[?1000;1$y\x1b]11;rgb:ffff/ffff/ffff\a\x1b[?7;1$y"
	unknown   = "\x1b[2;3R\x1b[0n\x1b[?64;6;21;28c\x1b[4;1R\x1b[?1000;0$y\x1b[?7;1$y"
)

func TestReportsAwaitTheUsersTerminal(t *testing.T) {
	for _, c := range []struct {
		name string
		caps Capabilities
		want string
	}{{"known", everything(), answers}, {"unknown", Capabilities{}, unknown}} {
		t.Run(c.name, func(t *testing.T) {
			term := NewTerminal(10, 5, Options{})
			term.Await()
			typedInto(term, questions)
			if got := string(term.TakeReplies(nil)); got != "\x1b[2;3R" || !term.Awaiting() {
				t.Errorf("before that is known: %q", got)
			}
			if c.caps != (Capabilities{}) {
				term.SetTheme(Theme{Background: RGBColor(255, 255, 255)})
			}
			term.SetCapabilities(c.caps)
			if got := "\x1b[2;3R" + string(term.TakeReplies(nil)); got != c.want || term.Awaiting() {
				t.Errorf("%q, want %q", got, c.want)
			}
			typedInto(term, questions)
			if got := string(term.TakeReplies(nil)); got != c.want {
				t.Errorf("asked later: %q, want %q", got, c.want)
			}
		})
	}
}

func TestDeferredLimits(t *testing.T) {
	term := NewTerminal(10, 5, Options{})
	term.Await()
	for range maxDeferred + 10 {
		typedInto(term, "\x1b[c"+strings.Repeat("\x1b[5n", 100))
	}
	if len(term.deferred) != maxDeferred || term.behind > maxReplies {
		t.Errorf("%d reports wait, and %d bytes", len(term.deferred), term.behind)
	}
	term.SetCapabilities(Capabilities{})
	if n := len(term.TakeReplies(nil)); n > maxReplies || n < maxReplies-20 {
		t.Errorf("%d bytes of replies", n)
	}
}

// TestPixelMouse: where pixels are not known to be reported, asking for them
// changes nothing.
func TestPixelMouse(t *testing.T) {
	with, without, late := typed("\x1b[?1006;1016h"), typedInto(NewTerminal(10, 5, Options{}), "\x1b[?1006;1016h"), NewTerminal(10, 5, Options{})
	late.Await()
	typedInto(late, "\x1b[?1006;1016h").SetCapabilities(Capabilities{})
	for name, c := range map[string]struct {
		term *Terminal
		want MouseEncoding
	}{"with": {with, 1016}, "without": {without, 1006}, "late": {late, 0}} {
		if got := c.term.screen.Modes.MouseEncoding; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
