package session

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gm/wire"
)

func TestInteractiveBurst(t *testing.T) {
	var b interactiveBurst
	begins := func(wantSettle time.Duration, wantHurry bool) {
		t.Helper()
		for range 3 { // one frame, however often it is written to
			if settle, hurry := b.onOutput([]byte("output"), false); settle != wantSettle || hurry != wantHurry {
				t.Fatalf("frame hurried %v after %v, want %v after %v", hurry, settle, wantHurry, wantSettle)
			}
		}
		b.onSent()
		b.onSent() // such as an acknowledgement
	}
	begins(0, false)
	for range 2 {
		b.onInput([]byte("k"))
		begins(settleDelay, true)
		begins(wire.ServerMinDelay, true)
		begins(0, false)
	}
}

// The echo of text is sent at once; anything else may be a part of something.
func TestBurstRecognizesEcho(t *testing.T) {
	long := strings.Repeat("k", maxEcho)
	for _, test := range []struct {
		typed, written []string
		atOnce         bool // the last of it
	}{
		{[]string{"k"}, []string{"k"}, true},
		{[]string{"é"}, []string{"é"}, true},
		{[]string{"k", "l"}, []string{"kl"}, true},
		{[]string{"kl"}, []string{"k", "l"}, true},
		{[]string{"kl"}, []string{"k"}, false},
		{[]string{"k"}, []string{"x"}, false},
		{[]string{"k"}, []string{"kx"}, false},
		{[]string{"k"}, []string{"x", "k"}, false},
		{[]string{"k"}, []string{"\x1b[mk"}, false},
		{[]string{"\r"}, []string{"\r\n"}, false},
		{[]string{"\r"}, []string{"\r"}, false},
		{[]string{"\x7f"}, []string{"\x7f"}, false},
		{[]string{"k", "\r"}, []string{"k"}, false},
		{[]string{long}, []string{long}, true},
		{[]string{long, "k"}, []string{long + "k"}, false},
		{[]string{""}, []string{""}, false},
	} {
		var b interactiveBurst
		for _, keys := range test.typed {
			b.onInput([]byte(keys))
		}
		want, settle, hurry := settleDelay, time.Duration(-1), false
		if slices.Contains(test.typed, "\r") {
			want = lineSettleDelay
		}
		for _, output := range test.written {
			settle, hurry = b.onOutput([]byte(output), false)
		}
		if test.atOnce {
			want = 0
		}
		if settle != want || !hurry {
			t.Errorf("%q answered by %q: hurried %v after %v, want %v", test.typed, test.written, hurry, settle, want)
		}
	}
}

// What is drawn with the cursor hidden is sent when the cursor is back, if that
// does not take long; a program without a cursor is like any other.
func TestBurstWaitsForTheCursor(t *testing.T) {
	for _, test := range []struct {
		name   string
		writes []string // one a 3 ms
		want   time.Duration
	}{
		{"drawn at once", []string{"\x1b[?25lab\x1b[?25h"}, settleDelay},
		{"drawn in two", []string{"\x1b[?25la", "b\x1b[?25h"}, 3*time.Millisecond + settleDelay},
		{"drawn for long", []string{"\x1b[?25la", "b", "c", "d", "e"}, wire.ServerMinDelay},
	} {
		r := connected(t)
		r.typeKeys("x")
		r.WaitFor(time.Second, "no key comes", func() bool { return len(r.host.typed) > 0 })
		began, sent := r.Now, r.attachment.wire.Sent()
		for _, text := range test.writes {
			r.write(text)
			for range 30 {
				if r.attachment.wire.Sent() == sent {
					r.Run(100 * time.Microsecond)
				}
			}
		}
		for r.attachment.wire.Sent() == sent {
			r.Run(100 * time.Microsecond)
		}
		if took := r.Now.Sub(began); took != test.want {
			t.Errorf("%s: sent after %v, want %v", test.name, took, test.want)
		}
	}
	r := connected(t)
	r.write("\x1b[?25l")
	r.Run(time.Second)
	r.typeKeys("x")
	r.WaitFor(time.Second, "no key comes", func() bool { return len(r.host.typed) > 0 })
	if r.write("y"); r.attachment.drawing() {
		t.Error("a program without a cursor is waited for")
	}
}

// The first frame after input waits until the program is quiet, and not for
// long.
func TestBurstSettles(t *testing.T) {
	for _, pause := range []time.Duration{0, 500 * time.Microsecond, 900 * time.Microsecond} {
		r := connected(t)
		r.typeKeys("x")
		r.WaitFor(time.Second, "no key comes", func() bool { return len(r.host.typed) > 0 })
		began, sent := r.Now, r.attachment.wire.Sent()
		for r.attachment.wire.Sent() == sent && r.Now.Sub(began) < time.Second {
			r.write(".")
			r.Run(pause)
			if pause == 0 {
				r.Run(settleDelay)
			}
		}
		want := wire.ServerMinDelay
		if pause == 0 {
			want = settleDelay
		}
		if took := r.Now.Sub(began); took < want || took > want+pause {
			t.Errorf("written every %v, the frame is sent after %v, want %v", pause, took, want)
		}
	}
}
