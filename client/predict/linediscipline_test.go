package predict

import (
	"strings"
	"testing"

	"gm/wire/state"
)

// linuxLines returns the discipline of a new terminal on Linux.
func linuxLines() state.Discipline {
	d := state.Discipline{Modes: state.DisciplineKnown | state.Canonical | state.Echo | state.EchoErase | state.EchoKill |
		state.EchoControl | state.ReturnIsNewline | state.NewlineReturns | state.UTF8}
	for char, b := range map[state.ControlChar]byte{
		state.CharErase: 0x7f, state.CharKill: 0x15, state.CharWordErase: 0x17, state.CharEOF: 4,
		state.CharInterrupt: 3, state.CharQuit: 0x1c, state.CharSuspend: 0x1a,
		state.CharStart: 0x11, state.CharStop: 0x13, state.CharLiteralNext: 0x16, state.CharReprint: 0x12,
	} {
		d.Chars[char] = b
	}
	return d
}

// The expected echo was observed on Linux 6.
func TestCanonicalLineEcho(t *testing.T) {
	erased := func(n int) string { return strings.Repeat("\b \b", n) }
	tests := []struct{ name, typed, key, want string }{
		{"text", "ab", "c", "c"},
		{"erase", "ab", "\x7f", erased(1)},
		{"erase nothing", "", "\x7f", ""},
		{"not the other backspace", "ab", "\b", "^H"},
		{"erase more than there is", "a", "\x7f\x7f", erased(1)},
		{"erase one column of a wide character", "漢", "\x7f", erased(1)},
		{"erase a mark", "e\u0301", "\x7f", erased(1)},
		{"erase a control character", "\x01", "\x7f", erased(2)},
		{"erase a tab", "a\t", "\x7f", strings.Repeat("\b", 7)},
		{"erase a tab after a control character", "a\x01\t", "\x7f", strings.Repeat("\b", 5)},
		{"erase a tab after a wide character", "漢\t", "\x7f", strings.Repeat("\b", 7)},
		{"word", "foo bar_1", "\x17", erased(5)},
		{"word with the text after it", "foo bar, ", "\x17", erased(5)},
		{"word to punctuation", "a/b", "\x17", erased(1)},
		{"word of other letters", "/é漢", "\x17", erased(2)},
		{"a letter outside Latin-1", "a\u05d0", "\x17", erased(2)},
		{"word before the beginning", "foo", "\x17\x17", erased(3)},
		{"kill", "a é\x01", "\x15", erased(5)},
		{"return", "ab", "\r", "\r\n"},
		{"newline", "ab", "\n", "\r\n"},
		{"a new line is empty", "ab\r", "\x7f", ""},
		{"interrupt", "ab", "\x03", "^C"},
		{"interrupt discards the line", "ab\x03", "\x7f", ""},
		{"end of file", "ab", "\x04", ""},
		{"literal", "a", "\x16", "^\b"},
		{"literal interrupt", "a\x16", "\x03", "^C"},
		{"literal erase", "a\x16", "\x7f", "^?"},
		{"literal return", "a\x16", "\r", "^M"},
		{"erase a literal return", "a\x16\r", "\x7f", erased(2)},
		{"reprint", "ab\x01\t", "\x12", "^R\r\nab^A\t"},
	}
	d := linuxLines()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var line canonicalLine
			line.keys(nil, &d, []byte(test.typed))
			if got, effect := line.keys(nil, &d, []byte(test.key)); string(got) != test.want || effect == lineUnknown {
				t.Errorf("after %q, echo of %q: %q (effect %d), want %q", test.typed, test.key, got, effect, test.want)
			}
		})
	}
}

func TestLineEffects(t *testing.T) {
	d := linuxLines()
	without := func(modes state.DisciplineModes) state.Discipline {
		d := linuxLines()
		d.Modes &^= modes
		return d
	}
	with := func(modes state.DisciplineModes) state.Discipline {
		d := linuxLines()
		d.Modes |= modes
		return d
	}
	for _, test := range []struct {
		name, keys string
		d          state.Discipline
		want       lineEffect
	}{
		{"text", "a", d, lineContinues},
		{"return", "a\r", d, lineEnds},
		{"return without ICRNL", "a\r", without(state.ReturnIsNewline), lineContinues},
		{"end of file", "\x04", d, lineAborts},
		{"interrupt", "\x03", d, lineAborts},
		{"suspend", "\x1a", d, lineAborts},
		{"stop", "\x13", d, lineUnknown},
		{"escape", "\x1b", d, lineUnknown},
		{"erase without ECHOE", "a\x7f", without(state.EchoErase), lineUnknown},
		{"kill without ECHOK", "a\x15", without(state.EchoKill), lineUnknown},
		{"control character without ECHOCTL", "\x01", without(state.EchoControl), lineUnknown},
		{"tab with XTABS", "\t", with(state.ExpandedTabs), lineUnknown},
		{"the longest line", strings.Repeat("a", maxCanonicalLine), d, lineContinues},
		{"a line that is too long", strings.Repeat("a", maxCanonicalLine+1), d, lineUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			var line canonicalLine
			if _, got := line.keys(nil, &test.d, []byte(test.keys)); got != test.want {
				t.Errorf("effect %d, want %d", got, test.want)
			}
		})
	}
}

// Keys may erase text from before the invalidation, which is unknown.
func TestInvalidatedLine(t *testing.T) {
	d := linuxLines()
	for keys, want := range map[string]lineEffect{
		"ab\x7f\x7f":     lineContinues,
		"ab\x7f\x7f\x7f": lineUnknown,
		"a b\x17":        lineContinues,
		"ab\x17":         lineUnknown,
		"ab\x15":         lineUnknown,
		"a\t\x7f":        lineUnknown, // the width of the tab
		"ab\x12":         lineUnknown,
		"ab\r\x7f":       lineEnds,
	} {
		t.Run(keys, func(t *testing.T) {
			var line canonicalLine
			line.invalidate()
			if _, got := line.keys(nil, &d, []byte(keys)); got != want {
				t.Errorf("effect %d, want %d", got, want)
			}
		})
	}
}

func TestCanonicalLineOnBSD(t *testing.T) {
	d := linuxLines()
	d.Modes |= state.BlankWords
	d.Modes &^= state.UTF8
	for keys, want := range map[string]string{
		"a b/c- \x17": "a b/c- " + strings.Repeat("\b \b", 5),
		"é\x7f":       "é\b \b",
	} {
		var line canonicalLine
		if got, _ := line.keys(nil, &d, []byte(keys)); string(got) != want {
			t.Errorf("echo of %q: %q, want %q", keys, got, want)
		}
	}
}

// Only the BSDs have VERASE2, and VSTATUS and VDSUSP, whose effects on the screen
// are unpredictable.
func TestBSDControlCharacters(t *testing.T) {
	d := linuxLines()
	d.Chars[state.CharErase2], d.Chars[state.CharStatus], d.Chars[state.CharDelayedSuspend] = '\b', 0x14, 0x19
	var line canonicalLine
	if echo, effect := line.keys(nil, &d, []byte("ab\b")); effect != lineContinues || string(echo) != "ab\b \b" || string(line.text) != "a" {
		t.Errorf("ERASE2: echo %q, effect %d, line %q", echo, effect, line.text)
	}
	for name, char := range map[string]byte{"STATUS": 0x14, "DSUSP": 0x19} {
		if echo, effect := line.key(nil, &d, char); effect != lineUnknown || len(echo) > 0 {
			t.Errorf("%s: echo %q, effect %d", name, echo, effect)
		}
	}
}

func TestIsWordByte(t *testing.T) {
	linux, bsd := linuxLines(), linuxLines()
	bsd.Modes |= state.BlankWords
	for b, want := range map[byte]struct{ linux, bsd bool }{
		' ': {false, false}, '\t': {false, false}, '/': {false, true}, '0': {true, true}, '9': {true, true}, ':': {false, true},
		'@': {false, true}, 'A': {true, true}, 'Z': {true, true}, '[': {false, true}, '_': {true, true}, '`': {false, true},
		'a': {true, true}, 'z': {true, true}, '{': {false, true}, 0xbf: {false, true}, 0xc0: {true, true},
		0xd6: {true, true}, 0xd7: {false, true}, 0xd8: {true, true}, 0xf6: {true, true}, 0xf7: {false, true}, 0xf8: {true, true}, 0xff: {true, true},
	} {
		if isWordByte(b, &linux) != want.linux || isWordByte(b, &bsd) != want.bsd {
			t.Errorf("%#x: on Linux %v, on BSD %v; want %v", b, isWordByte(b, &linux), isWordByte(b, &bsd), want)
		}
	}
}

// Each of the characters that signal, and each that ends a line, has its effect.
func TestControlCharacterEffects(t *testing.T) {
	d := linuxLines()
	d.Chars[state.CharEOL], d.Chars[state.CharEOL2] = ';', '|'
	for char, want := range map[state.ControlChar]lineEffect{
		state.CharInterrupt: lineAborts, state.CharQuit: lineAborts, state.CharSuspend: lineAborts, state.CharEOF: lineAborts,
		state.CharEOL: lineEnds, state.CharEOL2: lineEnds, state.CharStart: lineUnknown, state.CharStop: lineUnknown,
	} {
		var line canonicalLine
		line.keys(nil, &d, []byte("ab"))
		if _, effect := line.key(nil, &d, d.Chars[char]); effect != want || want != lineUnknown && len(line.text) > 0 {
			t.Errorf("character %d: effect %d with %q left, want %d", char, effect, line.text, want)
		}
	}
	full := canonicalLine{text: make([]byte, maxCanonicalLine)}
	if _, effect := full.key(nil, &d, ';'); effect != lineUnknown {
		t.Errorf("the end of a full line: effect %d, want %d", effect, lineUnknown)
	}
}
