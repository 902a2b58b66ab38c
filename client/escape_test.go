package client

import "testing"

func TestEscaper(t *testing.T) {
	ctrlB := parseEscapeKey("\x02")
	tests := []struct {
		name string
		key  escapeKey
		in   string
		out  string
		last command
	}{
		{"keys pass", defaultEscapeKey(), "ls\r", "ls\r", commandNone},
		{"the key waits", defaultEscapeKey(), "a\x1e", "a", commandHelp},
		{"quit", defaultEscapeKey(), "\x1e.", "", commandQuit},
		{"suspend", defaultEscapeKey(), "\x1e\x1a", "", commandSuspend},
		{"statistics", defaultEscapeKey(), "a\x1e?", "a", commandStatistics},
		{"a literal question mark", parseEscapeKey("\x7f"), "\x7f?", "\x7f", commandDone},
		{"literal", defaultEscapeKey(), "\x1e^", "\x1e", commandDone},
		{"anything else sends both", defaultEscapeKey(), "\x1ex", "\x1ex", commandDone},
		{"repaint also goes up", defaultEscapeKey(), "\x0c", "\x0c", commandRepaint},
		{"a letter in upper case", ctrlB, "\x02B", "\x02", commandDone},
		{"a letter in lower case", ctrlB, "\x02b", "\x02", commandDone},
		{"another key is no escape key", ctrlB, "\x1e.", "\x1e.", commandNone},
		{"printable in a line", parseEscapeKey("~"), "a~.", "a~.", commandNone},
		{"printable at first", parseEscapeKey("~"), "~.", "~.", commandNone},
		{"printable after a return", parseEscapeKey("~"), "a\r~.", "a\r", commandQuit},
		{"printable after a line feed", parseEscapeKey("~"), "a\n~.", "a\n", commandQuit},
		{"printable literal", parseEscapeKey("~"), "\r~~~", "\r~~", commandNone},
		{"a return after the key begins a line", parseEscapeKey("~"), "\r~\r~.", "\r~\r", commandQuit},
		{"none", parseEscapeKey(""), "\x1e.\x00", "\x1e.\x00", commandNone},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := escaper{escapeKey: test.key}
			var out []byte
			var last command
			for i := range len(test.in) {
				out, last = e.next(out, test.in[i])
			}
			if string(out) != test.out || last != test.last {
				t.Errorf("%q gives %q, %d; want %q, %d", test.in, out, last, test.out, test.last)
			}
		})
	}
}

func TestParseEscapeKey(t *testing.T) {
	for _, refused := range []string{"\x03", "\x04", "\n", "\r", "\x0c", "\x00", "\x80", "é", "^B", "ab"} {
		if got := parseEscapeKey(refused); got != defaultEscapeKey() {
			t.Errorf("parseEscapeKey(%q) = %+v, want the default", refused, got)
		}
	}
	if got := parseEscapeKey(""); got.key != 0 {
		t.Errorf("an empty key is %+v, want none", got)
	}
}

func TestEscapeHelp(t *testing.T) {
	tests := []struct{ key, help, quit string }{
		{"\x1e", `Commands: Ctrl-Z suspends, "." quits, "?" informs, "^" gives literal Ctrl-^`, "[To quit: Ctrl-^ .]"},
		{"\x02", `Commands: Ctrl-Z suspends, "." quits, "?" informs, "B" gives literal Ctrl-B`, "[To quit: Ctrl-B .]"},
		{"\x7f", `Commands: Ctrl-Z suspends, "." quits, "?" gives literal Ctrl-?`, "[To quit: Ctrl-? .]"},
		{"~", `Commands: Ctrl-Z suspends, "." quits, "?" informs, "~" gives literal "~"`, "[To quit: ~ .]"},
	}
	for _, test := range tests {
		k := parseEscapeKey(test.key)
		if k.help() != test.help || k.quitHint() != test.quit {
			t.Errorf("key %q: %q, %q; want %q, %q", test.key, k.help(), k.quitHint(), test.help, test.quit)
		}
	}
	if hint := parseEscapeKey("").quitHint(); hint != "" {
		t.Errorf("without a key the hint is %q", hint)
	}
}
