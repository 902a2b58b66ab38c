package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/vt/cellwidth"
)

// Replies of a terminal.
const (
	backgroundReply = "\x1b]11;rgb:1212/3434/5656\a"
	cursorReply     = "\x1b]12;rgb:1/2/3\x1b\\"
	paletteReply    = "\x1b]4;15;rgba:aa/bb/cc/ff\a"
	pixelReply      = "\x1b[4;480;800t"
	fenceReply      = "\x1b[?62;4;22c"
)

// The values in these replies.
var (
	repliedTheme = vt.Theme{
		Background: vt.RGBColor(0x12, 0x34, 0x56), Cursor: vt.RGBColor(0x11, 0x22, 0x33),
		Palette: [16]vt.Color{15: vt.RGBColor(0xaa, 0xbb, 0xcc)},
	}
	repliedCaps = vt.Capabilities{Features: vt.FeatureColor, Text: vt.Pixels{Width: 800, Height: 480}}
)

func asked() *termQuery {
	q := new(termQuery)
	q.ask(ms(0), true, widthsBelowTop)
	return q
}

// expect checks the values that q has received.
func (q *termQuery) expect(t *testing.T, name string, theme vt.Theme, caps vt.Capabilities) {
	t.Helper()
	if q.theme != theme || q.caps != caps {
		t.Fatalf("%s: %x %+v, want %x %+v", name, q.theme, q.caps, theme, caps)
	}
}

// reads passes input to q at the time now and returns the keys.
func (q *termQuery) reads(now time.Time, input ...string) string {
	var keys strings.Builder
	for _, s := range input {
		keys.Write(q.filter(now, []byte(s)))
	}
	return keys.String()
}

// everything returns the theme and the capabilities of a terminal with all features.
func everything() (theme vt.Theme, caps vt.Capabilities) {
	theme = vt.Theme{Foreground: vt.RGBColor(1, 1, 1), Background: vt.RGBColor(2, 2, 2), Cursor: vt.RGBColor(3, 3, 3), Selection: vt.RGBColor(4, 4, 4), SelectedText: vt.RGBColor(5, 5, 5)}
	for i := range theme.Palette {
		theme.Palette[i] = vt.RGBColor(uint8(i), 9, 9)
	}
	caps = vt.Capabilities{Features: vt.FeatureSettings<<1 - 1, Scheme: 2, Widths: cellwidth.PairedFlags<<1 - 1, Text: vt.Pixels{Width: 100, Height: 50}, Screen: vt.Pixels{Width: 9, Height: 8}, Cell: vt.Pixels{Width: 7, Height: 6}}
	for i, n := range vt.UserModes() {
		caps.SetMode(int(n), 1+i%2)
	}
	return theme, caps
}

// gm's own emulator reports the theme and the capabilities that it is given.
func TestTermQueryOfEmulator(t *testing.T) {
	for _, c := range []struct {
		name string
		all  bool
		dcs  bool
		lost vt.Feature // unknown without DCS
	}{
		{"everything", true, true, 0},
		{"without DCS", true, false, vt.FeatureDirectColor | vt.FeatureUnderlines | vt.FeatureUnderlineColor | vt.FeatureSettings},
		{"nothing", false, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			term := vt.NewTerminal(10, 5, vt.Options{})
			theme, caps := vt.Theme{}, vt.Capabilities{Features: vt.FeatureSettings, Widths: cellwidth.Known | cellwidth.WideNewEmoji | cellwidth.JoinedJamo | cellwidth.PairedFlags}
			if c.all {
				theme, caps = everything()
				term.SetTheme(theme)
				term.SetCapabilities(caps)
			}
			caps.Features &^= c.lost
			q := new(termQuery)
			term.Write([]byte("seen" + q.ask(ms(0), c.dcs, widthsBelowTop)))
			s := term.Snapshot()
			if got := s.RowText(0); got != "seen" || s.Pen != (vt.Rendition{}) {
				t.Errorf("after the queries: %q and %+v", got, s.Pen)
			}
			if _, _, ok := q.takeAppearance(ms(1)); ok {
				t.Error("a result before the replies")
			}
			if keys := q.reads(ms(1), string(term.TakeReplies(nil))); keys != "" || !q.done {
				t.Errorf("keys %q, done %v", keys, q.done)
			}
			q.expect(t, c.name, theme, caps)
			if gotTheme, gotCaps, ok := q.takeAppearance(ms(1)); !ok || gotTheme != theme || gotCaps != caps {
				t.Errorf("result %v, %+v", ok, gotCaps)
			}
			if _, _, ok := q.takeAppearance(ms(2)); ok {
				t.Error("the same result twice")
			}
		})
	}
}

// Recorded replies of tmux 3.3a, xterm 379, kitty 0.26 and screen.
func TestTermQueryRecordedReplies(t *testing.T) {
	for _, c := range []struct {
		name, replies string
		features      vt.Feature
		modes         map[int]int
	}{
		{"tmux", "\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c", vt.FeatureDirectColor | vt.FeatureUnderlines | vt.FeatureUnderlineColor, nil},
		{"xterm", "\x1b[>4;0m\x1b[?9;2$y\x1b[?1034;1$y\x1b[?2031;0$y\x1bP>|XTerm(379)\x1b\\\x1bP1$r0;38:2::1:2:3m\x1b\\" +
			"\x1bP1$r0;4;30m\x1b\\\x1bP1$r0;30m\x1b\\\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c",
			vt.FeatureModifyOtherKeys | vt.FeatureDirectColor | vt.FeatureSettings | vt.FeatureColor, map[int]int{9: 2, 1034: 1}},
		{"kitty", "\x1b[?0u\x1b[?1016;2$y\x1bP>|kitty(0.26.5)\x1b\\\x1bP0+r524742\x1b\\\x1bP1+r536d756c78=5c455b343a25703125646d\x1b\\" +
			"\x1bP1$r38:2:1:2:3m\x1b\\\x1bP1$r4:3m\x1b\\\x1bP1$r58:2:4:5:6m\x1b\\\x1b[?62;c",
			vt.FeatureKittyKeys | vt.FeatureDirectColor | vt.FeatureUnderlines | vt.FeatureUnderlineColor | vt.FeatureSettings, map[int]int{1016: 2}},
		{"screen", "\x1b[?1;2c", 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			caps := vt.Capabilities{Features: c.features}
			for n, v := range c.modes {
				caps.SetMode(n, v)
			}
			q := asked()
			if keys := q.reads(ms(1), c.replies); keys != "" {
				t.Errorf("keys %q", keys)
			}
			q.expect(t, c.name, vt.Theme{}, caps)
		})
	}
}

// An unasked report of the colour scheme is recognized at any time, if the terminal
// supports such reports.
func TestTermQueryScheme(t *testing.T) {
	q := asked()
	q.reads(ms(1), "\x1b[?2031;2$y\x1b[?997;1n"+fenceReply)
	q.takeAppearance(ms(1))
	late := ms(0).Add(2 * lateReplyTimeout)
	if keys := q.reads(late, "a\x1b[?997;", "2nb"); keys != "ab" || !q.schemeReported || q.caps.Scheme != 2 {
		t.Errorf("keys %q, scheme reported %v, scheme %d", keys, q.schemeReported, q.caps.Scheme)
	}
	if _, caps, ok := q.takeAppearance(late); !ok || caps.Scheme != 2 {
		t.Error("no result after the report")
	}
	set := vt.NewTerminal(1, 1, vt.Options{})
	set.Write([]byte("\x1b]10;red\a\x1b]4;3;red;67;red\a"))
	for _, own := range []string{"\x1b]10;?", "\x1b]4;3;?", "\x1b]4;67;?", "\x1b]4;250;?"} {
		if text := q.askColors(late, set.Snapshot().Colors); strings.Contains(text, own) || !strings.Contains(text, "\x1b]11;?\a") || !strings.Contains(text, "\x1b]4;2;?\a") {
			t.Errorf("queries %q include a colour that a program has set", text)
		}
	}
	if text := q.askColors(late, nil); !strings.Contains(text, "\x1b]11;?") || strings.Contains(text, "$p") {
		t.Errorf("queries %q", text)
	}
	if _, _, ok := q.takeAppearance(late); ok {
		t.Error("a result before the colours")
	}
	q.reads(late, "\x1b]11;rgb:ff/ff/ff\a"+fenceReply)
	if theme, caps, ok := q.takeAppearance(late); !ok || theme.Background != vt.RGBColor(255, 255, 255) || caps.Scheme != 2 || caps.Mode(2031) != 2 {
		t.Errorf("%v %x %+v", ok, theme, caps)
	}
	without := asked()
	without.reads(ms(1), fenceReply)
	if keys := without.reads(late, "\x1b[?997;2n"); keys != "\x1b[?997;2n" {
		t.Errorf("from a terminal without such reports: keys %q", keys)
	}
}

// Keys and replies in one stream are separated for any split of it.
func TestTermQueryInParts(t *testing.T) {
	stream := "a\x1b[A" + backgroundReply + "\x1bx\x1b" + cursorReply + "b\x1bOB\x1b]" + paletteReply + "\x1b[4~é\x1b[200~" +
		pixelReply + "\x1b]52;c;\a\x1b[?1x" + fenceReply + "\x1b[?62c" + backgroundReply + "\r"
	want := "a\x1b[A\x1bx\x1bb\x1bOB\x1b]\x1b[4~é\x1b[200~\x1b]52;c;\a\x1b[?1x\x1b[?62c" + backgroundReply + "\r"
	check := func(parts ...string) {
		t.Helper()
		q := asked()
		if keys := q.reads(ms(1), parts...); keys != want {
			t.Fatalf("%q: keys %q, want %q", parts, keys, want)
		}
		q.expect(t, fmt.Sprintf("%q", parts), repliedTheme, repliedCaps)
	}
	check(stream)
	end := strings.Index(stream, fenceReply) + len(fenceReply) // after it, parts may be keys
	for i := range end {
		for j := i; j < end; j++ {
			check(stream[:i], stream[i:j], stream[j:])
		}
	}
	check(append(strings.Split(stream[:end], ""), stream[end:])...)
}

func TestTermQueryHoldsKeysBriefly(t *testing.T) {
	for _, c := range []struct {
		input, pass string // pass is not held
		hold        time.Duration
	}{
		{"x", "x", 0},
		{"\x1b", "", escDelay},
		{"\x1b[", "", escDelay},
		{"\x1b]", "", escDelay},
		{"\x1b\x1b", "\x1b", escDelay},
		{"\x1bx", "\x1bx", 0},
		{"\x1bO", "\x1bO", 0},
		{"\x1b[A", "\x1b[A", 0},
		{"\x1b[1;5A", "\x1b[1;5A", 0},
		{"\x1b[13;2u", "\x1b[13;2u", 0},
		{"\x1b[<0;1;1M", "\x1b[<0;1;1M", 0},
		{"\x1b]3", "\x1b]3", 0},
		{"\x1b]4;16", "\x1b]4;16", 0},
		{"\x1b]11;r", "", partialReplyTimeout},
		{"\x1b]11;?", "\x1b]11;?", 0},
		{"\x1b[4", "", partialReplyTimeout},
		{"\x1b[48;1;1;0;0t", "\x1b[48;1;1;0;0t", 0},
	} {
		q := asked()
		if got := q.reads(ms(100), c.input); got != c.pass {
			t.Errorf("%q: passed %q, want %q", c.input, got, c.pass)
		}
		if c.hold == 0 {
			if !q.flushDeadline().IsZero() {
				t.Errorf("%q: a deadline although nothing is held", c.input)
			}
			continue
		}
		due := ms(100).Add(c.hold)
		if early := q.flush(due.Add(-1)); !q.flushDeadline().Equal(due) || early != nil {
			t.Errorf("%q: deadline %v, flushed before it %q", c.input, q.flushDeadline(), early)
		}
		if got := c.pass + string(q.flush(due)); got != c.input || !q.flushDeadline().IsZero() {
			t.Errorf("%q: passed in all %q", c.input, got)
		}
	}
}

// Once no reply is pending, Escape is not held, but late replies are recognized.
func TestTermQueryLateReplies(t *testing.T) {
	for name, now := range map[string]time.Time{"no answer": ms(0).Add(replyTimeout), "the last answer": ms(10)} {
		q := asked()
		if name == "the last answer" {
			q.reads(now, fenceReply)
		}
		if q.pending(now) {
			t.Errorf("%s: still pending", name)
		}
		if got := q.reads(now, "\x1b", "x\x1b[", "A\x1b]", "y"); got != "\x1bx\x1b[A\x1b]y" {
			t.Errorf("%s: keys %q", name, got)
		}
		if got := q.reads(now, "a"+backgroundReply+"b\x1b]4;1", "5;rgba:aa/bb/cc/ff\a"+cursorReply+pixelReply); got != "ab" {
			t.Errorf("%s: keys %q", name, got)
		}
		caps := repliedCaps
		if name == "no answer" {
			caps.Features = 0
		}
		q.expect(t, name, repliedTheme, caps)
	}
}

func TestTermQueryExpires(t *testing.T) {
	late := ms(0).Add(lateReplyTimeout)
	q := asked()
	q.reads(late.Add(-1), backgroundReply[:9])
	if got := q.reads(late, backgroundReply[9:]); got != backgroundReply {
		t.Errorf("after the limit: keys %q", got)
	}
	var never termQuery
	if got := never.reads(late, backgroundReply, "\x1b"); got != backgroundReply+"\x1b" || never.pending(late) || !never.flushDeadline().IsZero() {
		t.Errorf("without queries: keys %q", got)
	}
}

// A reply without a value is a reply.
func TestTermQueryMalformedReplies(t *testing.T) {
	q := asked()
	if got := q.reads(ms(1), "\x1b]11;\a\x1b]10;rgb:zz\a\x1b]12;rgb:1/2\a\x1b[4;t\x1b]4;0;#102030\x1b\\"); got != "\x1b]10;rgb:zz\a" {
		t.Errorf("keys %q", got)
	}
	want := vt.Theme{Palette: [16]vt.Color{vt.RGBColor(0x10, 0x20, 0x30)}}
	q.expect(t, "odd", want, vt.Capabilities{})
}

func TestTermQueryIsBounded(t *testing.T) {
	fits := "\x1b]11;" + strings.Repeat("0", maxReply-6)
	q := asked()
	if got := q.reads(ms(1), fits); got != "" || len(q.held) != maxReply-1 {
		t.Errorf("%d bytes held, passed %q", len(q.held), got)
	}
	if got := q.reads(ms(1), "\a"); got != "" || len(q.held) > 0 {
		t.Errorf("a reply of %d bytes is not recognized", maxReply)
	}
	q = asked()
	if got := q.reads(ms(1), fits, "00"); got != fits+"00" || len(q.held) > 0 {
		t.Errorf("%d bytes held, passed %q", len(q.held), got)
	}
}

// FuzzTermQuery compares the keys and replies of a stream with those of its parts.
func FuzzTermQuery(f *testing.F) {
	f.Add("a\x1b[A"+backgroundReply+"\x1b"+cursorReply+paletteReply+pixelReply+"z", uint(7))
	f.Add("\x1b]11;rgb:12\x1b\x1b]11;\x1b\\\x1b[4;1;1\x1b[4;2;2t", uint(3))
	f.Fuzz(func(t *testing.T, stream string, at uint) {
		whole, parts := asked(), asked()
		cut := int(at % uint(len(stream)+1))
		one := whole.reads(ms(1), stream)
		two := parts.reads(ms(1), stream[:cut])
		if len(parts.held) > maxReply {
			t.Fatalf("%d bytes held", len(parts.held))
		}
		two += parts.reads(ms(1), stream[cut:])
		end := ms(1).Add(partialReplyTimeout)
		one, two = one+string(whole.flush(end)), two+string(parts.flush(end))
		if one != two && !parts.done { // after the last reply, a split makes keys
			t.Errorf("%q at %d: %q, whole %q", stream, cut, two, one)
		}
		if a, b := fmt.Sprint(whole.theme, whole.caps), fmt.Sprint(parts.theme, parts.caps); a != b && !parts.done {
			t.Errorf("%q at %d: %s, whole %s", stream, cut, b, a)
		}
		if len(one) > len(stream) || len(whole.held) > 0 || !isWithin(one, stream) {
			t.Errorf("keys of %q: %q", stream, one)
		}
	})
}

// isWithin reports whether s is a subsequence of whole.
func isWithin(s, whole string) bool {
	for i := 0; i < len(whole) && s != ""; i++ {
		if whole[i] == s[0] {
			s = s[1:]
		}
	}
	return s == ""
}

// Mode 2031 may be set or reset when it is queried.
func TestReportsScheme(t *testing.T) {
	for value, want := range map[int]bool{0: false, 1: true, 2: true, 3: false, 4: false} {
		q := asked()
		q.reads(ms(1), fmt.Sprintf("\x1b[?2031;%d$y", value)+fenceReply)
		if got := q.reportsScheme(); got != want {
			t.Errorf("mode 2031 with value %d: %v, want %v", value, got, want)
		}
	}
}

func TestTermQueryDeadline(t *testing.T) {
	var none termQuery
	if got := none.deadline(); !got.IsZero() {
		t.Errorf("without queries: %v", got)
	}
	q := asked()
	if got := q.deadline(); !got.Equal(ms(0).Add(replyTimeout)) {
		t.Errorf("after the queries: %v, want replyTimeout", got.Sub(ms(0)))
	}
	if q.reads(ms(10), "\x1b]"); !q.deadline().Equal(ms(10).Add(escDelay)) {
		t.Errorf("with held bytes: %v, want escDelay", q.deadline().Sub(ms(10)))
	}
	q.flush(q.deadline())
	if q.reads(ms(100), fenceReply); !q.deadline().IsZero() {
		t.Errorf("after the last reply: %v", q.deadline().Sub(ms(0)))
	}
	late := asked()
	if late.takeAppearance(ms(0).Add(replyTimeout)); !late.deadline().IsZero() {
		t.Errorf("after the result: %v", late.deadline().Sub(ms(0)))
	}
}

func TestReportedFeatures(t *testing.T) {
	for parameters, want := range map[string]vt.Feature{
		"0":                         0,
		"0;38:2::1:2:3":             vt.FeatureDirectColor,
		"38;2;1;2;3":                vt.FeatureDirectColor,
		"0;38:2:1:2:3":              vt.FeatureDirectColor,
		"0;38:5:123":                0,
		"0;138:2::1:2:3":            0,
		"4:3":                       vt.FeatureUnderlines,
		"0;4:3;38:2::1:2:3":         vt.FeatureUnderlines | vt.FeatureDirectColor,
		"0;4;3":                     0,
		"0;24:3":                    0,
		"0;58:2::4:5:6":             vt.FeatureUnderlineColor,
		"0;58;2;4;5;6;38;2;1;2;3;4": vt.FeatureUnderlineColor | vt.FeatureDirectColor,
	} {
		t.Run(parameters, func(t *testing.T) {
			if got := reportedFeatures(parameters); got != want {
				t.Errorf("features %b, want %b", got, want)
			}
		})
	}
}

func TestSSHSettingForm(t *testing.T) {
	for text, want := range map[string]bool{
		"Port=22": true, "Port 22": true, "Port\t 22": true, "IdentitiesOnly=": true, "B=1": false, "Port": false, "Port ": false, "a.host x": false, "me@host =": false, "": false, "=22": false,
	} {
		t.Run(text, func(t *testing.T) {
			if got := isSSHSetting(text); got != want {
				t.Errorf("%t, want %t", got, want)
			}
		})
	}
}

func TestParsePixels(t *testing.T) {
	for body, want := range map[string]vt.Pixels{
		"600;800": {Width: 800, Height: 600}, "0;800": {}, "600;0": {}, "600": {}, "": {}, ";": {}, "600;99999999999999999999": {},
	} {
		t.Run(body, func(t *testing.T) {
			if size, ok := parsePixels(body); ok != (want != vt.Pixels{}) || ok && size != want {
				t.Errorf("%+v, %t, want %+v", size, ok, want)
			}
		})
	}
}
