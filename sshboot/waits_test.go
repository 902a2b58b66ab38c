package sshboot

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// The user reads once what gm waits for, after the delay, and not during a question.
func TestWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := &listener{}
		w := &waits{delay: noticeDelay}
		w.via(u)
		enter := func(what string) { w.enter(stageConnect, nil, "%s", what) }
		wait := func(d time.Duration) {
			<-time.After(d)
			synctest.Wait()
		}
		enter("a short stage")
		wait(noticeDelay - 1)
		enter("a long one")
		wait(3 * noticeDelay)
		w.enter(stageShell, func() string { return "; it printed x" }, "a stage with output")
		wait(noticeDelay)
		enter("a question")
		w.pause()
		wait(time.Hour)
		w.resume()
		wait(noticeDelay - 1)
		w.leave()
		wait(time.Hour)
		if want := []string{"gm: waiting for a long one", "gm: waiting for a stage with output; it printed x"}; !slices.Equal(u.told, want) {
			t.Errorf("told %q, want %q", u.told, want)
		}
	})
}

// listener keeps notices.
type listener struct {
	prompter
	told []string
}

func (l *listener) notice(text string) { l.told = append(l.told, text) }
