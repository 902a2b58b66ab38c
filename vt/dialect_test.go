package vt

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"gm/vt/parser"
)

func TestDialectRendition(t *testing.T) {
	all := Rendition{
		Fg: RGBColor(250, 2, 3), Bg: PaletteColor(200), UnderlineColor: PaletteColor(9),
		Attrs:     Bold | Faint | Italic | RapidBlink | Inverse | Invisible | Strike | Overline,
		Underline: UnderlineCurly, Link: 7,
	}
	stock := Rendition{
		Fg: RGBColor(250, 2, 3), Bg: PaletteColor(200),
		Attrs: Bold | Italic | Blink | Inverse | Invisible, Underline: UnderlineSingle,
	}
	vga := stock
	vga.Fg, vga.Bg = PaletteColor(9), PaletteColor(13)
	mono := stock
	mono.Fg, mono.Bg = 0, 0
	for _, c := range []struct {
		name    string
		dialect Dialect
		want    Rendition
	}{
		{"full", Full(), all}, {"stock", Stock(), stock},
		{"linux", UserTerminal("linux", ""), vga}, {"vt100", UserTerminal("vt100", ""), mono},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.dialect.rendition(all); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if got := c.dialect.rendition(c.want); got != c.want {
				t.Errorf("not idempotent: %+v", got)
			}
		})
	}
}

// TestClipboardSelections checks that the last text of each selection is sent, and to a
// receiver that knows only c the last text for c.
func TestClipboardSelections(t *testing.T) {
	for input, want := range map[string]struct{ full, stock string }{
		"c=YQ==":                {"c=YQ==", "c=YQ=="},
		"=YQ==":                 {"=YQ==", "c=YQ=="},
		"pc=YQ==":               {"pc=YQ==", "c=YQ=="},
		"pcpc=YQ==":             {"pc=YQ==", "c=YQ=="},
		"p=YQ==":                {"p=YQ==", ""},
		"c=YQ== c=Yg==":         {"c=Yg==", "c=Yg=="},
		"c=YQ== p=Yg==":         {"c=YQ== p=Yg==", "c=YQ=="},
		"p=YQ== c=Yg== p=Yw==":  {"c=Yg== p=Yw==", "c=Yg=="},
		"c=YQ== p=Yg== cp=Yw==": {"cp=Yw==", "c=Yw=="},
		"cp=YQ== p=Yg==":        {"cp=YQ== p=Yg==", "c=YQ=="},
		"c=YQ== =Yg== q=Yw==":   {"c=YQ== =Yg== q=Yw==", "c=Yg=="},
		"c=YQ== p=" + halfClipboard + " q=" + halfClipboard: {"p=" + halfClipboard + " q=" + halfClipboard, ""},
	} {
		term := NewTerminal(10, 2, Options{})
		for set := range strings.FieldsSeq(input) {
			selection, data, _ := strings.Cut(set, "=")
			typedInto(term, "\x1b]52;"+selection+";"+data+"\a")
		}
		for name, c := range map[string]struct {
			d    Dialect
			want string
		}{"full": {Full(), want.full}, "stock": {Stock(), want.stock}, "none": {UserTerminal("vt100", ""), ""}} {
			var sent []string
			for _, m := range eventInDiff.FindAllStringSubmatch(string(AppendDiff(nil, NewScreen(10, 2), term.Snapshot(), c.d)), -1) {
				sent = append(sent, strings.Replace(strings.TrimPrefix(m[1], "52;"), ";", "=", 1))
			}
			if got := strings.Join(sent, " "); got != c.want {
				t.Errorf("%.40s: %s gets %.40s, want %.40s", input, name, got, c.want)
			}
		}
	}
}

// halfClipboard is a text that fits twice and not three times.
var halfClipboard = strings.Repeat("YWFh", parser.MaxClipboardString/8)

func TestReducedColors(t *testing.T) {
	for _, c := range []struct {
		color Color
		n     int
		want  Color
	}{
		{0, 8, 0}, {0, 256, 0},
		{PaletteColor(3), 8, PaletteColor(3)}, {PaletteColor(11), 8, PaletteColor(3)},
		{PaletteColor(11), 16, PaletteColor(11)}, {PaletteColor(200), 256, PaletteColor(200)},
		{RGBColor(255, 0, 0), 256, PaletteColor(196)}, {RGBColor(255, 0, 0), 16, PaletteColor(9)},
		{RGBColor(0, 0, 0), 256, PaletteColor(16)}, {RGBColor(0, 0, 0), 8, PaletteColor(0)},
		{RGBColor(128, 128, 128), 256, PaletteColor(244)}, {RGBColor(95, 135, 175), 256, PaletteColor(67)},
		{RGBColor(255, 255, 255), 256, PaletteColor(231)}, {RGBColor(1, 2, 3), 2, 0}, {PaletteColor(1), 2, 0},
	} {
		t.Run(fmt.Sprintf("%x of %d", c.color, c.n), func(t *testing.T) {
			if got := c.color.reduced(c.n); got != c.want {
				t.Errorf("%x, want %x", got, c.want)
			}
		})
	}
	for i := range 256 {
		r, g, b := paletteRGB(uint8(i))
		if got := RGBColor(r, g, b).reduced(256); i >= 16 {
			if gr, gg, gb := paletteRGB(uint8(got)); gr != r || gg != g || gb != b {
				t.Errorf("entry %d became %x", i, got)
			}
		}
	}
}

func TestUserTerminal(t *testing.T) {
	type traits struct {
		colors                              int
		titles, underlines, shape           bool
		noBCE, noPan, noOSC, basic, notices bool
	}
	for _, c := range []struct {
		term, colorterm string
		want            traits
	}{
		{"xterm-256color", "", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"xterm-256color", "truecolor", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"xterm", "", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"xterm-color", "", traits{colors: 8, titles: true, notices: true, shape: true, underlines: true}},
		{"xterm-16color", "", traits{colors: 16, titles: true, notices: true, shape: true, underlines: true}},
		{"xterm-direct", "", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"xterm-mono", "", traits{colors: 2, titles: true, notices: true, shape: true, underlines: true}},
		{"xterm-kitty", "", traits{titles: true, shape: true, underlines: true, notices: true}},
		{"xterm-ghostty", "", traits{titles: true, shape: true, underlines: true, notices: true}},
		{"alacritty", "", traits{titles: true, shape: true, underlines: true, notices: true}},
		{"foot-extra", "", traits{titles: true, shape: true, underlines: true, notices: true}},
		{"wezterm", "", traits{titles: true, shape: true, underlines: true, notices: true}},
		{"tmux-256color", "", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"tmux-256color", "truecolor", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"screen", "", traits{colors: 8, titles: true, notices: true, noBCE: true}},
		{"screen-256color", "24bit", traits{titles: true, notices: true, noBCE: true}},
		{"screen.xterm-256color", "", traits{colors: 256, titles: true, notices: true, noBCE: true}},
		{"rxvt-unicode-256color", "", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"konsole", "", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"ms-terminal", "", traits{titles: true, notices: true, shape: true, underlines: true}},
		{"rxvt", "", traits{colors: 8, titles: true, notices: true, shape: true, underlines: true}},
		{"linux", "", traits{colors: 16, noPan: true, noOSC: true}},
		{"vt100", "", traits{colors: 2, noBCE: true, noPan: true, noOSC: true, basic: true}},
		{"vt220", "", traits{colors: 2, noBCE: true, noPan: true, noOSC: true, basic: true}},
		{"dumb", "", traits{colors: 2, noBCE: true, noPan: true, noOSC: true, basic: true}},
		{"", "", traits{colors: 2, noBCE: true, noPan: true, noOSC: true, basic: true}},
		{"unknown-name", "truecolor", traits{noBCE: true, noPan: true, noOSC: true, basic: true}},
	} {
		t.Run("TERM="+c.term+" COLORTERM="+c.colorterm, func(t *testing.T) {
			d := UserTerminal(c.term, c.colorterm)
			got := traits{d.Colors, d.Titles, d.Underlines, d.CursorShape, d.NoBCE, d.NoPan, d.NoOSC, d.Basic, d.Notifications}
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if !d.HideCursor || !d.AmbiguousWidths || d.Repeat || d.Clusters {
				t.Errorf("%+v", d)
			}
		})
	}
}

// TestDialectWithCapabilities checks that the reports of a terminal override its name.
func TestDialectWithCapabilities(t *testing.T) {
	type traits struct {
		colors               int
		underlines, doubtful bool
		pixels               bool
	}
	pixels := Capabilities{}
	pixels.SetMode(1016, 2)
	for _, c := range []struct {
		name, term, colorterm string
		caps                  Capabilities
		want                  traits
	}{
		{"nothing", "xterm-256color", "", Capabilities{}, traits{underlines: true, doubtful: true}},
		{"direct colour without COLORTERM", "screen-256color", "", Capabilities{Features: FeatureDirectColor}, traits{}},
		{"xterm 379", "xterm-256color", "truecolor", Capabilities{Features: FeatureSettings | FeatureDirectColor}, traits{}},
		{"xterm without direct colour", "xterm-256color", "", Capabilities{Features: FeatureSettings}, traits{colors: 256}},
		{"kitty", "xterm-256color", "", Capabilities{Features: FeatureSettings | FeatureDirectColor | FeatureUnderlines}, traits{underlines: true}},
		{"eight colours and no direct ones", "screen", "", Capabilities{Features: FeatureSettings}, traits{colors: 8}},
		{"pixels", "xterm", "", pixels, traits{underlines: true, doubtful: true, pixels: true}},
		{"not queried", "linux", "", Capabilities{Features: FeatureDirectColor | FeatureUnderlines}, traits{colors: 16}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := UserTerminal(c.term, c.colorterm).With(c.caps)
			if got := (traits{d.Colors, d.Underlines, d.DoubtfulUnderlines, d.PixelMouse}); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// TestDoubtfulUnderlines checks that SGR with colons is sent in sequences of its own,
// after a plain underline, so that terminals with and without such underlines show the
// best they can.
func TestDoubtfulUnderlines(t *testing.T) {
	ignorant := regexp.MustCompile("\x1b\\[[0-9;]*:[0-9;:]*m") // ignored by terminals that do not know colons
	for _, style := range []string{"4:3", "4:2;31", "4:5;58:2::1:2:3", "58:5:3", "1;4:3;58:5:3;48;2;1;2;3"} {
		t.Run(style, func(t *testing.T) {
			from := typedInto(NewTerminal(20, 2, Options{}), "\x1b[4:4;32mbefore").Snapshot()
			term := typedInto(Resume(from), "\x1b[0;"+style+"mstyled\x1b[0;4mplain\x1b[0mnone")
			d := UserTerminal("xterm", "")
			diff := AppendDiff(nil, from, term.Snapshot(), d)
			if got := typedInto(Resume(from), string(diff)).Snapshot(); !got.EqualIn(term.Snapshot(), d) {
				t.Errorf("%q: %s", diff, explain(got, term.Snapshot(), d))
			}
			old := ignorant.ReplaceAllString(string(AppendRepaint(nil, nil, term.Snapshot(), d)), "")
			d.Underlines = false
			if got := typedInto(NewTerminal(20, 2, Options{}), old).Snapshot(); !got.EqualIn(term.Snapshot(), d) {
				t.Errorf("without colons %q: %s", old, explain(got, term.Snapshot(), d))
			}
		})
	}
}
