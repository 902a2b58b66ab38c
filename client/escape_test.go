package client

import (
	"fmt"
	"testing"

	"gm/client/keys"
)

type escapeTest struct {
	name string
	key  escapeKey
	in   string
	out  string
	last command
}

func (e escapeTest) run(t *testing.T) {
	out, last := escapes(e.key, e.in)
	if out != e.out || last != e.last {
		t.Errorf("to the server %q, command %d; want %q, %d", out, last, e.out, e.last)
	}
}

// escapes passes in to an input, and returns the bytes for the server and the command
// of the last key.
func escapes(key escapeKey, in string) (out string, last command) {
	i := newInput(key)
	i.splitter.Brackets = true
	var dst []byte
	for rest := []byte(in); ; {
		t, after, ok := i.splitter.Next(rest)
		if !ok {
			return string(append(dst, i.splitter.Early()...)), last
		}
		rest = after
		dst, last = i.next(dst, &t)
	}
}

func TestEscaper(t *testing.T) {
	ctrlB := parseEscapeKey("\x02")
	tests := []escapeTest{
		{"keys pass", defaultEscapeKey(), "ls\r", "ls\r", commandNone},
		{"the key alone", defaultEscapeKey(), "a\x1e", "a", commandHelp},
		{"quit", defaultEscapeKey(), "\x1e.", "", commandQuit},
		{"suspend", defaultEscapeKey(), "\x1e\x1a", "", commandSuspend},
		{"statistics", defaultEscapeKey(), "a\x1e?", "a", commandStatistics},
		{"a literal question mark", parseEscapeKey("\x7f"), "\x7f?", "\x7f", commandDone},
		{"literal", defaultEscapeKey(), "\x1e^", "\x1e", commandDone},
		{"another key sends both", defaultEscapeKey(), "\x1ex", "\x1ex", commandDone},
		{"repaint also goes to the server", defaultEscapeKey(), "\x0c", "\x0c", commandRepaint},
		{"a letter in upper case", ctrlB, "\x02B", "\x02", commandDone},
		{"a letter in lower case", ctrlB, "\x02b", "\x02", commandDone},
		{"another key is no escape key", ctrlB, "\x1e.", "\x1e.", commandNone},
		{"printable in a line", parseEscapeKey("~"), "a~.", "a~.", commandNone},
		{"printable at the start", parseEscapeKey("~"), "~.", "~.", commandNone},
		{"printable after a return", parseEscapeKey("~"), "a\r~.", "a\r", commandQuit},
		{"printable after a line feed", parseEscapeKey("~"), "a\n~.", "a\n", commandQuit},
		{"printable literal", parseEscapeKey("~"), "\r~~~", "\r~~", commandNone},
		{"a return after the key starts a line", parseEscapeKey("~"), "\r~\r~.", "\r~\r", commandQuit},
		{"none", parseEscapeKey(""), "\x1e.\x00", "\x1e.\x00", commandNone},

		{"CSI u", defaultEscapeKey(), "\x1b[54;5u.", "", commandQuit},
		{"a German keyboard", defaultEscapeKey(), "\x1b[94;5u\x1b[46u", "", commandQuit},
		{"with Shift", defaultEscapeKey(), "\x1b[54;6u\x1b[46u", "", commandQuit},
		{"alternate keys", defaultEscapeKey(), "\x1b[54:94;6u\x1b[46u", "", commandQuit},
		{"modifyOtherKeys", defaultEscapeKey(), "\x1b[27;5;94~.", "", commandQuit},
		{"modifyOtherKeys with Shift", defaultEscapeKey(), "\x1b[27;6;94~.", "", commandQuit},
		{"formatOtherKeys", defaultEscapeKey(), "\x1b[94;6u.", "", commandQuit},
		{"locks", defaultEscapeKey(), "\x1b[54;197u\x1b[46;193u", "", commandQuit},
		{"associated text", defaultEscapeKey(), "\x1b[54;5u\x1b[46;;46u", "", commandQuit},
		{"the keypad", defaultEscapeKey(), "\x1b[54;5u\x1b[57409u", "", commandQuit},
		{"the application keypad", defaultEscapeKey(), "\x1e\x1bOn", "", commandQuit},
		{"suspend by CSI u", defaultEscapeKey(), "\x1b[54;5u\x1b[122;5u", "", commandSuspend},
		{"statistics by CSI u", defaultEscapeKey(), "\x1b[54;5u\x1b[47:63;2;63u", "", commandStatistics},
		{"literal by CSI u", defaultEscapeKey(), "\x1b[54;5u\x1b[54:94;2;94u", "\x1b[54;5u", commandDone},
		{"another key by CSI u", defaultEscapeKey(), "\x1b[54;5u\x1b[120u", "\x1b[54;5u\x1b[120u", commandDone},
		{"an arrow", defaultEscapeKey(), "\x1e\x1b[A", "\x1e\x1b[A", commandDone},
		{"repaint by CSI u", defaultEscapeKey(), "\x1b[108;5u", "\x1b[108;5u", commandRepaint},
		{"a letter by CSI u", ctrlB, "\x1b[98;5u\x1b[98u", "\x1b[98;5u", commandDone},
		{"Cyrillic", ctrlB, "\x1b[1080::98;5u\x1b[46u", "", commandQuit},
		{"printable by CSI u", parseEscapeKey("~"), "\x1b[13u\x1b[96:126;2;126u.", "\x1b[13u", commandQuit},
		{"printable in a line by CSI u", parseEscapeKey("~"), "\x1b[97u\x1b[96:126;2;126u", "\x1b[97u\x1b[96:126;2;126u", commandNone},
		{"Super is another key", defaultEscapeKey(), "\x1b[54;13u", "\x1b[54;13u", commandNone},
		{"Alt is another key", defaultEscapeKey(), "\x1b[54;7u", "\x1b[54;7u", commandNone},
		{"after Escape", defaultEscapeKey(), "\x1b\x1e.", "\x1b", commandQuit},
		{"after an incomplete sequence", defaultEscapeKey(), "\x1b[12\x1e.", "\x1b[12", commandQuit},
		{"in a paste", defaultEscapeKey(), "\x1b[200~\x1e.\x1b[54;5u\x1b[201~", "\x1b[200~\x1e.\x1b[54;5u\x1b[201~", commandNone},
		{"after a paste", defaultEscapeKey(), "\x1b[200~x\x1b[201~\x1e.", "\x1b[200~x\x1b[201~", commandQuit},
		{"printable after a paste", parseEscapeKey("~"), "\r\x1b[200~x\x1b[201~~.", "\r\x1b[200~x\x1b[201~~.", commandNone},
		{"a paste after the key", defaultEscapeKey(), "\x1e\x1b[200~.\x1b[201~", "\x1e\x1b[200~.\x1b[201~", commandNone},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestParseEscapeKey(t *testing.T) {
	for _, refused := range []string{"\x03", "\x04", "\n", "\r", "\x0c", "\x00", "\x80", "é", "^B", "ab"} {
		if got := parseEscapeKey(refused); got != defaultEscapeKey() {
			t.Errorf("parseEscapeKey(%q) = %+v, want the default", refused, got)
		}
	}
	if got := parseEscapeKey(""); got.key != 0 {
		t.Errorf("parseEscapeKey of the empty value = %+v, want none", got)
	}
}

func TestEscapeHelp(t *testing.T) {
	tests := []struct{ key, help, quit string }{
		{"\x1e", `Commands: Ctrl-Z suspends, "." quits, "?" shows statistics, "^" sends Ctrl-^`, "[To quit: Ctrl-^ .]"},
		{"\x02", `Commands: Ctrl-Z suspends, "." quits, "?" shows statistics, "B" sends Ctrl-B`, "[To quit: Ctrl-B .]"},
		{"\x7f", `Commands: Ctrl-Z suspends, "." quits, "?" sends Ctrl-?`, "[To quit: Ctrl-? .]"},
		{"~", `Commands: Ctrl-Z suspends, "." quits, "?" shows statistics, "~" sends "~"`, "[To quit: ~ .]"},
	}
	for _, test := range tests {
		k := parseEscapeKey(test.key)
		if k.help() != test.help || k.quitHint() != test.quit {
			t.Errorf("key %q: %q, %q; want %q, %q", test.key, k.help(), k.quitHint(), test.help, test.quit)
		}
	}
	if hint := parseEscapeKey("").quitHint(); hint != "" {
		t.Errorf("hint without a key: %q", hint)
	}
}

func TestEscapeHelpOfSessionsThatGoOn(t *testing.T) {
	k := defaultEscapeKey()
	k.detaches = true
	if got, want := k.help(), `Ctrl-Z suspends, "." ends, "d" detaches, "?" statistics, "^" sends Ctrl-^`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	k.keeps = true
	if got, want := k.help(), `Ctrl-Z suspends, "." detaches, "?" statistics, "^" sends Ctrl-^`; got != want {
		t.Errorf("read-only: %q, want %q", got, want)
	}
}

func TestEscapeHelpOfForwards(t *testing.T) {
	k := defaultEscapeKey()
	k.detaches, k.forwards = true, true
	want := "Ctrl-Z suspends, . ends, d detaches, ? status, C # forwards, ^ sends Ctrl-^"
	if got := k.help(); got != want || len(got) > 76 {
		t.Errorf("%q, want %q", got, want)
	}
	k.keeps = true
	if got, want := k.help(), "Ctrl-Z suspends, . detaches, ? status, C # forwards, ^ sends Ctrl-^"; got != want {
		t.Errorf("read-only: %q, want %q", got, want)
	}
}

func TestEscapeForwards(t *testing.T) {
	forwarding := func(key string) escapeKey {
		k := parseEscapeKey(key)
		k.forwards = true
		return k
	}
	tests := []escapeTest{
		{"the command line", forwarding("\x1e"), "a\x1eC", "a", commandLineOpen},
		{"the list", forwarding("\x1e"), "a\x1e#", "a", commandForwards},
		{"by CSI u", forwarding("\x1e"), "\x1b[54;5u\x1b[99:67;2u", "", commandLineOpen},
		{"the list by CSI u", forwarding("\x1e"), "\x1b[54;5u\x1b[51:35;2u", "", commandForwards},
		{"a small letter", forwarding("\x1e"), "\x1ec", "\x1ec", commandDone},
		{"without forwardings", defaultEscapeKey(), "\x1eC\x1e#", "\x1eC\x1e#", commandDone},
		{"the escape key itself", forwarding("#"), "\r##", "\r#", commandDone},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestEscapeDetaches(t *testing.T) {
	detaching := func(key string) escapeKey {
		k := parseEscapeKey(key)
		k.detaches = true
		return k
	}
	tests := []escapeTest{
		{"d", detaching("\x1e"), "a\x1ed", "a", commandDetach},
		{"D is another key", detaching("\x1e"), "\x1eD", "\x1eD", commandDone},
		{"by CSI u", detaching("\x1e"), "\x1b[54;5u\x1b[100u", "", commandDetach},
		{"in a paste", detaching("\x1e"), "\x1b[200~\x1ed\x1b[201~", "\x1b[200~\x1ed\x1b[201~", commandNone},
		{"without the server's consent", defaultEscapeKey(), "\x1ed", "\x1ed", commandDone},
		{"the escape key itself", detaching("d"), "\rdd", "\rd", commandDone},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

// With repeats, releases and modifier keys reported, a command consumes all events of
// its keys, and no others.
func TestEscapeEvents(t *testing.T) {
	const ctrlDown, ctrlUp, shiftDown, shiftUp = "\x1b[57442;5u", "\x1b[57442;5:3u", "\x1b[57441;6u", "\x1b[57441;6:3u"
	tests := []struct {
		name, in, out string
		last          command // of the last key pressed
	}{
		{"Ctrl-^ . with all events",
			ctrlDown + shiftDown + "\x1b[54:94;6u\x1b[54:94;6:2u\x1b[54:94;6:2u\x1b[54;6:3u" + shiftUp + ctrlUp + "\x1b[46u",
			ctrlDown + shiftDown + shiftUp + ctrlUp, commandQuit},
		{"releases after the command", "\x1b[54;5u\x1b[122;5u\x1b[54;1:3u\x1b[122;1:3u\x1b[97;1:3u", "\x1b[97;1:3u", commandSuspend},
		{"the release of an earlier key in between", "\x1b[97u\x1b[54;5u\x1b[97;5:3u\x1b[46u", "\x1b[97u\x1b[97;5:3u", commandQuit},
		{"a repeat before another key", "\x1b[54;5u\x1b[54;5:2u\x1b[54;5:3u\x1b[120u", "\x1b[54;5u\x1b[54;5:3u\x1b[120u", commandDone},
		{"a release before another key", "\x1b[54;5u\x1b[54;1:3u\x1b[120u\x1b[120;1:3u", "\x1b[54;5u\x1b[54;1:3u\x1b[120u\x1b[120;1:3u", commandDone},
		{"a release after another key", "\x1b[54;5u\x1b[120u\x1b[54;1:3u\x1b[120;1:3u", "\x1b[54;5u\x1b[120u\x1b[54;1:3u\x1b[120;1:3u", commandDone},
		{"the literal key with a later release", "\x1b[54;5u\x1b[54;2u\x1b[54;1:3u", "\x1b[54;5u", commandDone},
		{"characters and releases", "\x1b[54;5u\x1b[54;1:3u?\x1b[47;1:3u\x1b[47;1:3u", "\x1b[47;1:3u", commandStatistics},
		{"a character of another keyboard", "\x1b[54;5u\x1b[54;1:3u?\x1b[44;1:3u\x1b[44;1:3u", "\x1b[44;1:3u", commandStatistics},
		{"the same key again", "\x1b[54;5u\x1b[122;5u\x1b[122;5u\x1b[122;5:3u", "\x1b[122;5u\x1b[122;5:3u", commandSuspend},
		{"mouse and focus in between", "\x1b[54;5u\x1b[<35;1;1M\x1b[I\x1b[46u", "\x1b[<35;1;1M\x1b[I", commandQuit},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, s := escaper{escapeKey: defaultEscapeKey()}, keys.Splitter{}
			var out []byte
			var last command
			for rest := []byte(test.in); ; {
				k, after, ok := s.Next(rest)
				if !ok {
					break
				}
				var c command
				if out, c = e.next(out, &k); c > last {
					last = c
				}
				rest = after
			}
			if string(out) != test.out || last != test.last {
				t.Errorf("to the server %q, command %d; want %q, %d", out, last, test.out, test.last)
			}
		})
	}
}

// TestEveryEscapeKey quits with each key that can be configured, in each form of it.
func TestEveryEscapeKey(t *testing.T) {
	for c := range 128 {
		k := parseEscapeKey(string(rune(c)))
		if k.key != byte(c) {
			continue // not allowed as the escape key
		}
		forms := []string{string(rune(c))}
		for code := ' '; code < 127; code++ {
			for mod := 1; mod <= 8; mod++ {
				for _, form := range []string{"\x1b[%[1]d;%[2]du", "\x1b[%[1]d;%[2]d:1u", "\x1b[27;%[2]d;%[1]d~"} {
					text := fmt.Sprintf(form, code, mod)
					token, _, _ := new(keys.Splitter).Next([]byte(text))
					if b, ok := token.Legacy(); ok && b == k.key {
						forms = append(forms, text)
					}
				}
			}
		}
		if len(forms) < 3 && c != 127 || c == 127 && len(forms) < 2 {
			t.Errorf("escape key %q: only the forms %q", rune(c), forms)
		}
		for _, form := range forms {
			if out, last := escapes(k, "\r"+form+"."); out != "\r" || last != commandQuit {
				t.Errorf("escape key %q as %q: to the server %q, command %d", rune(c), form, out, last)
			}
		}
	}
}

// A printable escape key, the space among them, is one only at the start of a line.
func TestPrintableEscapeKeys(t *testing.T) {
	for key, want := range map[string]bool{" ": true, "~": true, "\x1f": false, "\x7f": false} {
		if got := parseEscapeKey(key).printable(); got != want {
			t.Errorf("escape key %q: printable %v, want %v", key, got, want)
		}
	}
}

// The literal key may be typed as a small letter. Other keys have no second form.
func TestLiteralKeys(t *testing.T) {
	for typed, want := range map[string]string{
		"\x01A": "\x01", "\x01a": "\x01", "\x19y": "\x19", "\x1aZ": "\x1a", "\x1az": "\x1a",
		"\x1e^": "\x1e", "\x1e~": "\x1e~",
	} {
		if got, last := escapes(parseEscapeKey(typed[:1]), typed); got != want || last != commandDone {
			t.Errorf("%q: to the server %q, command %d; want %q, %d", typed, got, last, want, commandDone)
		}
	}
}

func TestConsumedKeysAreBounded(t *testing.T) {
	var c consumedKeys
	press := func(code rune) *keys.Token { return &keys.Token{Kind: keys.Key, Code: code, Raw: []byte("\x1b[1u")} }
	for i := range rune(maxConsumed) {
		c.pressed(press('a' + i))
	}
	if len(c.down) != maxConsumed || c.down[0].code != 'a' {
		t.Errorf("%d keys from %q, want %d from 'a'", len(c.down), c.down[0].code, maxConsumed)
	}
	c.pressed(press('z'))
	if len(c.down) != maxConsumed || c.down[0].code != 'b' {
		t.Errorf("%d keys from %q beyond the limit, want %d from 'b'", len(c.down), c.down[0].code, maxConsumed)
	}
}

// A key that was received as a character is identified by its release only.
func TestConsumeBareKey(t *testing.T) {
	for event, want := range map[keys.Event]struct {
		consumed bool
		left     int
	}{keys.Release: {true, 0}, keys.Repeat: {false, 1}, keys.Press: {false, 1}} {
		var c consumedKeys
		c.pressed(&keys.Token{Kind: keys.Key, Code: '?', Text: '?', Raw: []byte("?")})
		other := &keys.Token{Kind: keys.Key, Code: 'x', Event: event, Raw: []byte("\x1b[120u")}
		if got := c.consume(other); got != want.consumed || len(c.down) != want.left {
			t.Errorf("event %d: consumed %v, %d keys left; want %v, %d", event, got, len(c.down), want.consumed, want.left)
		}
	}
}

// Of a consumed key, repeats are consumed until its release, and a new press is not.
func TestConsumeEvents(t *testing.T) {
	var c consumedKeys
	event := func(e keys.Event) *keys.Token {
		return &keys.Token{Kind: keys.Key, Code: 'a', Event: e, Raw: []byte("\x1b[97u")}
	}
	c.pressed(event(keys.Press))
	for i, step := range []struct {
		event keys.Event
		want  bool
	}{{keys.Repeat, true}, {keys.Repeat, true}, {keys.Release, true}, {keys.Release, false}} {
		if got := c.consume(event(step.event)); got != step.want {
			t.Errorf("step %d: consumed %v, want %v", i, got, step.want)
		}
	}
	c.pressed(event(keys.Press))
	if c.consume(event(keys.Press)) || c.consume(event(keys.Release)) {
		t.Error("after a new press, events are consumed")
	}
}
