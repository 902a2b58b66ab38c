package vt

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gm/vt/parser"
)

func TestProgress(t *testing.T) {
	for input, want := range map[string]Progress{
		"\x1b]9;4;1;50\a":                   {ProgressNormal, 50},
		"\x1b]9;4;1;50;\a":                  {ProgressNormal, 50},
		"\x1b]9;4;1;500\a":                  {ProgressNormal, 100},
		"\x1b]9;4;1;-5\a":                   {ProgressNormal, 0},
		"\x1b]9;4;1\a":                      {ProgressNormal, 0},
		"\x1b]9;4;1;50\a\x1b]9;4;2\a":       {ProgressError, 50},
		"\x1b]9;4;1;50\a\x1b]9;4;4;60\a":    {ProgressPaused, 60},
		"\x1b]9;4;1;50\a\x1b]9;4;3;60\a":    {ProgressUnknown, 0},
		"\x1b]9;4;1;50\a\x1b]9;4;0\a":       {},
		"\x1b]9;4;1;50\a\x1b]9;4;0;50\a":    {},
		"\x1b]9;4;1;50\a\x1b]9;4;5;1\a":     {ProgressNormal, 50},
		"\x1b]9;4;1;50\a\x1b]9;4;x\a":       {ProgressNormal, 50},
		"\x1b]9;4;1;50\a\x1b]9;4;\a":        {ProgressNormal, 50},
		"\x1b]9;4;1;50\a\x1bc":              {},
		"\x1b]9;4;1;50\a\x1b[!p\x1b[?1049h": {ProgressNormal, 50},
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			if got := typed(input).screen.Progress; got != want {
				t.Errorf("%q: %v, want %v", input, got, want)
			}
		})
	}
}

func TestPointer(t *testing.T) {
	for input, want := range map[string]string{
		"\x1b]22;hand2\a":                                                      "hand2",
		"\x1b]22;sb_v_double_arrow\a":                                          "sb_v_double_arrow",
		"\x1b]22;hand2\a\x1b]22;\a":                                            "",
		"\x1b]22;hand2\a\x1b]22;no shape\a":                                    "",
		"\x1b]22;hand2\a\x1b]22;" + strings.Repeat("x", 33):                    "hand2",
		"\x1b]22;" + strings.Repeat("x", 33) + "\a":                            "",
		"\x1b]22;hand2\a\x1b]22;?__current__\a":                                "hand2",
		"\x1b]22;=text,wait\a":                                                 "wait",
		"\x1b]22;text\a\x1b]22;>wait\a":                                        "wait",
		"\x1b]22;text\a\x1b]22;>wait,help\a\x1b]22;<\a":                        "wait",
		"\x1b]22;text\a\x1b]22;>wait\a\x1b]22;=help\a\x1b]22;<\a":              "text",
		"\x1b]22;text\a\x1b]22;<\a\x1b]22;<\a":                                 "",
		"\x1b]22;text\a\x1b[?1049h":                                            "",
		"\x1b]22;text\a\x1b[?1049h\x1b]22;wait\a\x1b[?1049l":                   "text",
		"\x1b]22;text\a\x1b[?1049h\x1b]22;wait\a\x1bc":                         "",
		"\x1b]22;text\a" + strings.Repeat("\x1b]22;>a\a", 100) + "\x1b]22;<\a": "a",
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			if got := typed(input).screen.Pointer; got != want {
				t.Errorf("%.60q: %q, want %q", input, got, want)
			}
		})
	}
	term := typed(strings.Repeat("\x1b]22;>a,b\a", 100))
	if n := len(term.pointers[0]); n != maxPointers {
		t.Errorf("%d shapes are kept", n)
	}
}

// TestEventsAreKept checks that a clone keeps the events of its screen, without
// later ones, and that the newest are kept if there are too many.
func TestEventsAreKept(t *testing.T) {
	term := typed("\x1b]9;a\a")
	first := term.Snapshot()
	typedInto(term, "\x1b]9;b\a")
	second := term.Snapshot()
	typedInto(term, strings.Repeat("\n", 20))
	term.DropEvents(1)
	for _, c := range []struct {
		s    *Screen
		want []string
	}{{first, []string{"9;a"}}, {second, []string{"9;a", "9;b"}}, {term.Snapshot(), []string{"9;b"}}} {
		if got := eventCommands(c.s); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	typedInto(term, strings.Repeat("\x1b]9;c\a", 2*maxEvents))
	if got := eventCommands(term.screen); len(got) != maxEvents || term.EventCount() != 2+2*maxEvents {
		t.Errorf("%d of %d events", len(got), term.EventCount())
	}
	typedInto(term, strings.Repeat("\x1b]9;"+strings.Repeat("x", maxEvent-2)+"\a", maxEvents))
	if got := eventCommands(term.screen); len(got) != maxEventBytes/maxEvent || term.screen.Events.bytes > maxEventBytes {
		t.Errorf("%d events of %d bytes", len(got), term.screen.Events.bytes)
	}
	if term.DropEvents(term.EventCount()) || term.screen.Events.bytes != 0 {
		t.Errorf("%d bytes are left", term.screen.Events.bytes)
	}
}

// TestClipboardTooLong checks that a text that is too long is an event of its own.
func TestClipboardTooLong(t *testing.T) {
	long := strings.Repeat("A", parser.MaxClipboardString)
	term := typed("\x1b]52;c;" + long + "\a\x1b]2;" + long + "\a")
	if got := eventCommands(term.screen); !slices.Equal(got, []string{""}) || len(term.screen.Clipboards) != 0 {
		t.Errorf("events %q, %d texts", got, len(term.screen.Clipboards))
	}
}
