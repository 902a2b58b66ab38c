package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/state"
)

// Answers of a terminal, and what they say.
const (
	backgroundAnswer = "\x1b]11;rgb:1212/3434/5656\a"
	cursorAnswer     = "\x1b]12;rgb:1/2/3\x1b\\"
	paletteAnswer    = "\x1b]4;15;rgba:aa/bb/cc/ff\a"
	pixelAnswer      = "\x1b[4;480;800t"
	lastAnswer       = "\x1b[?62;4;22c"
)

var answered = state.Appearance{
	Theme: vt.Theme{
		Background: vt.RGBColor(0x12, 0x34, 0x56), Cursor: vt.RGBColor(0x11, 0x22, 0x33),
		Palette: [16]vt.Color{15: vt.RGBColor(0xaa, 0xbb, 0xcc)},
	},
	Width: 800, Height: 480,
}

func asked() *inquiry {
	q := new(inquiry)
	q.ask(ms(0), true)
	return q
}

// reads feeds q at the time now and gives the keys.
func (q *inquiry) reads(now time.Time, input ...string) string {
	var keys strings.Builder
	for _, s := range input {
		keys.Write(q.filter(now, []byte(s)))
	}
	return keys.String()
}

func TestInquiryAsks(t *testing.T) {
	q := new(inquiry)
	text := q.ask(ms(0), true)
	term := vt.NewTerminal(10, 5, vt.Options{})
	term.SetPixels(100, 50)
	term.Write([]byte("seen" + text))
	if got := term.Snapshot().RowText(0); got != "seen" {
		t.Errorf("the questions are seen: %q", got)
	}
	if keys := q.reads(ms(1), string(term.TakeReplies(nil))); keys != "" || len(q.open) > 0 || !q.done {
		t.Errorf("keys %q, without an answer %d, done %v", keys, len(q.open), q.done)
	}
	news := q.takeNews()
	want := vt.Theme{Foreground: vt.RGBColor(0xe5, 0xe5, 0xe5), Background: vt.RGBColor(0, 0, 0)}
	want.Cursor, want.Selection, want.SelectedText = want.Foreground, want.Foreground, want.Background
	for i, v := range []uint32{
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	} {
		want.Palette[i] = vt.RGBColor(uint8(v>>16), uint8(v>>8), uint8(v))
	}
	if news != (state.Appearance{Theme: want, Width: 100, Height: 50}) || q.takeNews() != (state.Appearance{}) {
		t.Errorf("%x", news)
	}
	if text := new(inquiry).ask(ms(0), false); strings.Contains(text, "\x1b[14t") || !strings.HasSuffix(text, "\x1b[c") {
		t.Errorf("with the pixels known: %q", text)
	}
}

// Keys and answers in one stream, cut anywhere, are told apart.
func TestInquiryInAnySplit(t *testing.T) {
	stream := "a\x1b[A" + backgroundAnswer + "\x1bx\x1b" + cursorAnswer + "b\x1bOB\x1b]" + paletteAnswer + "\x1b[4~é\x1b[200~" +
		pixelAnswer + "\x1b]52;c;\a\x1b[?1u" + lastAnswer + "\x1b[?62c" + backgroundAnswer + "\r"
	want := "a\x1b[A\x1bx\x1bb\x1bOB\x1b]\x1b[4~é\x1b[200~\x1b]52;c;\a\x1b[?1u\x1b[?62c" + backgroundAnswer + "\r"
	check := func(parts ...string) {
		t.Helper()
		q := asked()
		if keys := q.reads(ms(1), parts...); keys != want {
			t.Fatalf("%q: keys %q, want %q", parts, keys, want)
		}
		if news := q.takeNews(); news != answered {
			t.Fatalf("%q: %+v", parts, news)
		}
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

func TestInquiryHoldsKeysBriefly(t *testing.T) {
	for _, c := range []struct {
		input, pass string // pass is not held at all
		hold        time.Duration
	}{
		{"x", "x", 0},
		{"\x1b", "", keyTime},
		{"\x1b[", "", keyTime},
		{"\x1b]", "", keyTime},
		{"\x1b\x1b", "\x1b", keyTime},
		{"\x1bx", "\x1bx", 0},
		{"\x1bO", "\x1bO", 0},
		{"\x1b[A", "\x1b[A", 0},
		{"\x1b[1;5A", "\x1b[1;5A", 0},
		{"\x1b[13;2u", "\x1b[13;2u", 0},
		{"\x1b[<0;1;1M", "\x1b[<0;1;1M", 0},
		{"\x1b]3", "\x1b]3", 0},
		{"\x1b]4;16", "\x1b]4;16", 0},
		{"\x1b]11;r", "", restTime},
		{"\x1b]11;?", "\x1b]11;?", 0},
		{"\x1b[4", "", restTime},
		{"\x1b[48;1;1;0;0t", "\x1b[48;1;1;0;0t", 0},
	} {
		q := asked()
		if got := q.reads(ms(100), c.input); got != c.pass {
			t.Errorf("%q: passed on %q, want %q", c.input, got, c.pass)
		}
		if c.hold == 0 {
			if !q.deadline().IsZero() {
				t.Errorf("%q: there is a deadline", c.input)
			}
			continue
		}
		due := ms(100).Add(c.hold)
		if early := q.flush(due.Add(-1)); !q.deadline().Equal(due) || early != nil {
			t.Errorf("%q: due at %v, before %q", c.input, q.deadline(), early)
		}
		if got := c.pass + string(q.flush(due)); got != c.input || !q.deadline().IsZero() {
			t.Errorf("%q: in all %q", c.input, got)
		}
	}
}

// Once no answer is expected, Escape does not wait, and late answers are taken
// all the same.
func TestInquiryLate(t *testing.T) {
	for name, now := range map[string]time.Time{"no answer": ms(0).Add(askTime), "the last answer": ms(10)} {
		q := asked()
		if name == "the last answer" {
			q.reads(now, lastAnswer)
		}
		if q.asking(now) {
			t.Errorf("%s: still asking", name)
		}
		if got := q.reads(now, "\x1b", "x\x1b[", "A\x1b]", "y"); got != "\x1bx\x1b[A\x1b]y" {
			t.Errorf("%s: keys %q", name, got)
		}
		if got := q.reads(now, "a"+backgroundAnswer+"b\x1b]4;1", "5;rgba:aa/bb/cc/ff\a"+cursorAnswer+pixelAnswer); got != "ab" {
			t.Errorf("%s: keys %q", name, got)
		}
		if news := q.takeNews(); news != answered {
			t.Errorf("%s: %+v", name, news)
		}
	}
}

func TestInquiryEnds(t *testing.T) {
	late := ms(0).Add(lateTime)
	q := asked()
	q.reads(late.Add(-1), backgroundAnswer[:9])
	if got := q.reads(late, backgroundAnswer[9:]); got != backgroundAnswer {
		t.Errorf("after the limit %q", got)
	}
	var never inquiry
	if got := never.reads(late, backgroundAnswer, "\x1b"); got != backgroundAnswer+"\x1b" || never.asking(late) || !never.deadline().IsZero() {
		t.Errorf("without questions %q", got)
	}
}

// An answer that says nothing is one.
func TestInquiryOddAnswers(t *testing.T) {
	q := asked()
	if got := q.reads(ms(1), "\x1b]11;\a\x1b]10;rgb:zz\a\x1b]12;rgb:1/2\a\x1b[4;t\x1b]4;0;#102030\x1b\\"); got != "\x1b]10;rgb:zz\a" {
		t.Errorf("keys %q", got)
	}
	want := vt.Theme{Palette: [16]vt.Color{vt.RGBColor(0x10, 0x20, 0x30)}}
	if news := q.takeNews(); news != (state.Appearance{Theme: want}) {
		t.Errorf("%+v", news)
	}
}

func TestInquiryIsBounded(t *testing.T) {
	fits := "\x1b]11;" + strings.Repeat("0", maxAnswer-6)
	q := asked()
	if got := q.reads(ms(1), fits); got != "" || len(q.held) != maxAnswer-1 {
		t.Errorf("%d bytes held, passed on %q", len(q.held), got)
	}
	if got := q.reads(ms(1), "\a"); got != "" || len(q.held) > 0 {
		t.Errorf("an answer of %d bytes is not taken", maxAnswer)
	}
	q = asked()
	if got := q.reads(ms(1), fits, "00"); got != fits+"00" || len(q.held) > 0 {
		t.Errorf("%d bytes held, passed on %q", len(q.held), got)
	}
}

// FuzzInquiry splits a stream and compares it with the whole.
func FuzzInquiry(f *testing.F) {
	f.Add("a\x1b[A"+backgroundAnswer+"\x1b"+cursorAnswer+paletteAnswer+pixelAnswer+"z", uint(7))
	f.Add("\x1b]11;rgb:12\x1b\x1b]11;\x1b\\\x1b[4;1;1\x1b[4;2;2t", uint(3))
	f.Fuzz(func(t *testing.T, stream string, at uint) {
		whole, parts := asked(), asked()
		cut := int(at % uint(len(stream)+1))
		one := whole.reads(ms(1), stream)
		two := parts.reads(ms(1), stream[:cut])
		if len(parts.held) > maxAnswer {
			t.Fatalf("%d bytes held", len(parts.held))
		}
		two += parts.reads(ms(1), stream[cut:])
		end := ms(1).Add(restTime)
		one, two = one+string(whole.flush(end)), two+string(parts.flush(end))
		if one != two && !parts.done { // after the last answer the split counts
			t.Errorf("%q at %d: %q, whole %q", stream, cut, two, one)
		}
		if a, b := fmt.Sprint(whole.takeNews()), fmt.Sprint(parts.takeNews()); a != b && !parts.done {
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
