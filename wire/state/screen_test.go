package state

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gm/vt"
)

// blank returns a blank screen for a gm peer.
func blank(cols, rows int) Screen {
	return Screen{Screen: vt.NewScreen(cols, rows), Dialect: vt.Full()}
}

// after returns s after the program has written text.
func (s Screen) after(text string) Screen {
	term := vt.Resume(s.Screen)
	term.Write([]byte(text))
	s.Screen = term.Snapshot()
	return s
}

func mustShow(t testing.TB, s Screen, diff []byte) Screen {
	t.Helper()
	s, err := s.Apply(diff)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The bytes are the output of protoc 3.21 --encode for the messages of protocol,
// section 5.
func TestScreenAppliesProtocOutput(t *testing.T) {
	diff, _ := hex.DecodeString("0a053a0340ac02" + "0a071a05288401302b" + "0a091207220568691b5b6d")
	got := mustShow(t, blank(80, 24), diff)
	if cols, rows := got.Screen.Size(); cols != 132 || rows != 43 || got.EchoAck != 300 || got.Screen.Text() != "hi" {
		t.Errorf("screen of %dx%d, echo ack %d: %q", cols, rows, got.EchoAck, got.Screen.Text())
	}
}

func TestScreenDiffBytes(t *testing.T) {
	from := blank(80, 24)
	acked := from
	acked.EchoAck = 300
	wide := blank(132, 43)
	for want, s := range map[string]Screen{
		"":                   from,
		"0a053a0340ac02":     acked,
		"0a071a05288401302b": wide,
	} {
		t.Run(want, func(t *testing.T) {
			if got := hex.EncodeToString(s.AppendDiff(nil, from)); got != want {
				t.Errorf("diff is %s, want %s", got, want)
			}
		})
	}
	// The hoststring comes last, in one instruction.
	all := wide.after("hi")
	all.EchoAck = 300
	got := all.AppendDiff([]byte("before"), from)
	prefix, _ := hex.DecodeString(hex.EncodeToString([]byte("before")) + "0a053a0340ac02" + "0a071a05288401302b" + "0a")
	if !bytes.HasPrefix(got, prefix) {
		t.Errorf("diff is %x, want it to begin with %x", got, prefix)
	}
	rest := got[len(prefix):]
	if int(rest[0]) != len(rest)-1 || rest[1] != 0x12 || int(rest[2]) != len(rest)-3 || rest[3] != 0x22 || int(rest[4]) != len(rest)-5 {
		t.Errorf("hostbytes are framed as %x", rest)
	}
	if !bytes.Contains(rest, []byte("hi")) {
		t.Errorf("hostbytes are %q", rest)
	}
}

func TestScreenEqual(t *testing.T) {
	a := blank(80, 24)
	b := a.after("x")
	acked := a
	acked.EchoAck = 1
	for name, c := range map[string]struct {
		s, o Screen
		want bool
	}{
		"itself":              {a, a, true},
		"another blank":       {a, blank(80, 24), true},
		"text":                {a, b, false},
		"text erased":         {a, b.after("\b \b"), true},
		"echo ack":            {a, acked, false},
		"size":                {a, blank(80, 25), false},
		"a link, to gm":       {a.after("\x1b]8;;http://x\x07a\x1b]8;;\x07"), a.after("a"), false},
		"a link, to stock":    {stock(a.after("\x1b]8;;http://x\x07a\x1b]8;;\x07")), stock(a.after("a")), true},
		"strike, to gm":       {a.after("\x1b[9ma\x1b[m"), a.after("a"), false},
		"strike, to stock":    {stock(a.after("\x1b[9ma\x1b[m")), stock(a.after("a")), true},
		"bell":                {a.after("\a"), a, false},
		"cursor":              {a.after("\x1b[5;5H"), a, false},
		"color of a blank":    {a.after("\x1b[41m\x1b[K\x1b[m"), a, false},
		"title, to both":      {stock(a.after("\x1b]2;t\x07")), stock(a), false},
		"cursor shape, stock": {stock(a.after("\x1b[4 q")), stock(a), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.s.Equal(c.o); got != c.want {
				t.Errorf("equal %v, want %v", got, c.want)
			}
			if diff := c.s.AppendDiff(nil, c.o); (len(diff) == 0) != c.want {
				t.Errorf("equal %v, but the diff is %q", c.want, diff)
			}
		})
	}
}

func stock(s Screen) Screen {
	s.Dialect = vt.Stock()
	return s
}

// TestScreenDiffsFollowTerminal writes and resizes at random, and checks that the
// diffs lead to the screen of the program's terminal.
func TestScreenDiffsFollowTerminal(t *testing.T) {
	outputs := []string{
		"hello ", "\r\n", "\x1b[H", "\x1b[2J", "\x1b[31mred\x1b[m", "漢字", "e\u0301", "\x1b[5;10Hthere",
		"\x1b[K", "\x1b[3L", "\x1b[2M", "\x1b[?25l", "\x1b[?25h", "\x1b]2;title\x07", "\x1b[?2004h", "\a",
		strings.Repeat("long line ", 30), "\x1b[10;12r\n\n\n\x1b[r", "\x1b[44m\x1b[J\x1b[m",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	term := vt.NewTerminal(80, 24, vt.Options{})
	host, user := blank(80, 24), blank(80, 24)
	for i := range 2000 {
		if rng.IntN(10) == 0 {
			term.Resize(2+rng.IntN(120), 1+rng.IntN(50))
		} else {
			term.Write([]byte(outputs[rng.IntN(len(outputs))]))
		}
		now := Screen{Screen: term.Snapshot(), EchoAck: uint64(i / 3), Dialect: vt.Full()}
		user = mustShow(t, user, now.AppendDiff(nil, host))
		host = now
		if !user.Equal(host) {
			t.Fatalf("step %d: shown is\n%s\nwant\n%s", i, user.Screen.Text(), host.Screen.Text())
		}
	}
}

func TestScreenApplyKeepsReceiver(t *testing.T) {
	was := blank(20, 5).after("first")
	next := was.after("\x1b[H\x1b[2Jsecond")
	diff := next.AppendDiff(nil, was)
	got := mustShow(t, was, diff)
	if was.Screen.Text() != "first" || got.Screen.Text() != "second" || mustShow(t, was, diff).Screen.Text() != "second" {
		t.Errorf("before %q, after %q", was.Screen.Text(), got.Screen.Text())
	}
	echo := was
	echo.EchoAck = 9
	if got := mustShow(t, was, echo.AppendDiff(nil, was)); got.Screen != was.Screen || got.EchoAck != 9 {
		t.Error("an echo ack alone copies the screen")
	}
}

func TestScreenSizesAreClamped(t *testing.T) {
	for _, c := range []struct{ cols, rows, wantCols, wantRows int }{
		{0, 0, vt.MinCols, vt.MinRows},
		{-1, -1, vt.MinCols, vt.MinRows},
		{65535, 65535, vt.MaxCols, vt.MaxRows},
		{-1 << 31, -1 << 31, vt.MinCols, vt.MinRows},
	} {
		t.Run(fmt.Sprintf("%dx%d", c.cols, c.rows), func(t *testing.T) {
			got := mustShow(t, blank(80, 24), appendResize(nil, c.cols, c.rows))
			if cols, rows := got.Screen.Size(); cols != c.wantCols || rows != c.wantRows {
				t.Errorf("size is %dx%d, want %dx%d", cols, rows, c.wantCols, c.wantRows)
			}
		})
	}
}

func TestScreenTolerates(t *testing.T) {
	hello := "0a0b1209220768656c6c6f0d0a"
	for name, s := range map[string]string{
		"unknown kind":      "0a05 f207 02 4869" + hello,
		"kind of a User":    "0a05 8204 02 4869" + hello,
		"unknown field":     "1001" + hello,
		"empty instruction": "0a00" + hello,
		"no hoststring":     "0a02 1200" + hello,
		"echo ack as bytes": "0a04 3a02 4200" + hello,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := blank(80, 24).Apply(unhex(t, s)); err != nil || got.Screen.Text() != "hello" {
				t.Errorf("%q, %v", got.Screen.Text(), err)
			}
		})
	}
}

// A screen between two others acknowledges no more than the first.
func TestScreenPartwayAcknowledgesNothing(t *testing.T) {
	from := blank(200, 50)
	to := from
	for i := range 50 {
		to = to.after(fmt.Sprintf("\x1b[%dH%s", i+1, strings.Repeat("text ", 30)))
	}
	to.EchoAck, to.Credit, to.ExitStatus = 9, 9, ExitStatus{Known: true}
	part, ok := to.Partway(from)
	if !ok || part.EchoAck != 0 || part.Credit != 0 || part.ExitStatus.Known {
		t.Errorf("%v: echo ack %d, credit %d, %+v", ok, part.EchoAck, part.Credit, part.ExitStatus)
	}
	if part.Screen.Text() == from.Screen.Text() || part.Screen.Text() == to.Screen.Text() {
		t.Error("the screen is not in between")
	}
}

func TestScreenIgnoresKindsOfOtherWireTypes(t *testing.T) {
	s := blank(80, 24)
	s.EchoAck, s.Credit = 5, 6
	for name, diff := range map[string]string{"echo ack as varint": "0a02 3801", "credit as varint": "0a03 c00401"} {
		t.Run(name, func(t *testing.T) {
			if got := mustShow(t, s, unhex(t, diff)); got.EchoAck != 5 || got.Credit != 6 {
				t.Errorf("echo ack %d, credit %d", got.EchoAck, got.Credit)
			}
		})
	}
}

func TestScreenRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"truncated instruction": "0a09 12",
		"truncated hostbytes":   "0a04 1205 2203",
		"truncated hoststring":  "0a05 1203 2205 61",
		"truncated echo ack":    "0a03 3a01 40",
		"truncated resize":      "0a03 1a01 28",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := blank(80, 24).Apply(unhex(t, s)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestScreenApplyDropsReplies(t *testing.T) {
	s := mustShow(t, blank(80, 24), hostbytes("\x1b[c\x1b[6n\x1b[?2026$p\x05"))
	s = mustShow(t, s, hostbytes("x"))
	if got := s.Screen.Text(); got != "x" {
		t.Errorf("screen is %q", got)
	}
}

func FuzzHostMessage(f *testing.F) {
	f.Add([]byte{})
	f.Add(blank(100, 30).after("hi\x1b[31mred").AppendDiff(nil, blank(80, 24)))
	f.Add(appendResize(nil, 0, 0))
	f.Add([]byte("\x0a\x05\x3a\x03\x40\xac\x02"))
	f.Add([]byte("\x0a\x0c\x12\x0a\x22\x08\x1b[20;30H"))
	f.Add([]byte("\x0a\x09\x12\x07\x22\x05\x1b0\a\a\a"))
	f.Fuzz(func(t *testing.T, diff []byte) {
		base := blank(80, 24).after("before")
		got, err := base.Apply(diff)
		if err != nil {
			return
		}
		cols, rows := got.Screen.Size()
		if cols < vt.MinCols || cols > vt.MaxCols || rows < vt.MinRows || rows > vt.MaxRows {
			t.Fatalf("size %dx%d", cols, rows)
		}
		again := mustShow(t, base, got.AppendDiff(nil, base))
		// Several bells or clipboard changes between two states arrive as one.
		again.Screen.Bells = got.Screen.Bells
		again.Screen.Clipboards, again.Screen.Events = got.Screen.Clipboards, got.Screen.Events
		if !again.Equal(got) {
			t.Errorf("screen\n%s\nbecomes\n%s", got.Screen.Text(), again.Screen.Text())
		}
	})
}

func BenchmarkScreenDiff(b *testing.B) {
	from := blank(200, 50)
	for i := range 50 {
		from = from.after(fmt.Sprintf("\x1b[%dHline %d of a screen that is full of text", i+1, i))
	}
	to := from.after("\x1b[25;10Hnews")
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = to.AppendDiff(buf[:0], from)
	}
}

func BenchmarkScreenApply(b *testing.B) {
	from := blank(200, 50)
	to := from.after("\x1b[25;10Hnews")
	diff := to.AppendDiff(nil, from)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := from.Apply(diff); err != nil {
			b.Fatal(err)
		}
	}
}

// The bytes are derived by hand from protocol, section 11.6.
func TestCreditRoundTrip(t *testing.T) {
	from, s := blank(80, 24), blank(80, 24)
	s.Credit = 300
	diff := s.AppendDiff(nil, from)
	if want := unhex(t, "0a06 c20403 08ac02"); !bytes.Equal(diff, want) {
		t.Errorf("diff is %x, want %x", diff, want)
	}
	if got := mustShow(t, from, diff); got.Credit != 300 || got.Equal(from) || !got.Equal(s) {
		t.Errorf("applied to %d", got.Credit)
	}
	if again := s.AppendDiff(nil, s); len(again) > 0 {
		t.Errorf("diff between equal states: %x", again)
	}
	if _, err := from.Apply(unhex(t, "0a04 c20401 08")); err == nil {
		t.Error("a truncated number is accepted")
	}
}
