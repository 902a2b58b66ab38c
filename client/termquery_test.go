package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
)

// Answers of a terminal, and what they say.
const (
	backgroundAnswer = "\x1b]11;rgb:1212/3434/5656\a"
	cursorAnswer     = "\x1b]12;rgb:1/2/3\x1b\\"
	paletteAnswer    = "\x1b]4;15;rgba:aa/bb/cc/ff\a"
	pixelAnswer      = "\x1b[4;480;800t"
	lastAnswer       = "\x1b[?62;4;22c"
)

// replied is what those replies say.
var (
	repliedTheme = vt.Theme{
		Background: vt.RGBColor(0x12, 0x34, 0x56), Cursor: vt.RGBColor(0x11, 0x22, 0x33),
		Palette: [16]vt.Color{15: vt.RGBColor(0xaa, 0xbb, 0xcc)},
	}
	repliedCaps = vt.Capabilities{Features: vt.FeatureColor, Text: vt.Pixels{Width: 800, Height: 480}}
)

func asked() *termQuery {
	q := new(termQuery)
	q.ask(ms(0), true, true)
	return q
}

// expect checks what q knows.
func (q *termQuery) expect(t *testing.T, name string, theme vt.Theme, caps vt.Capabilities) {
	t.Helper()
	if q.theme != theme || q.caps != caps {
		t.Fatalf("%s: %x %+v, want %x %+v", name, q.theme, q.caps, theme, caps)
	}
}

// reads feeds q at the time now and gives the keys.
func (q *termQuery) reads(now time.Time, input ...string) string {
	var keys strings.Builder
	for _, s := range input {
		keys.Write(q.filter(now, []byte(s)))
	}
	return keys.String()
}

// everything is what a terminal has that has all.
func everything() (theme vt.Theme, caps vt.Capabilities) {
	theme = vt.Theme{Foreground: vt.RGBColor(1, 1, 1), Background: vt.RGBColor(2, 2, 2), Cursor: vt.RGBColor(3, 3, 3), Selection: vt.RGBColor(4, 4, 4), SelectedText: vt.RGBColor(5, 5, 5)}
	for i := range theme.Palette {
		theme.Palette[i] = vt.RGBColor(uint8(i), 9, 9)
	}
	caps = vt.Capabilities{Features: vt.FeatureSettings<<1 - 1, Scheme: 2, Widths: vt.PairedFlags<<1 - 1, Text: vt.Pixels{Width: 100, Height: 50}, Screen: vt.Pixels{Width: 9, Height: 8}, Cell: vt.Pixels{Width: 7, Height: 6}}
	for i, n := range vt.UserModes() {
		caps.SetMode(int(n), 1+i%2)
	}
	return theme, caps
}

// TestTermQueryAsks asks terminals that have everything and nothing. gm's own
// emulator, which reports what it has been told, is each of them.
func TestTermQueryAsks(t *testing.T) {
	for _, c := range []struct {
		name string
		all  bool
		dcs  bool
		lost vt.Feature // not to be known without DCS
	}{
		{"everything", true, true, 0},
		{"without DCS", true, false, vt.FeatureDirectColor | vt.FeatureUnderlines | vt.FeatureUnderlineColor | vt.FeatureSettings},
		{"nothing", false, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			term := vt.NewTerminal(10, 5, vt.Options{})
			theme, caps := vt.Theme{}, vt.Capabilities{Features: vt.FeatureSettings, Widths: vt.WidthsKnown | vt.WideNewEmoji | vt.JoinedJamo | vt.PairedFlags}
			if c.all {
				theme, caps = everything()
				term.SetTheme(theme)
				term.SetCapabilities(caps)
			}
			caps.Features &^= c.lost
			q := new(termQuery)
			term.Write([]byte("seen" + q.ask(ms(0), c.dcs, true)))
			s := term.Snapshot()
			if got := s.RowText(0); got != "seen" || s.Pen != (vt.Rendition{}) {
				t.Errorf("the queries leave %q and %+v", got, s.Pen)
			}
			if _, _, ok := q.takeAppearance(ms(1)); ok {
				t.Error("something is known at once")
			}
			if keys := q.reads(ms(1), string(term.TakeReplies(nil))); keys != "" || !q.done {
				t.Errorf("keys %q, done %v", keys, q.done)
			}
			q.expect(t, c.name, theme, caps)
			if gotTheme, gotCaps, ok := q.takeAppearance(ms(1)); !ok || gotTheme != theme || gotCaps != caps {
				t.Errorf("taken %v %+v", ok, gotCaps)
			}
			if _, _, ok := q.takeAppearance(ms(2)); ok {
				t.Error("taken twice")
			}
		})
	}
}

// Replies of real terminals, as they came (tmux 3.3a, xterm 379, kitty 0.26).
func TestTermQueryOfRealTerminals(t *testing.T) {
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

// TestTermQueryScheme: a report of the colour scheme that comes by itself is taken
// at any time from a terminal that sends such.
func TestTermQueryScheme(t *testing.T) {
	q := asked()
	q.reads(ms(1), "\x1b[?2031;2$y\x1b[?997;1n"+lastAnswer)
	q.takeAppearance(ms(1))
	late := ms(0).Add(2 * lateReplyTimeout)
	if keys := q.reads(late, "a\x1b[?997;", "2nb"); keys != "ab" || !q.schemeReported || q.caps.Scheme != 2 {
		t.Errorf("keys %q, recolored %v, scheme %d", keys, q.schemeReported, q.caps.Scheme)
	}
	if _, caps, ok := q.takeAppearance(late); !ok || caps.Scheme != 2 {
		t.Error("it is not told")
	}
	set := vt.NewTerminal(1, 1, vt.Options{})
	set.Write([]byte("\x1b]10;red\a\x1b]4;3;red;67;red\a"))
	for _, own := range []string{"\x1b]10;?", "\x1b]4;3;?", "\x1b]4;67;?", "\x1b]4;250;?"} {
		if text := q.askColors(late, set.Snapshot().Colors); strings.Contains(text, own) || !strings.Contains(text, "\x1b]11;?\a") || !strings.Contains(text, "\x1b]4;2;?\a") {
			t.Errorf("asked %q, where a program has set colours", text)
		}
	}
	if text := q.askColors(late, nil); !strings.Contains(text, "\x1b]11;?") || strings.Contains(text, "$p") {
		t.Errorf("asked %q", text)
	}
	if _, _, ok := q.takeAppearance(late); ok {
		t.Error("told before the colours came")
	}
	q.reads(late, "\x1b]11;rgb:ff/ff/ff\a"+lastAnswer)
	if theme, caps, ok := q.takeAppearance(late); !ok || theme.Background != vt.RGBColor(255, 255, 255) || caps.Scheme != 2 || caps.Mode(2031) != 2 {
		t.Errorf("%v %x %+v", ok, theme, caps)
	}
	without := asked()
	without.reads(ms(1), lastAnswer)
	if keys := without.reads(late, "\x1b[?997;2n"); keys != "\x1b[?997;2n" {
		t.Errorf("taken from a terminal that sends none: %q", keys)
	}
}

// Keys and answers in one stream, cut anywhere, are told apart.
func TestTermQueryInAnySplit(t *testing.T) {
	stream := "a\x1b[A" + backgroundAnswer + "\x1bx\x1b" + cursorAnswer + "b\x1bOB\x1b]" + paletteAnswer + "\x1b[4~é\x1b[200~" +
		pixelAnswer + "\x1b]52;c;\a\x1b[?1x" + lastAnswer + "\x1b[?62c" + backgroundAnswer + "\r"
	want := "a\x1b[A\x1bx\x1bb\x1bOB\x1b]\x1b[4~é\x1b[200~\x1b]52;c;\a\x1b[?1x\x1b[?62c" + backgroundAnswer + "\r"
	check := func(parts ...string) {
		t.Helper()
		q := asked()
		if keys := q.reads(ms(1), parts...); keys != want {
			t.Fatalf("%q: keys %q, want %q", parts, keys, want)
		}
		q.expect(t, fmt.Sprintf("%q", parts), repliedTheme, repliedCaps)
	}
	check(stream)
	end := strings.Index(stream, lastAnswer) + len(lastAnswer) // what is cut after that may be keys
	for i := range end {
		for j := i; j < end; j++ {
			check(stream[:i], stream[i:j], stream[j:])
		}
	}
	check(append(strings.Split(stream[:end], ""), stream[end:])...)
}

func TestTermQueryHoldsKeysBriefly(t *testing.T) {
	for _, c := range []struct {
		input, pass string // pass is not held at all
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
			t.Errorf("%q: passed on %q, want %q", c.input, got, c.pass)
		}
		if c.hold == 0 {
			if !q.flushDeadline().IsZero() {
				t.Errorf("%q: there is a deadline", c.input)
			}
			continue
		}
		due := ms(100).Add(c.hold)
		if early := q.flush(due.Add(-1)); !q.flushDeadline().Equal(due) || early != nil {
			t.Errorf("%q: due at %v, before %q", c.input, q.flushDeadline(), early)
		}
		if got := c.pass + string(q.flush(due)); got != c.input || !q.flushDeadline().IsZero() {
			t.Errorf("%q: in all %q", c.input, got)
		}
	}
}

// Once no answer is expected, Escape does not wait, and late answers are taken
// all the same.
func TestTermQueryLate(t *testing.T) {
	for name, now := range map[string]time.Time{"no answer": ms(0).Add(replyTimeout), "the last answer": ms(10)} {
		q := asked()
		if name == "the last answer" {
			q.reads(now, lastAnswer)
		}
		if q.pending(now) {
			t.Errorf("%s: still asking", name)
		}
		if got := q.reads(now, "\x1b", "x\x1b[", "A\x1b]", "y"); got != "\x1bx\x1b[A\x1b]y" {
			t.Errorf("%s: keys %q", name, got)
		}
		if got := q.reads(now, "a"+backgroundAnswer+"b\x1b]4;1", "5;rgba:aa/bb/cc/ff\a"+cursorAnswer+pixelAnswer); got != "ab" {
			t.Errorf("%s: keys %q", name, got)
		}
		caps := repliedCaps
		if name == "no answer" {
			caps.Features = 0
		}
		q.expect(t, name, repliedTheme, caps)
	}
}

func TestTermQueryEnds(t *testing.T) {
	late := ms(0).Add(lateReplyTimeout)
	q := asked()
	q.reads(late.Add(-1), backgroundAnswer[:9])
	if got := q.reads(late, backgroundAnswer[9:]); got != backgroundAnswer {
		t.Errorf("after the limit %q", got)
	}
	var never termQuery
	if got := never.reads(late, backgroundAnswer, "\x1b"); got != backgroundAnswer+"\x1b" || never.pending(late) || !never.flushDeadline().IsZero() {
		t.Errorf("without questions %q", got)
	}
}

// An answer that says nothing is one.
func TestTermQueryOddAnswers(t *testing.T) {
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
		t.Errorf("%d bytes held, passed on %q", len(q.held), got)
	}
	if got := q.reads(ms(1), "\a"); got != "" || len(q.held) > 0 {
		t.Errorf("an answer of %d bytes is not taken", maxReply)
	}
	q = asked()
	if got := q.reads(ms(1), fits, "00"); got != fits+"00" || len(q.held) > 0 {
		t.Errorf("%d bytes held, passed on %q", len(q.held), got)
	}
}

// FuzzTermQuery splits a stream and compares it with the whole.
func FuzzTermQuery(f *testing.F) {
	f.Add("a\x1b[A"+backgroundAnswer+"\x1b"+cursorAnswer+paletteAnswer+pixelAnswer+"z", uint(7))
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
		if one != two && !parts.done { // after the last answer the split counts
			t.Errorf("%q at %d: %q, whole %q", stream, cut, two, one)
		}
		if a, b := fmt.Sprint(whole.theme, whole.caps), fmt.Sprint(parts.theme, parts.caps); a != b && !parts.done {
			t.Errorf("%q at %d: %s, whole %s", stream, cut, b, a)
		}
		if len(one) > len(stream) || len(whole.held) > 0 || !isWithin(one, stream) {
			t.Errorf("%q became the keys %q", stream, one)
		}
	})
}

// isWithin says that all of s stands in whole, in order.
func isWithin(s, whole string) bool {
	for i := 0; i < len(whole) && s != ""; i++ {
		if whole[i] == s[0] {
			s = s[1:]
		}
	}
	return s == ""
}
