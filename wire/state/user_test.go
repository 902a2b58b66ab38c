package state

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/protofield"
)

// text formats events: keys as they are, a size as "<80x24>", an appearance as
// "<{{colors} width height}>".
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

// The bytes are the output of protoc 3.21 --encode for the messages of protocol,
// section 5.
func TestUserDiffBytes(t *testing.T) {
	for want, u := range map[string]User{
		"":                                   {},
		"0a061a042864301e0a07120522036c730d": User{}.WithSize(100, 30).WithKeys([]byte("l")).WithKeys([]byte("s\r")),
	} {
		t.Run(all(u), func(t *testing.T) {
			if got := u.AppendDiff(nil, User{}); !bytes.Equal(got, unhex(t, want)) {
				t.Errorf("diff is %x, want %s", got, want)
			}
			if got := mustApply(t, User{}, unhex(t, want)); all(got) != all(u) || !got.Equal(u) {
				t.Errorf("applied to %q, want %q", all(got), all(u))
			}
		})
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
		t.Run(fmt.Sprintf("%q since %q", all(step.u), all(step.seen)), func(t *testing.T) {
			if got := text(step.u.Since(step.seen)); got != step.want {
				t.Errorf("%q, want %q", got, step.want)
			}
		})
	}
	if a.Equal(b) || !a.Equal(empty.WithKeys([]byte("abc"))) {
		t.Error("Equal does not compare lengths")
	}
}

func TestUserDoesNotRetainKeys(t *testing.T) {
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

// Two streams that continue from the same end are independent.
func TestUserBranches(t *testing.T) {
	base := User{}.WithKeys([]byte("ab")).WithSize(80, 24)
	left, right := base.WithKeys([]byte("L")), base.WithKeys([]byte("R"))
	left, right = left.WithKeys([]byte("1")), right.WithKeys([]byte("2"))
	for want, u := range map[string]User{"ab<80x24>": base, "ab<80x24>L1": left, "ab<80x24>R2": right} {
		t.Run(want, func(t *testing.T) {
			if got := all(u); got != want {
				t.Errorf("stream is %q, want %q", got, want)
			}
		})
	}
	var blank User
	x, y := blank.WithKeys([]byte("x")), blank.WithKeys([]byte("y"))
	if all(x) != "x" || all(y) != "y" || all(blank) != "" {
		t.Errorf("streams from the empty one are %q, %q and %q", all(x), all(y), all(blank))
	}
}

// A diff may start inside the keys of one WithKeys call.
func TestUserDiffInsideKeys(t *testing.T) {
	one := mustApply(t, User{}, User{}.WithKeys([]byte("ab")).AppendDiff(nil, User{}))
	both := mustApply(t, User{}, User{}.WithKeys([]byte("abcd")).AppendDiff(nil, User{}))
	if got := text(both.Since(one)); got != "cd" {
		t.Errorf("since %q: %q, want cd", all(one), got)
	}
	if got := mustApply(t, one, both.AppendDiff(nil, one)); all(got) != "abcd" {
		t.Errorf("diff leads to %q", all(got))
	}
}

func TestUserSizesAreClamped(t *testing.T) {
	for _, c := range []struct{ cols, rows, wantCols, wantRows int }{
		{80, 24, 80, 24},
		{0, 0, vt.MinCols, vt.MinRows},
		{-5, -5, vt.MinCols, vt.MinRows},
		{1 << 30, 1 << 30, vt.MaxCols, vt.MaxRows},
	} {
		t.Run(fmt.Sprintf("%dx%d", c.cols, c.rows), func(t *testing.T) {
			want := fmt.Sprintf("<%dx%d>", c.wantCols, c.wantRows)
			if got := all(User{}.WithSize(c.cols, c.rows)); got != want {
				t.Errorf("WithSize: %s, want %s", got, want)
			}
			if got := all(mustApply(t, User{}, appendResize(nil, c.cols, c.rows))); got != want {
				t.Errorf("Apply: %s, want %s", got, want)
			}
		})
	}
}

func TestUserTolerates(t *testing.T) {
	for name, c := range map[string]struct{ hex, want string }{
		"unknown kind":           {"0a05 f2070201 02 0a07 1205 2203 616263", "abc"},
		"unknown field":          {"1001 1a0161 0a07 1205 2203 616263", "abc"},
		"kind of a Screen":       {"0a05 8a04 02 4869 0a07 1205 2203 616263", "abc"},
		"empty instruction":      {"0a00 0a07 1205 2203 616263", "abc"},
		"keystroke without keys": {"0a02 1200 0a07 1205 2203 616263", "abc"},
		"keystroke and resize":   {"0a0d 1205 2203 616263 1a04 2850 3018", "abc<80x24>"},
		"kind as varint":         {"0a02 1001 0a07 1205 2203 616263", "abc"},
		"separate keystrokes":    {"0a05 1203 2201 61 0a05 1203 2201 62", "ab"},
		"last keys win":          {"0a08 1206 2201 61 2201 62", "b"},
		"negative size":          {"0a18 1a16 28ffffffffffffffffff01 3080808080f8ffffffff01", "<1x1>"},
		"size beyond 32 bits":    {"0a08 1a06 28 d080808010", "<80x1>"},
		"size without height":    {"0a04 1a02 2850", "<80x1>"},
		"instruction as varint":  {"0801 0a07 1205 2203 616263", "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			if u, err := (User{}).Apply(unhex(t, c.hex)); err != nil || all(u) != c.want {
				t.Errorf("%q, %v, want %q", all(u), err, c.want)
			}
		})
	}
}

func TestUserRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"truncated tag":         "80",
		"truncated instruction": "0a05 12",
		"truncated kind":        "0a03 1205 22",
		"truncated keys":        "0a04 1202 2205",
		"truncated size":        "0a03 1a01 28",
		"truncated number":      "0a04 1a02 28ff",
		"field 0":               "0000",
		"group":                 "0b",
	} {
		t.Run(name, func(t *testing.T) {
			if u, err := (User{}).Apply(unhex(t, s)); !errors.Is(err, protofield.ErrMalformed) {
				t.Errorf("%q, %v", all(u), err)
			}
		})
	}
}

func TestUserBoundsChanges(t *testing.T) {
	resize, appearance := appendResize(nil, 80, 24), appendAppearance(nil, Appearance{Width: 1, Height: 1})
	diff := bytes.Repeat(append(resize, appearance...), maxChanges/2)
	u, err := User{}.Apply(diff)
	if err != nil || u.Unacked() != maxChanges {
		t.Errorf("at the limit: %d, %v", u.Unacked(), err)
	}
	for _, more := range [][]byte{resize, appearance} {
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
		t.Error("Subtract changes stream positions")
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
		t.Errorf("after subtracting everything: %q of %d", all(none), none.Unacked())
	}
	if got := all(none.WithKeys([]byte("g"))); got != "g" {
		t.Errorf("keys after subtracting everything: %q", got)
	}
	// Only a hostile peer causes a prefix that is longer than the stream.
	if got := a.Subtract(b); got.Unacked() != 0 || !got.Equal(a) {
		t.Errorf("after subtracting a longer prefix: %d", got.Unacked())
	}
	if got := less.Subtract(User{}); all(got) != "def" || got.Unacked() != 3 {
		t.Errorf("after subtracting the empty stream: %q of %d", all(got), got.Unacked())
	}
}

// TestUserDiffsFollowStream applies diffs from varying base states, subtracts at
// random, and checks that both sides hold the same stream.
func TestUserDiffsFollowStream(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sent := []User{{}}
	received := map[int]User{0: {}}
	typed := ""
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
		typed += text(u.Since(sent[i-1]))
		base := max(0, i-1-rng.IntN(5))
		received[i] = mustApply(t, received[base], u.AppendDiff(nil, sent[base]))
		if got, want := text(received[i].Since(received[i-1])), text(u.Since(sent[i-1])); got != want {
			t.Fatalf("step %d: %q, want %q", i, got, want)
		}
		if known := i - 10; known > 0 && rng.IntN(3) == 0 {
			for j := known; j <= i; j++ {
				sent[j], received[j] = sent[j].Subtract(sent[known]), received[j].Subtract(received[known])
			}
		}
	}
	if !strings.HasSuffix(typed, all(received[499])) || received[499].end != sent[499].end {
		t.Errorf("received %q, want the end of %q", all(received[499]), typed)
	}
}

// Subtracted events are freed although streams that shared them are still in use.
func TestUserSubtractFreesMemory(t *testing.T) {
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
	f.Add(User{}.WithAppearance(fullAppearance()).WithKeys([]byte("k")).WithAppearance(Appearance{Width: 7, Height: 8}).AppendDiff(nil, User{}))
	f.Add([]byte("\x0a\x07\x82\x04\x04\x08\x00\x18\x01"))
	f.Fuzz(func(t *testing.T, diff []byte) {
		base := User{}.WithKeys([]byte("before"))
		u, err := base.Apply(diff)
		if err != nil {
			return
		}
		if got := text(u.Since(base)); u.Unacked() > len("before")+len(diff) {
			t.Fatalf("%d bytes lead to %q", len(diff), got)
		}
		// A diff of the result leads to the same result.
		again := mustApply(t, base, u.AppendDiff(nil, base))
		if !again.Equal(u) || all(again) != all(u) {
			t.Errorf("%q becomes %q", all(u), all(again))
		}
	})
}

func TestUserMemSize(t *testing.T) {
	base := User{}.WithKeys([]byte("base"))
	a := base.WithKeys(make([]byte, 1000))
	b := base.WithKeys(make([]byte, 1000)) // a second continuation, which copies the list
	c := a.WithKeys(make([]byte, 500))
	for name, test := range map[string]struct {
		got, min, max int
	}{
		"empty shared":   {a.MemSize(User{}), 1000, 1300},
		"itself":         {a.MemSize(a), 0, 0},
		"its prefix":     {c.MemSize(a), 500, 600},
		"its successor":  {a.MemSize(c), 0, 0},
		"another branch": {b.MemSize(a), 1000, 1300},
		"subtracted":     {c.Subtract(a).MemSize(User{}), 500, 600},
		"empty stream":   {User{}.MemSize(a), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if test.got < test.min || test.got > test.max {
				t.Errorf("%d bytes, want %d to %d", test.got, test.min, test.max)
			}
		})
	}
}

func TestUserEndIgnoresSubtract(t *testing.T) {
	u := User{}.WithKeys([]byte("abc"))
	known := u
	u = u.WithSize(80, 24).WithKeys([]byte("de"))
	if u.End() != 6 || u.Subtract(known).End() != 6 || (User{}).End() != 0 {
		t.Errorf("the end is %d, after Subtract %d", u.End(), u.Subtract(known).End())
	}
}
