package state

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"gm/vt"
)

// text writes events down: keys as they are, a size as "<80x24>", an appearance
// as "<{{colours} width height}>".
func text(events []UserEvent) string {
	var b strings.Builder
	for _, e := range events {
		switch {
		case e.Appearance != nil:
			fmt.Fprintf(&b, "<%x>", *e.Appearance)
		case e.Keys == nil:
			fmt.Fprintf(&b, "<%dx%d>", e.Cols, e.Rows)
		default:
			b.Write(e.Keys)
		}
	}
	return b.String()
}

func all(u User) string { return text(u.Since(User{})) }

func mustApply(t testing.TB, u User, diff []byte) User {
	t.Helper()
	u, err := u.Apply(diff)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// The bytes are what protoc 3.21 --encode makes of section 5's messages.
func TestUserDiffBytes(t *testing.T) {
	for want, u := range map[string]User{
		"":                                   {},
		"0a061a042864301e0a07120522036c730d": User{}.WithSize(100, 30).WithKeys([]byte("l")).WithKeys([]byte("s\r")),
	} {
		if got := hex.EncodeToString(u.AppendDiff(nil, User{})); got != want {
			t.Errorf("%q is %s, want %s", all(u), got, want)
		}
		b, _ := hex.DecodeString(want)
		if got := mustApply(t, User{}, b); all(got) != all(u) || !got.Equal(u) {
			t.Errorf("%s is read as %q, want %q", want, all(got), all(u))
		}
	}
}

func TestUserSince(t *testing.T) {
	empty := User{}
	a := empty.WithKeys([]byte("abc"))
	b := a.WithSize(80, 24).WithSize(100, 30)
	c := b.WithKeys([]byte("d")).WithKeys(nil).WithKeys([]byte("ef"))
	for _, step := range []struct {
		u, seen User
		want    string
	}{
		{empty, empty, ""},
		{a, empty, "abc"},
		{c, empty, "abc<80x24><100x30>def"},
		{c, a, "<80x24><100x30>def"},
		{c, b, "def"},
		{c, c, ""},
		{a, c, ""},
	} {
		if got := text(step.u.Since(step.seen)); got != step.want {
			t.Errorf("since %q: %q, want %q", all(step.seen), got, step.want)
		}
	}
	if a.Equal(b) || !a.Equal(empty.WithKeys([]byte("abc"))) {
		t.Error("Equal does not go by the length")
	}
}

func TestUserKeepsNoReference(t *testing.T) {
	keys := []byte("abc")
	u := User{}.WithKeys(keys)
	diff := u.AppendDiff(nil, User{})
	applied := mustApply(t, User{}, diff)
	copy(keys, "XXX")
	clear(diff)
	if all(u) != "abc" || all(applied) != "abc" {
		t.Errorf("streams are %q and %q after the caller's bytes changed", all(u), all(applied))
	}
}

// Two streams that go on from the same place do not see each other.
func TestUserBranches(t *testing.T) {
	base := User{}.WithKeys([]byte("ab")).WithSize(80, 24)
	left, right := base.WithKeys([]byte("L")), base.WithKeys([]byte("R"))
	left, right = left.WithKeys([]byte("1")), right.WithKeys([]byte("2"))
	for want, u := range map[string]User{"ab<80x24>": base, "ab<80x24>L1": left, "ab<80x24>R2": right} {
		if got := all(u); got != want {
			t.Errorf("stream is %q, want %q", got, want)
		}
	}
	var blank User
	x, y := blank.WithKeys([]byte("x")), blank.WithKeys([]byte("y"))
	if all(x) != "x" || all(y) != "y" || all(blank) != "" {
		t.Errorf("streams from nothing are %q, %q and %q", all(x), all(y), all(blank))
	}
}

// A diff may begin inside what one call added.
func TestUserDiffInsideKeys(t *testing.T) {
	one := mustApply(t, User{}, User{}.WithKeys([]byte("ab")).AppendDiff(nil, User{}))
	both := mustApply(t, User{}, User{}.WithKeys([]byte("abcd")).AppendDiff(nil, User{}))
	if got := text(both.Since(one)); got != "cd" {
		t.Errorf("since %q: %q, want cd", all(one), got)
	}
	if got := mustApply(t, one, both.AppendDiff(nil, one)); all(got) != "abcd" {
		t.Errorf("diff gives %q", all(got))
	}
}

func TestUserSizesAreClamped(t *testing.T) {
	for _, c := range []struct{ cols, rows, wantCols, wantRows int }{
		{80, 24, 80, 24},
		{0, 0, vt.MinCols, vt.MinRows},
		{-5, -5, vt.MinCols, vt.MinRows},
		{1 << 30, 1 << 30, vt.MaxCols, vt.MaxRows},
	} {
		want := fmt.Sprintf("<%dx%d>", c.wantCols, c.wantRows)
		if got := all(User{}.WithSize(c.cols, c.rows)); got != want {
			t.Errorf("size %dx%d is %s, want %s", c.cols, c.rows, got, want)
		}
		if got := all(mustApply(t, User{}, appendResize(nil, c.cols, c.rows))); got != want {
			t.Errorf("size %dx%d is read as %s, want %s", c.cols, c.rows, got, want)
		}
	}
}

func TestUserTolerates(t *testing.T) {
	for name, c := range map[string]struct{ hex, want string }{
		"unknown kind":          {"0a05 f2070201 02 0a07 1205 2203 616263", "abc"},
		"unknown field":         {"1001 1a0161 0a07 1205 2203 616263", "abc"},
		"a kind not known":      {"0a05 8a04 02 4869 0a07 1205 2203 616263", "abc"},
		"empty instruction":     {"0a00 0a07 1205 2203 616263", "abc"},
		"keystroke without":     {"0a02 1200 0a07 1205 2203 616263", "abc"},
		"keystroke and resize":  {"0a0d 1205 2203 616263 1a04 2850 3018", "abc<80x24>"},
		"kind as a number":      {"0a02 1001 0a07 1205 2203 616263", "abc"},
		"keystrokes apart":      {"0a05 1203 2201 61 0a05 1203 2201 62", "ab"},
		"last keys count":       {"0a08 1206 2201 61 2201 62", "b"},
		"negative size":         {"0a18 1a16 28ffffffffffffffffff01 3080808080f8ffffffff01", "<1x1>"},
		"size without a height": {"0a04 1a02 2850", "<80x1>"},
		"instruction as varint": {"0801 0a07 1205 2203 616263", "abc"},
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(c.hex, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if u, err := (User{}).Apply(b); err != nil || all(u) != c.want {
			t.Errorf("%s: %q, %v, want %q", name, all(u), err, c.want)
		}
	}
}

func TestUserRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"cut tag":         "80",
		"cut instruction": "0a05 12",
		"cut kind":        "0a03 1205 22",
		"cut keys":        "0a04 1202 2205",
		"cut size":        "0a03 1a01 28",
		"cut number":      "0a04 1a02 28ff",
		"field 0":         "0000",
		"group":           "0b",
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if u, err := (User{}).Apply(b); !errors.Is(err, errMalformed) {
			t.Errorf("%s: %q, %v", name, all(u), err)
		}
	}
}

func TestUserBoundsChanges(t *testing.T) {
	resize, dress := appendResize(nil, 80, 24), appendAppearance(nil, Appearance{Width: 1, Height: 1})
	diff := bytes.Repeat(append(resize, dress...), maxChanges/2)
	u, err := User{}.Apply(diff)
	if err != nil || u.Unacked() != maxChanges {
		t.Errorf("at the limit: %d, %v", u.Unacked(), err)
	}
	for _, more := range [][]byte{resize, dress} {
		if _, err := (User{}).Apply(append(diff, more...)); !errors.Is(err, errChanges) {
			t.Errorf("over the limit: %v", err)
		}
	}
}

func TestUserSubtract(t *testing.T) {
	a := User{}.WithKeys([]byte("abc")).WithSize(80, 24)
	b := a.WithKeys([]byte("def"))
	less := b.Subtract(a)
	if all(less) != "def" || less.Unacked() != 3 || b.Unacked() != 7 {
		t.Errorf("subtracted: %q of %d, before %d", all(less), less.Unacked(), b.Unacked())
	}
	if !less.Equal(b) || text(less.Since(a)) != "def" || text(less.WithKeys([]byte("g")).Since(b)) != "g" {
		t.Error("places changed by subtracting")
	}
	same := func(what string, x, y []byte) {
		t.Helper()
		if !bytes.Equal(x, y) {
			t.Errorf("%s: diff %x, before %x", what, x, y)
		}
	}
	same("from the prefix", less.AppendDiff(nil, a.Subtract(a)), b.AppendDiff(nil, a))
	none := b.Subtract(b)
	if none.Unacked() != 0 || all(none) != "" || !none.Equal(b) || none.head != nil {
		t.Errorf("all subtracted: %q of %d", all(none), none.Unacked())
	}
	if got := all(none.WithKeys([]byte("g"))); got != "g" {
		t.Errorf("after all was subtracted: %q", got)
	}
	// A prefix that is longer can only come of a hostile peer.
	if got := a.Subtract(b); got.Unacked() != 0 || !got.Equal(a) {
		t.Errorf("subtracted more than there is: %d", got.Unacked())
	}
	if got := less.Subtract(User{}); all(got) != "def" || got.Unacked() != 3 {
		t.Errorf("subtracted nothing: %q of %d", all(got), got.Unacked())
	}
}

// TestUserFollows plays a peer: streams are made from one another in any order,
// subtracted now and then, and always tell the same story.
func TestUserFollows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sent := []User{{}}
	held := map[int]User{0: {}}
	story := ""
	for i := 1; i < 500; i++ {
		u := sent[i-1]
		for range rng.IntN(4) {
			switch rng.IntN(6) {
			case 0:
				u = u.WithSize(10+rng.IntN(100), 10+rng.IntN(50))
			case 1:
				u = u.WithAppearance(Appearance{Width: 1 + rng.IntN(1000), Height: 1 + rng.IntN(1000)})
			default:
				u = u.WithKeys([]byte(strings.Repeat(string(rune('a'+rng.IntN(26))), 1+rng.IntN(3))))
			}
		}
		sent = append(sent, u)
		story += text(u.Since(sent[i-1]))
		base := max(0, i-1-rng.IntN(5))
		held[i] = mustApply(t, held[base], u.AppendDiff(nil, sent[base]))
		if got, want := text(held[i].Since(held[i-1])), text(u.Since(sent[i-1])); got != want {
			t.Fatalf("step %d: %q, want %q", i, got, want)
		}
		if known := i - 10; known > 0 && rng.IntN(3) == 0 {
			for j := known; j <= i; j++ {
				sent[j], held[j] = sent[j].Subtract(sent[known]), held[j].Subtract(held[known])
			}
		}
	}
	if !strings.HasSuffix(story, all(held[499])) || held[499].end != sent[499].end {
		t.Errorf("the end is %q, want that of %q", all(held[499]), story)
	}
}

// Subtracted events are freed although streams that share them live on.
func TestUserSubtractFrees(t *testing.T) {
	u := User{}.WithKeys(make([]byte, 1<<20))
	freed := make(chan bool)
	runtime.AddCleanup(u.head, func(done chan bool) { close(done) }, freed)
	u = u.WithKeys([]byte("x")).Subtract(u)
	for done := false; !done; {
		runtime.GC()
		select {
		case <-freed:
			done = true
		case <-time.After(10 * time.Millisecond):
		}
	}
	if all(u) != "x" {
		t.Errorf("stream is %q", all(u))
	}
	runtime.KeepAlive(u)
}

func BenchmarkWithKeys(b *testing.B) {
	var u User
	key := []byte("k")
	b.ReportAllocs()
	for b.Loop() {
		u = u.WithKeys(key)
		if u.Unacked() > 1000 {
			u = u.Subtract(u)
		}
	}
}

func FuzzUserMessage(f *testing.F) {
	f.Add([]byte{})
	f.Add(User{}.WithSize(100, 30).WithKeys([]byte("ls\r")).AppendDiff(nil, User{}))
	f.Add([]byte("\x0a\x0d\x12\x05\x22\x03abc\x1a\x04\x28\x50\x30\x18"))
	f.Add([]byte("\x0a\x05\x8a\x04\x02Hi\x10\x01"))
	f.Add(User{}.WithAppearance(dressed()).WithKeys([]byte("k")).WithAppearance(Appearance{Width: 7, Height: 8}).AppendDiff(nil, User{}))
	f.Add([]byte("\x0a\x07\x82\x04\x04\x08\x00\x18\x01"))
	f.Fuzz(func(t *testing.T, diff []byte) {
		base := User{}.WithKeys([]byte("before"))
		u, err := base.Apply(diff)
		if err != nil {
			return
		}
		if got := text(u.Since(base)); u.Unacked() > len("before")+len(diff) {
			t.Fatalf("%d bytes hold %q", len(diff), got)
		}
		// What was read is written in a form that is read the same.
		again := mustApply(t, base, u.AppendDiff(nil, base))
		if !again.Equal(u) || all(again) != all(u) {
			t.Errorf("%q is written and read as %q", all(u), all(again))
		}
	})
}

func TestUserMemSize(t *testing.T) {
	base := User{}.WithKeys([]byte("base"))
	a := base.WithKeys(make([]byte, 1000))
	b := base.WithKeys(make([]byte, 1000)) // another way from the same place: a copy
	c := a.WithKeys(make([]byte, 500))
	for name, test := range map[string]struct {
		got, least, most int
	}{
		"alone":                {a.MemSize(User{}), 1000, 1300},
		"beside itself":        {a.MemSize(a), 0, 0},
		"beside its beginning": {c.MemSize(a), 500, 600},
		"beside a longer one":  {a.MemSize(c), 0, 0},
		"beside another way":   {b.MemSize(a), 1000, 1300},
		"of nothing":           {User{}.MemSize(a), 0, 0},
	} {
		if test.got < test.least || test.got > test.most {
			t.Errorf("%s: %d bytes, want %d to %d", name, test.got, test.least, test.most)
		}
	}
}

// Places in the stream stay what they are when its beginning is forgotten.
func TestUserEnd(t *testing.T) {
	u := User{}.WithKeys([]byte("abc"))
	known := u
	u = u.WithSize(80, 24).WithKeys([]byte("de"))
	if u.End() != 6 || u.Subtract(known).End() != 6 || (User{}).End() != 0 {
		t.Errorf("the end is %d, without the beginning %d", u.End(), u.Subtract(known).End())
	}
}
