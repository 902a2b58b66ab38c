package vt

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gm/vt/parser"
)

func TestTitles(t *testing.T) {
	for input, want := range map[string][2]string{
		"\x1b]0;both\a":                            {"both", "both"},
		"\x1b]2;title\x1b\\":                       {"title", ""},
		"\x1b]1;icon\a":                            {"", "icon"},
		"\x1b]2;a;b\a":                             {"a;b", ""},
		"\x1b]2;é\x01\u0085日\xff\a":                {"", ""}, // aborted by the C1 control
		"\x1b]2;é\x01日\xff\a":                      {"é日\ufffd", ""},
		"\x1b]2;a\a\x1b[22t\x1b]2;b\a\x1b[23t":     {"a", ""},
		"\x1b]0;a\a\x1b[22;2t\x1b]0;b\a\x1b[23;2t": {"a", "b"},
		"\x1b]0;a\a\x1b[22;1t\x1b]0;b\a\x1b[23;1t": {"b", "a"},
		"\x1b]0;a\a\x1b[23t":                       {"a", "a"},
		// A pop removes both, and a push of one copies the other from the entry
		// below, if there is one.
		"\x1b]0;a\a\x1b[22t\x1b]0;b\a\x1b[23;1t\x1b[23;2t":                     {"b", "a"},
		"\x1b]0;a\a\x1b[22t\x1b]0;b\a\x1b[23;2t\x1b[23;1t":                     {"a", "b"},
		"\x1b]0;a\a\x1b[22;1t\x1b]0;b\a\x1b[22;2t\x1b[23t":                     {"b", "a"},
		"\x1b]0;a\a\x1b[22;1t\x1b]0;b\a\x1b[23;2t":                             {"a", "b"},
		"\x1b]0;a\a\x1b[22t\x1b]0;b\a\x1b[22;1t\x1b]0;c\a\x1b[23;2t\x1b[23;1t": {"a", "a"},
		"\x1b]0;a\a\x1bc":                          {"a", "a"},
		"\x1b]x;a\a\x1b]+2;a\a\x1b]\a\x1b]999;a\a": {"", ""},
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			s := typed(input).screen
			if got := [2]string{s.Title, s.Icon}; got != want {
				t.Errorf("%q: %q, want %q", input, got, want)
			}
			if s.TitleSet != (want != [2]string{}) {
				t.Errorf("%q: TitleSet is %v", input, s.TitleSet)
			}
		})
	}
}

func TestTitleLimits(t *testing.T) {
	term := typed("\x1b]0;" + strings.Repeat("é", maxTitleText) + "\a")
	if n := len(term.screen.Title); n > maxTitleText || n < maxTitleText-4 || !utf8.ValidString(term.screen.Title) {
		t.Errorf("%d bytes", n)
	}
	for i := range 50 {
		typedInto(term, "\x1b]0;"+string(rune('a'+i%26))+"\a\x1b[22t")
	}
	if n := len(term.titles); n != maxTitleStack {
		t.Errorf("%d titles", n)
	}
	for range 5 {
		typedInto(term, "\x1b[23t")
	}
	if term.screen.Title != string(rune('a'+45%26)) {
		t.Errorf("title %q", term.screen.Title)
	}
}

func TestClipboard(t *testing.T) {
	for input, want := range map[string]Clipboard{
		"\x1b]52;c;aGk=\a":                   {Selection: "c", Data: "aGk=", Seq: 1},
		"\x1b]52;;aGk=\a":                    {Data: "aGk=", Seq: 1},
		"\x1b]52;p;aGk\a":                    {Selection: "p", Data: "aGk", Seq: 1},
		"\x1b]52;s0x\x1b;aGk=\a":             {},
		"\x1b]52;s0x;aGk=\a":                 {Selection: "s0", Data: "aGk=", Seq: 1},
		"\x1b]52;c;aGk=\a\x1b]52;c;aGk=\a":   {Selection: "c", Data: "aGk=", Seq: 2},
		"\x1b]52;c;aGk=\a\x1b]52;c;\a":       {Selection: "c", Seq: 2},
		"\x1b]52;c;aGk=\a\x1b]52;c;not it\a": {Selection: "c", Seq: 2},
		"\x1b]52;c;?\a":                      {},
		"\x1b]52;c\a":                        {},
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			var got Clipboard
			if list := typed(input).screen.Clipboards; len(list) > 0 {
				got = list[len(list)-1]
			}
			if got != want {
				t.Errorf("%q: %+v, want %+v", input, got, want)
			}
		})
	}
	large := strings.Repeat("YWFh", (parser.MaxClipboardString-8)/4)
	if got := typed("\x1b]52;c;" + large + "\a").screen.Clipboards[0].Data; got != large {
		t.Errorf("%d bytes of %d", len(got), len(large))
	}
}

func TestNotifications(t *testing.T) {
	s := typed("\x1b]9;done\a\x1b]777;notify;a;b\x1b\\\x1b]7;file://h/tmp\a").screen
	if got := eventCommands(s); !slices.Equal(got, []string{"9;done", "777;notify;a;b"}) || s.Directory != "file://h/tmp" {
		t.Errorf("%q, %q", got, s.Directory)
	}
	s = typed("\x1b]9;" + strings.Repeat("x", maxEvent) + "\a\x1b]7;" + strings.Repeat("x", maxDirectory+1) + "\a").screen
	if s.EventCount() != 0 || s.Directory != "" {
		t.Error("an event or a directory that is too long is kept")
	}
}

func TestHyperlinks(t *testing.T) {
	s := typed("a\x1b]8;id=x:y=1;http://a/?q;r\x1b\\b\x1b[1mc\x1b[0md\x1b]8;;\x1b\\e").screen
	for x, want := range []Link{{}, {"x", "http://a/?q;r"}, {"x", "http://a/?q;r"}, {"x", "http://a/?q;r"}, {}} {
		if got := s.tables.links.list[s.Rendition(s.Cell(x, 0)).Link]; got != want {
			t.Errorf("cell %d: %+v, want %+v", x, got, want)
		}
	}
	if got := typed("\x1b]8;;" + strings.Repeat("x", maxURI+1) + "\a").screen.Pen.Link; got != 0 {
		t.Error("a link that is too long is kept")
	}
}

func TestColors(t *testing.T) {
	for input, want := range map[string]string{
		"\x1b]4;1;?\a":                              "\x1b]4;1;rgb:cdcd/0000/0000\a",
		"\x1b]4;+0000001;?\a\x1b]5;-0;?\a":          "\x1b]4;1;rgb:cdcd/0000/0000\a",
		"\x1b]5;0;#123\a\x1b]5;-0;?\a":              "\x1b]5;0;rgb:1010/2020/3030\a",
		"\x1b]4;16;?;231;?\a":                       "\x1b]4;16;rgb:0000/0000/0000\a\x1b]4;231;rgb:ffff/ffff/ffff\a",
		"\x1b]4;67;?;255;?\a":                       "\x1b]4;67;rgb:5f5f/8787/afaf\a\x1b]4;255;rgb:eeee/eeee/eeee\a",
		"\x1b]4;1;rgb:1/23/456\a\x1b]4;1;?\x1b\\":   "\x1b]4;1;rgb:1111/2323/4545\x1b\\",
		"\x1b]4;1;#123456\a\x1b]4;1;?\a":            "\x1b]4;1;rgb:1212/3434/5656\a",
		"\x1b]4;1;#f00\a\x1b]104;1\a\x1b]4;1;?\a":   "\x1b]4;1;rgb:cdcd/0000/0000\a",
		"\x1b]4;1;#f00\a\x1b]104\a\x1b]4;1;?\a":     "\x1b]4;1;rgb:cdcd/0000/0000\a",
		"\x1b]4;1;#f00\a\x1bc\x1b]4;1;?\a":          "\x1b]4;1;rgb:cdcd/0000/0000\a",
		"\x1b]4;1;#1234567890ab\a\x1b]4;1;?\a":      "\x1b]4;1;rgb:1212/5656/9090\a",
		"\x1b]10;rgb:1234/5678/9abc\a\x1b]10;?\a":   "\x1b]10;rgb:1212/5656/9a9a\a",
		"\x1b]4;1;nonsense\a\x1b]4;1;?\a":           "\x1b]4;1;rgb:cdcd/0000/0000\a",
		"\x1b]4;999;?\a\x1b]4;-1;?\a\x1b]4\a":       "",
		"\x1b]10;?\a":                               "\x1b]10;rgb:e5e5/e5e5/e5e5\a",
		"\x1b]11;?\x1b\\":                           "\x1b]11;rgb:0000/0000/0000\x1b\\",
		"\x1b]10;?;?;?\a":                           "\x1b]10;rgb:e5e5/e5e5/e5e5\a\x1b]11;rgb:0000/0000/0000\a\x1b]12;rgb:e5e5/e5e5/e5e5\a",
		"\x1b]11;#fff\a\x1b]11;?\a":                 "\x1b]11;rgb:f0f0/f0f0/f0f0\a",
		"\x1b]11;#fff\a\x1b]111\a\x1b]11;?\a":       "\x1b]11;rgb:0000/0000/0000\a",
		"\x1b]17;?\a\x1b]19;?\a":                    "\x1b]17;rgb:e5e5/e5e5/e5e5\a\x1b]19;rgb:0000/0000/0000\a",
		"\x1b]19;?;?\a":                             "\x1b]19;rgb:0000/0000/0000\a",
		"\x1b]5;0;#123\a\x1b]5;0;?\a\x1b]4;256;?\a": "\x1b]5;0;rgb:1010/2020/3030\a\x1b]4;256;rgb:1010/2020/3030\a",
		"\x1b]5;0;#123\a\x1b]105;0\a\x1b]5;0;?\a":   "",
		"\x1b]5;0;#123\a\x1b]105\a\x1b]5;0;?;5;?\a": "",
		"\x1b]4;1;bogus;2;red\a\x1b]4;2;?\a":        "\x1b]4;2;rgb:0000/cdcd/0000\a",
		"\x1b]10;bogus;red\a\x1b]11;?\a":            "\x1b]11;rgb:ffff/0000/0000\a",
		"\x1b]11;red\a\x1b]111;x\a\x1b]11;?\a":      "\x1b]11;rgb:ffff/0000/0000\a",
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			if got := string(typed(input).TakeReplies(nil)); got != want {
				t.Errorf("%q: %q, want %q", input, got, want)
			}
		})
	}
}

func TestTheme(t *testing.T) {
	light := Theme{Foreground: RGBColor(0, 0, 0), Background: RGBColor(255, 255, 255)}
	light.Palette[1] = RGBColor(1, 2, 3)
	term := NewTerminal(10, 5, Options{})
	typedInto(term, "\x1b[?996n\x1b]11;?\a\x1b]4;1;?\a\x1b]4;16;?\a\x1b[?2031h")
	if got := string(term.TakeReplies(nil)); got != "" {
		t.Errorf("colours that are not known are answered: %q", got)
	}
	term.SetTheme(light)
	term.SetCapabilities(Capabilities{Scheme: 2})
	term.SetCapabilities(Capabilities{Scheme: 2})
	typedInto(term, "\x1b[?996n\x1b]11;?\a\x1b]4;1;?\a\x1b]4;2;?\a")
	term.SetCapabilities(Capabilities{Scheme: 1})
	want := "\x1b[?997;2n\x1b[?997;2n\x1b]11;rgb:ffff/ffff/ffff\a\x1b]4;1;rgb:0101/0202/0303\a\x1b[?997;1n"
	if got := string(term.TakeReplies(nil)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	term.SetTheme(Theme{Selection: RGBColor(4, 5, 6), SelectedText: RGBColor(7, 8, 9), Cursor: RGBColor(1, 1, 1)})
	typedInto(term, "\x1b]12;?\a\x1b]17;?\a\x1b]19;?\a")
	want = "\x1b]12;rgb:0101/0101/0101\a\x1b]17;rgb:0404/0505/0606\a\x1b]19;rgb:0707/0808/0909\a"
	if got := string(term.TakeReplies(nil)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestParseColor(t *testing.T) {
	for text, want := range map[string]Color{
		"rgb:12/34/56":                   RGBColor(0x12, 0x34, 0x56),
		"rgb:1212/3434/5656":             RGBColor(0x12, 0x34, 0x56),
		"rgb:f/0/8":                      RGBColor(0xff, 0, 0x88),
		"rgba:1212/3434/5656/0000":       RGBColor(0x12, 0x34, 0x56),
		"#123456":                        RGBColor(0x12, 0x34, 0x56),
		"":                               0,
		"red":                            0,
		"rgb:1/2":                        0,
		"rgb:1/2/3/4":                    0,
		"rgba:1/2/3":                     0,
		"rgba:1/2/3/4/5":                 0,
		"rgb:12345/0/0":                  0,
		"rgb:+1/0/0":                     0,
		"#1234":                          0,
		"rgba:rgb:12/34/56/0":            0,
		"rgb:12/34/56\x1b[31mred colour": 0,
	} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			if got, ok := ParseColor(text); got != want || ok != (want != 0) {
				t.Errorf("%q: %x, %v, want %x", text, got, ok, want)
			}
		})
	}
}
