package prompt

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// The user reads once what gm waits for, after the delay, and not during a question.
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
		enter("a short stage")
		wait(NoticeDelay - 1)
		enter("a long one")
		wait(3 * NoticeDelay)
		w.Enter(StageShell, func() string { return "; it printed x" }, "a stage with output")
		wait(NoticeDelay)
		enter("a question")
		w.Pause()
		wait(time.Hour)
		w.Resume()
		wait(NoticeDelay - 1)
		w.Leave()
		wait(time.Hour)
		if want := []string{"gm: waiting for a long one", "gm: waiting for a stage with output; it printed x"}; !slices.Equal(u.told, want) {
			t.Errorf("told %q, want %q", u.told, want)
		}
	})
}

// listener records notices.
type listener struct {
	Prompter
	told []string
}

func (l *listener) Notice(text string) { l.told = append(l.told, text) }
