package server

import (
	"testing"
	"time"

	"gm/wire"
)

func TestAnswer(t *testing.T) {
	var a answer
	begins := func(wantSettle time.Duration, wantHurry bool) {
		t.Helper()
		for range 3 { // one frame, however often it is written to
			if settle, hurry := a.begin(); settle != wantSettle || hurry != wantHurry {
				t.Fatalf("frame hurried %v after %v, want %v after %v", hurry, settle, wantHurry, wantSettle)
			}
		}
		a.sent()
		a.sent() // such as an acknowledgement
	}
	begins(0, false)
	for range 2 {
		a.expect()
		begins(answerQuiet, true)
		begins(wire.ServerMinDelay, true)
		begins(0, false)
	}
}

// The first frame after input waits until the program is quiet, and not for
// long.
func TestAnswerIsWhole(t *testing.T) {
	for _, pause := range []time.Duration{0, 500 * time.Microsecond, 900 * time.Microsecond} {
		r := connected(t)
		r.typeKeys("x")
		r.wait(time.Second, "no key comes", func() bool { return len(r.host.typed) > 0 })
		began, sent := r.now, r.session.wire.Sent()
		for r.session.wire.Sent() == sent && r.now.Sub(began) < time.Second {
			r.write(".")
			r.run(pause)
			if pause == 0 {
				r.run(answerQuiet)
			}
		}
		want := wire.ServerMinDelay
		if pause == 0 {
			want = answerQuiet
		}
		if took := r.now.Sub(began); took < want || took > want+pause {
			t.Errorf("written every %v, the frame is sent after %v, want %v", pause, took, want)
		}
	}
}
