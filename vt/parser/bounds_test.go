package parser

import (
	"strings"
	"testing"
)

// TestParserBounds has sequences at the limits of parameters, intermediates and code points.
func TestParserBounds(t *testing.T) {
	params := func(n int) string { return strings.TrimSuffix(strings.Repeat("7;", n), ";") }
	for _, c := range []struct {
		name, input, want string
	}{
		{"parameter of 65535", "\x1b[65535A", "csi 65535A"},
		{"parameter of 65536", "\x1b[65536A", "csi 65535A"},
		{"parameter of 65536 in ten digits", "\x1b[0000065536A", "csi 65535A"},
		{"two parameters of 65536", "\x1b[65536;65536H", "csi 65535;65535H"},
		{"parameter that overflows 32 bits", "\x1b[4294967297A", "csi 65535A"},
		{"as many parameters as fit", "\x1b[" + params(MaxParams) + "m", "csi " + params(MaxParams) + "m"},
		{"one parameter too many", "\x1b[" + params(MaxParams+1) + "m", "csi " + params(MaxParams) + "m"},
		{"digits of a parameter too many", "\x1b[" + params(MaxParams) + ";9999m", "csi " + params(MaxParams) + "m"},
		{"omitted parameters up to the limit", "\x1b[" + strings.Repeat(";", MaxParams-1) + "m", "csi " + strings.Repeat(";", MaxParams-1) + "m"},
		{"colon at the limit", "\x1b[" + params(MaxParams-1) + ":7m", "csi " + params(MaxParams-1) + ":7m"},
		{"colon beyond the limit", "\x1b[" + params(MaxParams) + ":7m", "csi " + params(MaxParams) + "m"},
		{"question at the limit", "\x1b[>" + strings.Repeat(";", MaxParams-1) + "?m", "csi >" + strings.Repeat(";", MaxParams-1) + "?m"},
		{"question beyond the limit", "\x1b[>" + strings.Repeat(";", MaxParams) + "?mx", "print x"},
		{"two intermediates", "\x1b[1 !p", "csi 1 !p"},
		{"three intermediates", "\x1b[1 !!px", "print x"},
		{"three intermediates after ESC", "\x1b !!px", "esc \xff\xffp|print x"},
		{"seven bytes of parameters", "\x1b[999;999H", "csi 999;999H"},
		{"eight bytes of parameters", "\x1b[9999;999H", "csi 9999;999H"},
		{"nine bytes of parameters", "\x1b[9999;9999H", "csi 9999;9999H"},
		{"five digits", "\x1b[12345A\x1b[123456A\x1b[;12345H", "csi 12345A|csi 65535A|csi ;12345H"},
		{"U+10FFFF", "\U0010ffff", "print \U0010ffff"},
		{"beyond U+10FFFF", "\xf4\x90\x80\x80x", "print \ufffd\ufffd\ufffd\ufffdx"},
		{"lead byte F5", "\xf5\x80\x80\x80x", "print \ufffd\ufffd\ufffd\ufffdx"},
		{"lead byte C1", "\xc1\xbfx", "print \ufffd\ufffdx"},
		{"U+0080 is a control", "a\u0080b", "print a|esc @|print b"},
		{"U+009F begins a string", "a\u009fb\u009cc", "print ac"},
		{"U+00A0", "\u00a0", "print \u00a0"},
		{"U+07FF and U+0800", "\u07ff\u0800\xe0\x9f\xbfx", "print \u07ff\u0800\ufffd\ufffd\ufffdx"},
		{"U+D7FF and U+E000", "\ud7ff\ue000\xed\xa0\x80x", "print \ud7ff\ue000\ufffd\ufffd\ufffdx"},
		{"U+FFFF and U+10000", "\uffff\U00010000\xf0\x8f\xbf\xbfx", "print \uffff\U00010000\ufffd\ufffd\ufffd\ufffdx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.NewReplacer("\xff\xff", "ÿÿ", "|", "\n").Replace(c.want)
			if got := parse(t, c.input, false); got != want {
				t.Errorf("%q:\n got %q\nwant %q", c.input, got, want)
			}
		})
	}
}

// TestParserVT52Bounds has positions of ESC Y at the bounds of a byte.
func TestParserVT52Bounds(t *testing.T) {
	for input, want := range map[string]string{
		"\x1bY  ":       "csi vt52 0;0Y",
		"\x1bY~\x7f":    "csi vt52 94;95Y",
		"\x1bY\x1f\x01": "csi vt52 0;0Y",
	} {
		t.Run(input, func(t *testing.T) {
			if got := parse(t, input, true); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestParserClipboardLimit has an OSC whose first bytes are nearly those of OSC 52.
func TestParserClipboardLimit(t *testing.T) {
	for head, limit := range map[string]int{"52;": MaxClipboardString, "52": maxString, "5": maxString, "521;": maxString} {
		fill := "x"
		if head == "5" {
			fill = ";"
		}
		for _, more := range []int{0, 1} {
			r := &recorder{}
			p := Parser{Performer: r}
			p.Write([]byte("\x1b]" + head + strings.Repeat(fill, limit-len(head)+more) + "\a"))
			want := map[bool]string{true: "osc", false: ""}[more == 0]
			if more == 1 && head == "52;" {
				want = "refused"
			}
			if got := strings.Join(r.events, "\n"); got != want && !(want == "osc" && strings.HasPrefix(got, "osc ")) {
				t.Errorf("OSC %s with %d bytes: %.20q, want %q", head, limit+more, got, want)
			}
		}
	}
}

// TestTransferLimit has strings that may be longer if the parser allows it, in one write and byte
// by byte up to the longest name.
func TestTransferLimit(t *testing.T) {
	const transfer = 3 << 20
	for head, limit := range map[string]int{
		"52;": transfer, "1337;File=": transfer, "1337;MultipartFile=": transfer, "1337;FilePart=": transfer,
		"1337;Copy=": maxString, "1337;FilePart": maxString, "1337;MultipartFile:": maxString, "2;52;": maxString,
	} {
		for _, more := range []int{0, 1} {
			for _, split := range []int{0, 1, 4, 30} {
				r := &recorder{}
				p := Parser{Performer: r, MaxTransfer: transfer}
				input := "\x1b]" + head + strings.Repeat("x", limit-len(head)+more) + "\a"
				for i := range split {
					p.Write([]byte(input[i : i+1]))
				}
				p.Write([]byte(input[split:]))
				got, _, _ := strings.Cut(strings.Join(r.events, "\n"), " ")
				want := map[bool]string{true: "osc", false: ""}[more == 0]
				if more == 1 && head == "52;" {
					want = "refused"
				}
				if got != want {
					t.Errorf("OSC %s with %d bytes, split after %d: %q, want %q", head, limit+more, split, got, want)
				}
			}
		}
	}
}
