package prompt

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The user reads what gm waits for, after the delay, and not during a question.
func TestWaitNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := &listener{}
		w := &WaitNotice{Delay: NoticeDelay}
		w.SetPrompter(u)
		enter := func(what string) { w.Enter(StageConnect, nil, "%s", what) }
		wait := func(d time.Duration) {
			<-time.After(d)
			synctest.Wait()
		}
		want := func(told ...string) {
			t.Helper()
			if got := u.take(); !slices.Equal(got, told) {
				t.Errorf("told %q, want %q", got, told)
			}
		}
		enter("a short stage")
		wait(NoticeDelay - 1)
		enter("a long one")
		want()
		wait(NoticeDelay + time.Second)
		want("gm: waiting for a long one (3 s)", "gm: waiting for a long one (4 s)")
		w.Enter(StageShell, func() string { return "; it printed:\n  x" }, "a stage with output")
		want("")
		wait(NoticeDelay)
		want("gm: waiting for a stage with output (3 s); it printed: x")
		w.Pause()
		want("")
		wait(time.Hour)
		want()
		w.Resume()
		wait(NoticeDelay)
		want("gm: waiting for a stage with output (3 s); it printed: x")
		w.EnterUpload("it", func(passed time.Duration) string { return " " + passed.String() })
		wait(uploadDelay + uploadPeriod)
		want("", "gm: uploading the server to it 500ms", "gm: uploading the server to it 700ms")
		w.Leave()
		wait(time.Hour)
		want("")
	})
}

// While a ProxyCommand may ask something, the line is shown once.
func TestWaitForAProxyCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := &listener{}
		w := &WaitNotice{Delay: NoticeDelay}
		w.SetPrompter(u)
		w.Share()
		w.Enter(StageVersion, nil, "a version")
		<-time.After(NoticeDelay)
		synctest.Wait()
		w.Enter(StageKex, nil, "keys")
		<-time.After(NoticeDelay)
		synctest.Wait()
		w.Leave()
		if got, want := u.take(), []string{"once: gm: waiting for a version", "gm: waiting for keys (3 s)", ""}; !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

// listener records statuses.
type listener struct {
	Prompter
	mu   sync.Mutex
	told []string
}

// take returns the statuses since the last call.
func (l *listener) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	told := l.told
	l.told = nil
	return told
}

func (l *listener) Status(s Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.Once {
		l.told = append(l.told, "once: "+s.Text)
		return
	}
	l.told = append(l.told, s.Text+s.Detail)
}
