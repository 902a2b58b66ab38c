package keys

import (
	"fmt"
	"strings"
	"testing"
)

// split returns the tokens of reads, including the flushed one.
func split(s *Splitter, reads ...string) (tokens []Token) {
	for _, read := range reads {
		for rest := []byte(read); ; {
			t, after, ok := s.Next(rest)
			if !ok {
				break
			}
			t.Raw = []byte(string(t.Raw))
			tokens, rest = append(tokens, t), after
		}
	}
	if t, ok := s.Flush(); ok {
		t.Raw = []byte(string(t.Raw))
		tokens = append(tokens, t)
	}
	return tokens
}

// raw returns the bytes of tokens.
func raw(tokens []Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.Write(t.Raw)
	}
	return b.String()
}

// describe returns the tokens as text, a word for each.
func describe(tokens []Token) string {
	var words []string
	for _, t := range tokens {
		word := [...]string{"key", "paste", "mouse", "focus", "other"}[t.Kind]
		if t.Kind == Key {
			word = [...]string{"", "repeat:", "release:"}[t.Event]
			for i, name := range []string{"shift", "alt", "ctrl", "super", "hyper", "meta"} {
				if t.Mods>>i&1 != 0 {
					word += name + "+"
				}
			}
			word += name(&t)
			if t.Text != 0 && t.Text != t.Code {
				word += fmt.Sprintf("(%c)", t.Text)
			}
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func name(t *Token) string {
	names := map[rune]string{
		Tab: "tab", Enter: "enter", Escape: "escape", Backspace: "backspace", Insert: "insert", Delete: "delete", Left: "left", Right: "right",
		Up: "up", Down: "down", PageUp: "pageup", PageDown: "pagedown", Home: "home", End: "end", Unknown: "?", ' ': "space",
	}
	switch n, ok := names[t.Code]; {
	case ok:
		return n
	case t.Modifier():
		return "modifier"
	case t.Code < ' ':
		return fmt.Sprintf("^%c", t.Code^0x40)
	case t.Code >= f1 && t.Code < f1+35:
		return fmt.Sprintf("f%d", t.Code-f1+1)
	case t.Code >= keypad0 && t.Code < firstModifier:
		return fmt.Sprintf("kp%d", t.Code)
	}
	return string(t.Code)
}

var tokenTests = []struct{ in, want string }{
	{"aé漢😀 \x7f", "a é 漢 😀 space backspace"},
	{"\x01\r\n\t\x1b", "^A enter ^J tab escape"},
	{"\x1bx\x1bé\x1b\r\x1b\x1b[A", "alt+x alt+é escape enter escape up"},
	{"\xff\xe6\xbca\xed\xa0\x80", "other other a other other other"},
	// Legacy sequences: xterm, VT220, rxvt, the Linux console.
	{"\x1b[A\x1bOB\x1b[1;5C\x1b[5D\x1bO5D\x1b[1;2A", "up down ctrl+right ctrl+left ctrl+left shift+up"},
	{"\x1b[H\x1bOF\x1b[1~\x1b[4~\x1b[7~\x1b[8~\x1b[2~\x1b[3;3~\x1b[5~\x1b[6~", "home end home end home end insert alt+delete pageup pagedown"},
	{"\x1bOP\x1b[Q\x1b[13~\x1b[1;2R\x1b[15;6~\x1b[24~\x1b[34~\x1b[[A\x1b[[E", "f1 f2 f3 shift+f3 shift+ctrl+f5 f12 f20 f1 f5"},
	{"\x1b[Z\x1b[1;5Z\x1b[a", "shift+tab shift+ctrl+tab up"},
	{"\x1bOM\x1bOp\x1bOy\x1bOj\x1bOk\x1bOl\x1bOm\x1bOn\x1bOo\x1bOX\x1bO ", "kp57414 kp57399(0) kp57408(9) kp57411(*) kp57413(+) kp57416(,) kp57412(-) kp57409(.) kp57410(/) kp57415(=) space"},
	{"\x1b[", "alt+["},
	{"\x1bO", "alt+O"},
	{"\x1bOé", "alt+O é"},
	// The kitty keyboard protocol.
	{"\x1b[97u\x1b[97;1u\x1b[97;5u\x1b[97;1:1u\x1b[97;1:2u\x1b[97;1:3u", "a a ctrl+a a repeat:a release:a"},
	{"\x1b[97;2u\x1b[97:65;2u\x1b[97;2;65u\x1b[54;2u\x1b[54:94;2u\x1b[54;2;94u", "shift+a(A) shift+a(A) shift+a(A) shift+6 shift+6(^) shift+6(^)"},
	{"\x1b[97;65u\x1b[97;66u\x1b[97;129u\x1b[97;193:3u", "a(A) shift+a a release:a(A)"},
	{"\x1b[97;3u\x1b[97;9u\x1b[97;17u\x1b[97;33u", "alt+a super+a hyper+a meta+a"},
	{"\x1b[1089::99;5u\x1b[1089;;1089u\x1b[0;;228u\x1b[97;;104:105u", "ctrl+с с ?(ä) a"},
	{"\x1b[13u\x1b[9u\x1b[127u\x1b[27u\x1b[32u\x1b[9;2u", "enter tab backspace escape space shift+tab"},
	{"\x1b[1;1:2A\x1b[1;5:3D\x1b[3;1:3~\x1b[57358u\x1b[57441;2u\x1b[57442;5:3u", "repeat:up release:ctrl+left release:delete modifier shift+modifier release:ctrl+modifier"},
	{"\x1b[57399u\x1b[57399;;48u\x1b[57414u\x1b[57417u\x1b[57376u\x1b[57427~\x1b[57428u", "kp57399(0) kp57399(0) kp57414 kp57417 f13 kp57427 kp57428"},
	// modifyOtherKeys.
	{"\x1b[27;5;94~\x1b[27;6;94~\x1b[94;5u\x1b[27;2;65~\x1b[27;3;97~\x1b[27;5;9~", "ctrl+^ shift+ctrl+^ ctrl+^ shift+A alt+a ctrl+tab"},
	// Other tokens.
	{"\x1b[M !!\x1b[<0;1;1M\x1b[<0;1;1m\x1b[32;5;5M\x1b[I\x1b[O", "mouse mouse mouse mouse focus focus"},
	{"\x1b[M\xff\xff\xffx", "mouse x"},
	{"\x1b[5;10R\x1b[?64;1c\x1b[0n\x1b[4;600;800t\x1b[?2026;2$y\x1b[?997;1n\x1b[u\x1b[200~\x1b[201~", "other other other other other other other other other"},
	// Incomplete tokens.
	{"\x1b[12\x1e\x1b[\x1e\x1bO\x1e\x1b[M\x1e\x1b[M a\x1e", "other ^^ alt+[ ^^ alt+O ^^ mouse ^^ mouse ^^"},
	{"\x1b[1\x1b[A\x1b[2$\rx", "other up other enter x"},
	{"\x1b[12\x7f\x1b[\x7f\x1bO\x7f\x1b[M a\x7f", "other backspace alt+[ backspace alt+O backspace mouse backspace"},
	// Limits.
	{"\x1b[[E\x1b[[F\x1bO1;2;3;5A\x1b[97;5;98;99u", "f5 other alt+up ctrl+a(b)"},
}

func TestTokens(t *testing.T) {
	for _, test := range tokenTests {
		t.Run(test.in, func(t *testing.T) {
			got := split(new(Splitter), test.in)
			if describe(got) != test.want {
				t.Errorf("got %s, want %s", describe(got), test.want)
			}
			if raw(got) != test.in {
				t.Errorf("bytes %q", raw(got))
			}
		})
	}
}

// The tokens are the same for any cut of the input.
func TestTokensFromParts(t *testing.T) {
	for _, test := range tokenTests {
		t.Run(test.in, func(t *testing.T) {
			for i := range len(test.in) + 1 {
				got := split(new(Splitter), test.in[:i], test.in[i:])
				if describe(got) != test.want || raw(got) != test.in {
					t.Errorf("cut at %d: %s, bytes %q", i, describe(got), raw(got))
				}
			}
			bytes := strings.Split(test.in, "")
			if got := split(new(Splitter), bytes...); describe(got) != test.want {
				t.Errorf("in single characters: %s", describe(got))
			}
		})
	}
}

func TestPaste(t *testing.T) {
	const pasted = "\x1b[200~a\x1e\x1b[54;5u\x1b[201\x1b[200~\x1b[20\x1b[201~"
	for i := range len(pasted) + 1 {
		s := &Splitter{Brackets: true}
		got := split(s, pasted[:i], pasted[i:], "b")
		for _, token := range got[:len(got)-1] {
			if token.Kind != Paste {
				t.Fatalf("cut at %d: %s", i, describe(got))
			}
		}
		if last := got[len(got)-1]; describe(got[len(got)-1:]) != "b" || raw(got) != pasted+"b" {
			t.Fatalf("cut at %d: %+v, %q", i, last, raw(got))
		}
	}
	s := &Splitter{Brackets: true}
	split(s, "\x1b[200~abc")
	s.Reset()
	if got := describe(split(s, "\x1e")); got != "^^" {
		t.Errorf("after Reset: %s", got)
	}
}

func TestNoAltKeepsSequences(t *testing.T) {
	got := describe(split(&Splitter{NoAlt: true}, "\x1b.\x1bé\x1b[A\x1bOB"))
	if got != "escape . escape é up down" {
		t.Error(got)
	}
}

// Early returns the bytes of incomplete tokens, once.
func TestEarly(t *testing.T) {
	s := new(Splitter)
	for _, c := range []struct {
		read, early, token string
		key                bool
	}{
		{"\x1b", "\x1b", "", true}, {"[", "[", "", true}, {"54;", "54;", "", false}, {"5u", "", "5u", false},
		{"\xc3", "\xc3", "", false}, {"\xa9", "", "\xa9", false}, {"\x1b", "\x1b", "", true}, {"\x1b", "\x1b", "", true},
	} {
		token := ""
		for rest := []byte(c.read); ; {
			t, after, ok := s.Next(rest)
			if !ok {
				break
			}
			token, rest = token+string(t.Raw), after
		}
		if s.Held() != len(c.early) || s.MayBeKey() != c.key {
			t.Errorf("after %q: %d bytes held, MayBeKey %v", c.read, s.Held(), s.MayBeKey())
		}
		if early := string(s.Early()); early != c.early || token != c.token || s.Held() != 0 {
			t.Errorf("%q: early %q, token %q", c.read, early, token)
		}
	}
	if token, ok := s.Flush(); !ok || token.Code != Escape || len(token.Raw) != 0 {
		t.Errorf("at the end: %+v, %v", token, ok)
	}
	if token, ok := s.Flush(); ok {
		t.Errorf("after the end: %+v", token)
	}
}

func TestSequencesAreBounded(t *testing.T) {
	for _, begin := range []string{"\x1b[", "\x1bO"} {
		in := begin + strings.Repeat("1", 10_000)
		s := new(Splitter)
		got := split(s, in[:5000], in[5000:])
		if raw(got) != in || cap(s.partial) > 4*maxSequence {
			t.Errorf("%q...: %d tokens of %d bytes, %d held", begin, len(got), len(raw(got)), cap(s.partial))
		}
		for _, token := range got {
			if len(token.Raw) > maxSequence+1 {
				t.Errorf("%q...: a token of %d bytes", begin, len(token.Raw))
			}
		}
	}
}

func TestTokensAllocateNothing(t *testing.T) {
	s := new(Splitter)
	in := []byte("text\x1b[A\x1b[97;5u\xc3\xa9\x1b[<0;1;1M\x1b[27;5;94~\x1b")
	rest := []byte("[A")
	if n := testing.AllocsPerRun(100, func() {
		for _, read := range [][]byte{in, rest} {
			for ok := true; ok; {
				var t Token
				t, read, ok = s.Next(read)
				t.Legacy()
			}
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// controlTable is the table "Legacy ctrl mapping of ASCII keys" of the kitty
// keyboard protocol.
const controlTable = `SPC 0 / 31 0 48 1 49 2 0 3 27 4 28 5 29 6 30 7 31 8 127 9 57 ? 127 @ 0 [ 27 \ 28 ] 29 ^ 30 _ 31
a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i 9 j 10 k 11 l 12 m 13 n 14 o 15 p 16 q 17 r 18 s 19 t 20 u 21 v 22 w 23 x 24 y 25 z 26 ~ 30`

func TestControlTable(t *testing.T) {
	fields := strings.Fields(controlTable)
	for i := 0; i < len(fields); i += 2 {
		code := rune(fields[i][0])
		if fields[i] == "SPC" {
			code = ' '
		}
		var want int
		fmt.Sscan(fields[i+1], &want)
		for _, form := range []string{"\x1b[%d;5u", "\x1b[%d;69u", "\x1b[%d;133:1u", "\x1b[27;5;%d~", "\x1b[%d;5:3u"} {
			text := fmt.Sprintf(form, code)
			token := split(new(Splitter), text)[0]
			if b, ok := token.Legacy(); !ok || int(b) != want {
				t.Errorf("Legacy of %q: %d, %v; want %d", text, b, ok, want)
			}
		}
	}
}

func TestLegacy(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int // -1 for nothing
	}{
		{"\x00", 0}, {"a", 'a'}, {"\x1e", 0x1e}, {"\x7f", 0x7f}, {"é", -1}, {"\x1ba", -1}, {"\x1b[A", -1}, {"\x1b[a", -1}, {"\x1b[I", -1},
		{"\x1b[46u", '.'}, {"\x1b[57409u", '.'}, {"\x1bOn", '.'}, {"\x1b[46;5u", '.'}, {"\x1b[59:46;2;46u", '.'}, {"\x1b[59:46;2u", '.'}, {"\x1b[59;2u", ':'},
		{"\x1b[45;6u", 0x1f}, {"\x1b[47;6u", 0x7f}, {"\x1b[54:94;6u", 0x1e}, {"\x1b[45:54;6u", 0x1e}, {"\x1b[45::54;5u", '-'}, {"\x1b[224::48;5u", '0'}, {"\x1b[1089::99;5u", 3},
		{"\x1b[97;6u", 1}, {"\x1b[65;6u", 1}, {"\x1b[27;6;65~", 1}, {"\x1b[97;7u", -1}, {"\x1b[97;13u", -1}, {"\x1b[97;2u", 'A'},
		{"\x1b[13u", '\r'}, {"\x1b[57414u", '\r'}, {"\x1b[9u", '\t'}, {"\x1b[9;2u", -1}, {"\x1b[Z", -1}, {"\x1b[127u", 0x7f}, {"\x1b[127;5u", '\b'}, {"\x1b[27u", 0x1b},
		{"\x1b[57441u", -1}, {"\x1b[57376u", -1}, {"\x1b[0;;94u", '^'}, {"\x1b[0u", -1},
	} {
		t.Run(c.in, func(t *testing.T) {
			token := split(new(Splitter), c.in)[0]
			b, ok := token.Legacy()
			if got := int(b); ok != (c.want >= 0) || ok && got != c.want {
				t.Errorf("got %d, %v; want %d", b, ok, c.want)
			}
		})
	}
}

// FuzzSplitter cuts input in two: no byte is lost, and the tokens are the same, except
// for pastes, which arrive in parts.
func FuzzSplitter(f *testing.F) {
	for _, test := range tokenTests {
		f.Add(test.in, uint16(1), false, false)
	}
	f.Add("\x1b[200~a\x1b[201~b", uint16(9), true, false)
	f.Add("a\x1b[M \u0400!b", uint16(6), false, true)
	f.Fuzz(func(t *testing.T, in string, at uint16, brackets, utf8Mouse bool) {
		n := int(at) % (len(in) + 1)
		whole := split(&Splitter{Brackets: brackets, UTF8Mouse: utf8Mouse}, in)
		parts := split(&Splitter{Brackets: brackets, UTF8Mouse: utf8Mouse}, in[:n], in[n:])
		if raw(whole) != in || raw(parts) != in {
			t.Errorf("bytes of %q: %q, cut at %d: %q", in, raw(whole), n, raw(parts))
		}
		for _, token := range whole {
			if m, ok := token.Mouse(); ok {
				m.Append(nil)
			}
		}
		if brackets {
			return
		}
		if a, b := describe(whole), describe(parts); a != b {
			t.Errorf("%q: %s, cut at %d: %s", in, a, n, b)
		}
	})
}

func TestParseParams(t *testing.T) {
	for _, test := range []struct {
		in   string
		want params
		ok   bool
	}{
		{"", params{}, true},
		{"7", params{value: [3][3]rune{{7}}, n: 1}, true},
		{";7", params{value: [3][3]rune{{}, {7}}, n: 2}, true},
		{"1:2:3:4;5;6;7", params{value: [3][3]rune{{1, 2, 3}, {5}, {6}}, n: 3}, true},
		{"99999999999999999999", params{value: [3][3]rune{{maxParam}}, n: 1}, true},
		{"1?", params{}, false},
		{"1/", params{}, false},
	} {
		t.Run(test.in, func(t *testing.T) {
			if got, ok := parseParams([]byte(test.in)); ok != test.ok || ok && got != test.want {
				t.Errorf("got %+v, %v; want %+v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestModifierKeys(t *testing.T) {
	for code, want := range map[rune]bool{
		capsLock: true, scrollLock: true, numLock: true, numLock + 1: false, menu: false,
		firstModifier - 1: false, firstModifier: true, lastModifier: true, lastModifier + 1: false, 'a': false,
	} {
		token := Token{Kind: Key, Code: code}
		if token.Modifier() != want || token.Pressed() == want {
			t.Errorf("code %d: modifier %v, pressed %v; want modifier %v", code, token.Modifier(), token.Pressed(), want)
		}
	}
}

// The keys of the numeric keypad have the codes of the main keys.
func TestPlain(t *testing.T) {
	for in, want := range map[string]rune{
		"\x1b[57414u": Enter, "\x1b[57413u": 57413, "\x1b[57415u": 57415,
		"\x1b[57416u": 57416, "\x1b[57417u": Left, "\x1b[57426u": Delete, "\x1b[57427~": keypadBegin, "\x1b[A": Up,
		"\x1b[1;2A": Unknown, "a": 'a',
	} {
		token := split(new(Splitter), in)[0]
		if got := token.Plain(); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

// Functional keys type no text, from the first code of the private use area on.
func TestFunctionalKeysTypeNothing(t *testing.T) {
	for code, want := range map[rune]rune{0xdfff: 0xdfff, 0xe000: 0, 0xf8ff: 0, 0xf900: 0xf900} {
		token := split(new(Splitter), fmt.Sprintf("\x1b[%du", code))[0]
		if token.Text != want {
			t.Errorf("code %#x: text %#x, want %#x", code, token.Text, want)
		}
	}
}

// A sequence that arrives byte by byte is split at the same length.
func TestSequencesAreBoundedInBytes(t *testing.T) {
	in := "\x1b[" + strings.Repeat("1", 3*maxSequence)
	got := split(new(Splitter), strings.Split(in, "")...)
	if raw(got) != in || len(got[0].Raw) != maxSequence {
		t.Errorf("%d of %d bytes, the first token has %d; want %d", len(raw(got)), len(in), len(got[0].Raw), maxSequence)
	}
}
