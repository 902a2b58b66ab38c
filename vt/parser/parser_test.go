package parser

import (
	"fmt"
	"strings"
	"testing"
)

// recorder is a Performer that records the events as text.
type recorder struct{ events []string }

func (r *recorder) add(format string, a ...any) {
	r.events = append(r.events, fmt.Sprintf(format, a...))
}

func (r *recorder) Print(text []byte)      { r.add("print %s", text) }
func (r *recorder) PrintRunes(text []rune) { r.add("print %s", string(text)) }
func (r *recorder) Execute(c byte)         { r.add("execute %02x", c) }

func (r *recorder) NewLine() {
	r.Execute(cr)
	r.Execute(lf)
}

func (r *recorder) EscDispatch(inter uint16, final byte) {
	r.add("esc %s%c", intermediates(inter), final)
}

func (r *recorder) ShortSGR(CSIText) bool              { return false }
func (r *recorder) PrintGR(c byte)                     { r.add("GR %02x", c) }
func (r *recorder) DirectColors(fg, bg uint32)         { r.add("colors %x %x", fg, bg) }
func (r *recorder) CSIDispatch(s *Sequence)            { r.add("csi %s", head(s)) }
func (r *recorder) OSCDispatch(data []byte, st string) { r.add("osc %s %q", data, st) }
func (r *recorder) RefuseClipboard()                   { r.add("refused") }

func (r *recorder) HookDCS(*Sequence) bool { return false }

func (r *recorder) Hooked(b []byte) (int, bool) { return len(b), true }

func (r *recorder) APCDispatch(data []byte) { r.add("apc %s", data) }

func (r *recorder) DCSDispatch(s *Sequence, data []byte) { r.add("dcs %s %s", head(s), data) }

func intermediates(inter uint16) string {
	s := ""
	for ; inter != 0; inter >>= 8 {
		s += string(rune(inter & 0xff))
	}
	return s
}

func head(s *Sequence) string {
	var b strings.Builder
	if s.Marker == esc {
		b.WriteString("vt52 ")
	} else if s.Marker != 0 {
		b.WriteByte(s.Marker)
	}
	for i := range s.N {
		if i > 0 {
			b.WriteString(map[bool]string{true: ":", false: ";"}[s.IsSub(i)])
		}
		if s.Value[i] >= 0 {
			fmt.Fprint(&b, s.Value[i])
		} else if s.Value[i] == Query {
			b.WriteByte('?')
		}
	}
	return b.String() + intermediates(s.Intermediates) + string(s.Final)
}

// parse returns the events of input, written at once, byte by byte, and parsed byte by
// byte. The three must agree except for the lengths of prints.
func parse(t *testing.T, input string, vt52 bool) string {
	t.Helper()
	var got [3]string
	for i := range got {
		r := &recorder{}
		p := Parser{Performer: r, VT52: vt52, byByte: i == 2}
		if i == 0 {
			p.Write([]byte(input))
		} else {
			for j := range len(input) {
				p.Write([]byte{input[j]})
			}
		}
		got[i] = joinPrints(r.events)
	}
	if got[0] != got[1] || got[0] != got[2] {
		t.Errorf("%q: whole %q, split %q, slow %q", input, got[0], got[1], got[2])
	}
	return got[0]
}

// joinPrints returns the events as lines, with successive prints joined.
func joinPrints(events []string) string {
	out := ""
	for _, h := range events {
		text, isPrint := strings.CutPrefix(h, "print ")
		if isPrint && strings.HasPrefix(out[strings.LastIndexByte(out, '\n')+1:], "print ") {
			out += text
			continue
		}
		out += "\n" + h
	}
	return strings.TrimPrefix(out, "\n")
}

var parserTests = []struct{ name, input, want string }{
	{"text", "hello", "print hello"},
	{"controls", "a\r\n\x07", "print a|execute 0d|execute 0a|execute 07"},
	{"DEL is ignored", "a\x7fb", "print ab"},
	{"UTF-8", "é日👍", "print é日👍"},
	{"escape", "\x1b7\x1b(0\x1b#8", "esc 7|esc (0|esc #8"},
	{"two intermediates", "\x1b(%5", "esc (%5"},
	{"three intermediates", "\x1b(%%5x", "esc \xff\xff5|print x"},
	{"CSI", "\x1b[H\x1b[5A\x1b[2;3H", "csi H|csi 5A|csi 2;3H"},
	{"CSI omitted", "\x1b[;H\x1b[;5H\x1b[5;H", "csi ;H|csi ;5H|csi 5;H"},
	{"CSI private", "\x1b[?25l\x1b[>c\x1b[=1;2u\x1b[<u", "csi ?25l|csi >c|csi =1;2u|csi <u"},
	{"CSI intermediate", "\x1b[2 q\x1b[!p\x1b[?2026$p", "csi 2 q|csi !p|csi ?2026$p"},
	{"CSI colons", "\x1b[4:3m\x1b[38:2::1:2:3;1m", "csi 4:3m|csi 38:2::1:2:3;1m"},
	{"CSI value limit", "\x1b[99999999999A", "csi 65535A"},
	{"CSI control inside", "\x1b[2\nA", "execute 0a|csi 2A"},
	{"CSI DEL inside", "\x1b[2\x7fA", "csi 2A"},
	{"CSI marker late", "\x1b[2?Ax", "print x"},
	{"CSI digit after intermediate", "\x1b[2 3Ax", "print x"},
	{"CSI question", "\x1b[>4;?m", "csi >4;?m"},
	{"CSI aborted", "\x1b[2\x18A\x1b[3\x1aB\x1b[4\x1b[5C", "execute 18|print A|execute 1a|print B|csi 5C"},
	{"CSI cancelled by text", "\x1b[2éA", "print A"},
	{"C1", "\u0084\u009b5A\u009d0;x\u009c", "esc D|csi 5A|osc 0;x \"\\x1b\\\\\""},
	{"C1 bytes are not UTF-8", "\x84\x9b5A", "print \ufffd\ufffd5A"},
	{"OSC BEL", "\x1b]0;hi\a", `osc 0;hi "\a"`},
	{"OSC ST", "\x1b]0;hé\x1b\\x", `osc 0;hé "\x1b\\"|print x`},
	{"OSC aborted", "\x1b]0;hi\x18x\x1b]1;\x1b[Ay", "execute 18|print x|csi A|print y"},
	{"OSC controls inside", "\x1b]0;a\nb\a", `osc 0;ab "\a"`},
	{"DCS", "\x1bP1;2$qm\x1b\\x", "dcs 1;2$q m|print x"},
	{"DCS BEL inside", "\x1bP+q\a\x1b\\", "dcs +q \a"},
	{"DCS bad head", "\x1bP1 2qabc\x1b\\x", "print x"},
	{"SOS PM APC", "\x1bXa\a\x1b\\\x1b^b\x1b\\\x1b_c\u009cx", "print x"},
	{"ST alone", "\x1b\\x", "esc \\|print x"},
	// Unicode 3.9, table 3-8: one replacement for each maximal subpart.
	{"UTF-8 maximal subparts", "a\xf1\x80\x80\xe1\x80\xc2b\x80c\x80\xbfd", "print a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd"},
	{"UTF-8 overlong", "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82A", "print \ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdA"},
	{"UTF-8 surrogate", "\xed\xa0\x80A", "print \ufffd\ufffd\ufffdA"},
	{"UTF-8 too large", "\xf4\x91\x92\x93\xffA", "print \ufffd\ufffd\ufffd\ufffd\ufffdA"},
	{"UTF-8 cut by control", "\xe2\x82\nx", "print \ufffd|execute 0a|print x"},
}

func TestParser(t *testing.T) {
	for _, c := range parserTests {
		t.Run(c.name, func(t *testing.T) {
			want := strings.NewReplacer("\xff", "ÿ", "|", "\n").Replace(c.want)
			if got := parse(t, c.input, false); got != want {
				t.Errorf("%q:\n got %q\nwant %q", c.input, got, want)
			}
		})
	}
}

func TestParserVT52(t *testing.T) {
	want := "csi vt52 A\ncsi vt52 3;5Y\nprint x\ncsi vt52 <"
	if got := parse(t, "\x1bA\x1bY#%x\x1b<", true); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParserParameterLimit(t *testing.T) {
	input := "\x1b[" + strings.Repeat("7;", MaxParams+5) + "7m"
	want := "csi " + strings.Repeat("7;", MaxParams-1) + "7m"
	if got := parse(t, input, false); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParserStringLimits(t *testing.T) {
	for _, c := range []struct {
		head  string
		limit int
	}{{"0;", maxString}, {"52;", MaxClipboardString}} {
		fits := c.head + strings.Repeat("x", c.limit-len(c.head))
		for _, chunk := range []int{1 << 30, 4096, 7} {
			r := &recorder{}
			p := Parser{Performer: r}
			input := "\x1b]" + fits + "\a\x1b]" + fits + "y\aafter"
			for len(input) > 0 {
				n := min(chunk, len(input))
				p.Write([]byte(input[:n]))
				input = input[n:]
			}
			want := map[string]string{"0;": "print after", "52;": "refused\nprint after"}[c.head]
			if len(r.events) < 2 || r.events[0] != fmt.Sprintf("osc %s %q", fits, "\a") || joinPrints(r.events[1:]) != want {
				t.Errorf("%s in chunks of %d: %d events, then %q", c.head, chunk, len(r.events), joinPrints(r.events[1:]))
			}
			if cap(p.text.data) > maxString {
				t.Errorf("%d bytes are kept after a long string", cap(p.text.data))
			}
		}
	}
}

func TestPrintable(t *testing.T) {
	text := []byte("abcdefghijklmnopqrstuvwxyz ~!")
	for n := range text {
		for _, odd := range []byte{0, 0x1f, del, 0x80, 0xff} {
			for _, after := range []byte{0x20, 0x1f, 0xff} {
				b := append(append([]byte{}, text[:n]...), odd, after, after)
				b = append(b, text...)
				if got := printable(b); got != n {
					t.Errorf("%q: %d, want %d", b, got, n)
				}
			}
		}
	}
}

func FuzzParser(f *testing.F) {
	for _, c := range parserTests {
		f.Add([]byte(c.input))
	}
	f.Fuzz(func(t *testing.T, input []byte) { parse(t, string(input), false) })
}
