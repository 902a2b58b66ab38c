//go:build e2e

package e2e

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gm/e2e/harness"
)

// slow is a network on which a key's echo takes long enough to be told from its
// prediction, even on a busy machine.
const (
	slow    = "rtt=1s"
	slowRTT = time.Second
)

// TestPredictionAlways shows keys long before their echo can arrive, and corrects wrong
// predictions.
func TestPredictionAlways(t *testing.T) {
	t.Parallel()
	s := startSlow(t, "always")
	if took := timeKeys(s, "cdef"); took > slowRTT/2 {
		t.Errorf("keys were shown after %v, want them within %v", took, slowRTT/2)
	}
	s.Press("BSpace", "BSpace")
	s.ExpectLine("$ abcd")
	s.Line("")
	s.Expect("abcd: command not found")
	if screen := s.Screen(); screen.Has("abcdef") {
		t.Errorf("a wrong prediction stayed:\n%s", harness.Frame(screen))
	}
}

// TestPredictionNever shows nothing before its echo.
func TestPredictionNever(t *testing.T) {
	t.Parallel()
	s := startSlow(t, "never")
	if took := timeKeys(s, "cdef"); took < slowRTT*9/10 {
		t.Errorf("keys were shown after %v, before their echo can have come", took)
	}
}

// TestPredictionOfPassword never shows the keys of a password: nothing confirms the
// epoch that began at the Return key before it.
func TestPredictionOfPassword(t *testing.T) {
	t.Parallel()
	typePassword(t, startSlow(t, "adaptive"))
}

// TestPasswordIsNeverPredicted types a password where even guesses that nothing
// has confirmed are shown: the server has said that the terminal does not echo.
func TestPasswordIsNeverPredicted(t *testing.T) {
	t.Parallel()
	typePassword(t, startSlowWith(t, extended(racing), "experimental"))
}

// typePassword types at a question that echoes nothing, and watches the screen.
func typePassword(t *testing.T, s *harness.Session) {
	t.Helper()
	s.Press("C-u")
	s.Line("read -rs -p 'pass''word: ' secret; echo; echo got ${#secret}")
	s.Expect("password:")
	shown := false
	s.Line("hunter2")
	s.Until("answer", harness.Patience, func(screen harness.Screen) bool {
		shown = shown || screen.Has("hu")
		return screen.HasLine("got 7")
	})
	if shown {
		t.Error("a password was predicted")
	}
}

// TestPredictionOfTraces types the first keys of traces, and compares the predictions
// with the true screens.
func TestPredictionOfTraces(t *testing.T) {
	for name, want := range map[string]struct{ shown, wrong int }{ // percent
		"lines": {100, 0},
		"zsh":   {30, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := readTrace(t, name)
			x.keys = x.keys[:40]
			var truth, got performance
			var both sync.WaitGroup
			both.Go(func() { truth = playAlone(t, x) })
			both.Go(func() { got = playOver(t, x, extended(plain), slowRTT) })
			both.Wait()
			if t.Failed() {
				return
			}
			j := judgePerformance(got, truth, 4*slowRTT, slowRTT*9/10) // the machine may be busy
			if j.shown*100 < want.shown*j.keys || j.wrong*100 > want.wrong*j.keys || !j.settled {
				t.Errorf("%v\n%s", j, strings.Join(j.notes, "\n"))
			}
		})
	}
}

// startSlow starts a session on the slow network and types "ab", each when the
// one before is shown. Then "a" is confirmed, which comes up to 50 ms after its
// echo: predictions of the keys after it are shown.
func startSlow(t *testing.T, mode string) *harness.Session {
	t.Helper()
	return startSlowWith(t, harness.Ours(plain), mode)
}

// startSlowWith is startSlow with other programs.
func startSlowWith(t *testing.T, ours harness.Programs, mode string) *harness.Session {
	t.Helper()
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Link: slow,
		ClientEnv: []string{"MOSH_PREDICTION_DISPLAY=" + mode}})
	s.ExpectPrompt()
	s.Type("a")
	s.ExpectLine("$ a")
	s.Type("b")
	s.ExpectLine("$ ab")
	return s
}

// timeKeys types keys behind "ab" and returns the time until all of them are shown.
func timeKeys(s *harness.Session, keys string) time.Duration {
	began := time.Now()
	s.Type(keys)
	s.ExpectLine("$ ab" + keys)
	return time.Since(began)
}

// sentDown is how many datagrams the server has sent.
func sentDown(s *harness.Session) int {
	_, down := s.Relay.Stats()
	return down.Sent.Packets
}
