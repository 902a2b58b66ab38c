package vt

import (
	"fmt"
	"testing"
)

// TestModesAreReported sets and resets every mode and queries it (DECRQM).
func TestModesAreReported(t *testing.T) {
	report := func(term *Terminal, marker string, n int) string {
		term.TakeReplies(nil)
		typedInto(term, fmt.Sprintf("\x1b[%s%d$p", marker, n))
		return string(term.TakeReplies(nil))
	}
	for marker, table := range map[string][]uint16{"?": privateModes[:], "": ansiModes[:]} {
		for _, n := range table {
			if n == 0 || marker == "?" && n == 2 { // VT52 mode has no DECRQM
				continue
			}
			term := typedInto(withPictures(10, 5), "\x1b[?40h")
			for value, final := range []string{1: "h", 2: "l"} {
				if value == 0 {
					continue
				}
				typedInto(term, fmt.Sprintf("\x1b[%s%d%s", marker, n, final))
				want := fmt.Sprintf("\x1b[%s%d;%d$y", marker, n, value)
				if got := report(term, marker, int(n)); got != want {
					t.Errorf("%s%d%s: %q, want %q", marker, n, final, got, want)
				}
			}
		}
	}
	for _, n := range fixedModes {
		if got, want := report(typed(fmt.Sprintf("\x1b[%dh", n)), "", n), fmt.Sprintf("\x1b[%d;4$y", n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, n := range []int{0, 6, 21, 65535} {
		if got, want := report(typed(""), "", n), fmt.Sprintf("\x1b[%d;0$y", n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, n := range []int{0, 11, 1337, 65535} {
		if got, want := report(typed(""), "?", n), fmt.Sprintf("\x1b[?%d;0$y", n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestModesOfScreen(t *testing.T) {
	for input, want := range map[string]Modes{
		"\x1b[?5h":                             {ReverseVideo: true},
		"\x1b[?2004h":                          {BracketedPaste: true},
		"\x1b[?1004h":                          {FocusEvents: true},
		"\x1b[?1007h":                          {AlternateScroll: ToggledOn},
		"\x1b[?1007l":                          {AlternateScroll: ToggledOff},
		"\x1b[?1007h\x1bc":                     {},
		"\x1b[?1034h":                          {MetaEighth: ToggledOn},
		"\x1b[?1035l\x1b[?1036h":               {NumLock: ToggledOff, MetaEscape: ToggledOn},
		"\x1b[?1037;1039h\x1b[!p":              {DeleteDEL: ToggledOn, AltEscape: ToggledOn},
		"\x1b[?1034;1035;1036;1037;1039h\x1bc": {},
		"\x1b[?1036s\x1b[?1036h\x1b[?1036r":    {},
		"\x1b[?9h":                             {Mouse: 9},
		"\x1b[?1000h\x1b[?1002h":               {Mouse: 1002},
		"\x1b[?1000h\x1b[?1002l":               {},
		"\x1b[?1003;1006h":                     {Mouse: 1003, MouseEncoding: 1006},
		"\x1b[?1005;1015h":                     {MouseEncoding: 1015},
		"\x1b[?1006h\x1b[?1015l":               {MouseEncoding: 1006},
		"\x1b[?1006h\x1b[?1006l":               {},
		"\x1b[?1016h":                          {MouseEncoding: 1016},
		"\x1b[?2004;1004;5;1000h\x1bc":         {},
		"\x1b[>5u":                             {KittyKeys: 5},
		"\x1b[>1u\x1b[>8u\x1b[<u":              {KittyKeys: 1},
		"\x1b[>1u\x1b[<9u":                     {},
		"\x1b[=5u":                             {KittyKeys: 5},
		"\x1b[=5u\x1b[=2;2u\x1b[=1;3u":         {KittyKeys: 6},
		"\x1b[>255u":                           {KittyKeys: 31},
		"\x1b[>1u\x1b[?1049h":                  {},
		"\x1b[>1u\x1b[?1049h\x1b[?1049l":       {KittyKeys: 1},
		"\x1b[>4;2m":                           {ModifyOtherKeys: 2},
		"\x1b[>4;2m\x1b[>4m":                   {},
		"\x1b[>4;2m\x1b[>4n":                   {},
		"\x1b[>4;2m\x1b[>m":                    {},
		"\x1b[>1;2m":                           {},
		"\x1b[?1h":                             {CursorKeys: true},
		"\x1b[?1h\x1b[?1l":                     {},
		"\x1b=":                                {Keypad: true},
		"\x1b[?66h":                            {Keypad: true},
		"\x1b=\x1b>":                           {},
		"\x1b[?66h\x1b[?66l":                   {},
		"\x1b[?67h":                            {BackArrow: true},
		"\x1b[?1;66;67h\x1b[!p":                {BackArrow: true},
		"\x1b[?1;66;67h\x1bc":                  {},
		"\x1b[?1;66h\x1b[?1049h":               {CursorKeys: true, Keypad: true},
		"\x1b[?1;66s\x1b[?1;66h\x1b[?1;66r":    {},
		"\x1b[?2l\x1b=\x1b<":                   {Keypad: true},
		"\x1b[?2004h\x1b[?2004s\x1b[?2004l\x1b[?2004r":                     {BracketedPaste: true},
		"\x1b[?1000;1006h\x1b[?1000;1006s\x1b[?1000;1006l\x1b[?1000;1006r": {Mouse: 1000, MouseEncoding: 1006},
		"\x1b[?2004h\x1b[?2004r":                                           {BracketedPaste: true},
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			term := typed(input)
			if got := term.screen.Modes; got != want {
				t.Errorf("%q: %+v, want %+v", input, got, want)
			}
			if got := Resume(term.screen).Snapshot().Modes; got != want {
				t.Errorf("%q: resumed as %+v, want %+v", input, got, want)
			}
		})
	}
}

func TestKittyStackLimit(t *testing.T) {
	term := NewTerminal(10, 5, Options{})
	for range 1000 {
		typedInto(term, "\x1b[>1u\x1b[>3u")
	}
	if n := len(term.keys.flags[0]); n > maxKittyStack {
		t.Errorf("%d levels", n)
	}
}

func TestCursorShape(t *testing.T) {
	for input, want := range map[string]Cursor{
		"\x1b[5 q":                 {Shape: 5},
		"\x1b[ q":                  {},
		"\x1b[7 q":                 {},
		"\x1b[2 q\x1b[?12h":        {Shape: 1},
		"\x1b[5 q\x1b[?12l":        {Shape: 6},
		"\x1b[?12h":                {},
		"\x1b[?25l":                {Hidden: true},
		"\x1b[?25l\x1b[?25h":       {},
		"\x1b[5 q\x1b[?25l\x1b[!p": {},
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			if got := typed(input).screen.Cursor; got != want {
				t.Errorf("%q: %+v, want %+v", input, got, want)
			}
		})
	}
}

func TestAlternateScreen(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "1049", input: "main\x1b[?1049halt\x1b[?1049l", screen: "main", cursor: at(4, 0)},
		{name: "1049 clears", input: "\x1b[?1049halt\x1b[?1049l\x1b[?1049h"},
		{name: "1049 keeps the cursor", input: "main\x1b[?1049hx", screen: "....x"},
		{name: "1049 ends a pending wrap", input: "0123456789\x1b[?1049hx", screen: ".........x"},
		{name: "1047 ends one where it clears", input: "\x1b[?1047h0123456789\x1b[?1047lx", screen: ".........x"},
		{name: "47 keeps it", input: "0123456789\x1b[?47hx", screen: "\nx"},
		{name: "47 keeps", input: "\x1b[?47halt\x1b[?47l\x1b[?47h", screen: "alt"},
		{name: "1047 clears at the end", input: "\x1b[?1047halt\x1b[?1047l\x1b[?47h"},
		{name: "1049 from another", input: "a\x1b[?47h\x1b[?1049l", screen: "a"},
		{name: "RIS", input: "main\x1b[?1049halt\x1bcx", screen: "x"},
		{name: "margins are common", input: "\x1b[2;3r\x1b[?1049h\x1b[3;1H\n\nx", screen: "\n\nx"},
		{name: "DECCOLM not allowed", input: "abc\x1b[?3h", screen: "abc"},
		{name: "DECCOLM", input: "abc\x1b[?40h\x1b[?3h", cursor: at(0, 0)},
	})
	term := typed("\x1b[?1049h")
	if !term.AlternateScreen() || typedInto(term, "\x1b[?1049l").AlternateScreen() {
		t.Error("AlternateScreen is wrong")
	}
}

func TestApplicationCursorKeys(t *testing.T) {
	if !typed("\x1b[?1h").ApplicationCursorKeys() || typed("\x1b[?1h\x1b[!p").ApplicationCursorKeys() {
		t.Error("DECCKM is wrong")
	}
}

func TestSynchronized(t *testing.T) {
	term := typed("old\x1b[?2026h\x1b[Hnew")
	whole := term.SyncSnapshot()
	if !term.Synchronized() || whole == nil || screenText(whole) != "old" || screenText(term.Snapshot()) != "new" {
		t.Fatal("the last whole screen is not held")
	}
	if typedInto(term, "\x1b[?2026h"); term.SyncSnapshot() != whole {
		t.Error("set again, it is another one")
	}
	typedInto(term, "\x1b[?2026l\x1b[?2026hx")
	if s := term.SyncSnapshot(); s == whole || screenText(s) != "new" {
		t.Error("a new update does not hold the screen before it")
	}
	term.Resize(4, 2)
	if cols, rows := term.SyncSnapshot().Size(); cols != 4 || rows != 2 {
		t.Errorf("held at %dx%d", cols, rows)
	}
	if typedInto(term, "\x1b[?2026l"); term.Synchronized() || term.SyncSnapshot() != nil {
		t.Error("still held")
	}
	if typedInto(term, "\x1b[?2026h\x1bc"); term.Synchronized() || term.SyncSnapshot() != nil {
		t.Error("still held after RIS")
	}
}

func TestVT52(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "moves", input: "\x1b[?2l\x1bY\"#x\x1bA\x1bDy\x1bHz", screen: "z\n...y\n...x"},
		{name: "graphics", input: "\x1b[?2l\x1bFq\x1bGq", screen: "─q"},
		{name: "erase", input: "abc\r\ndef\x1b[?2l\x1bH\x1bC\x1bK\x1bB\x1bJ", screen: "a\nd"},
		{name: "identify", input: "\x1b[?2l\x1bZ", reply: "\x1b/Z"},
		{name: "back", input: "\x1b[?2l\x1b[Hx\x1b<\x1b[Hy", screen: "yx", cursor: at(1, 0)},
	})
}
