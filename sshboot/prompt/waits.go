package prompt

import (
	"fmt"
	"sync"
	"time"
)

// Stage is a step of the way to a server.
type Stage uint8

const (
	stageNone    Stage = iota
	StageResolve       // the host's name
	StageConnect       // TCP, a jump host or a ProxyCommand
	StageVersion       // the host's line SSH-2.0-...
	StageKex           // the key exchange and the check of the host key
	StageAuth          // the login
	StageSession       // the session's channel
	StageShell         // the account's shell, up to the script's first line
	StageScript        // the script, up to the server
	StageServer        // the server, up to its announcement
)

// NoticeDelay is how long a stage may take before the user reads what gm is waiting
// for.
const NoticeDelay = 5 * time.Second

// WaitNotice is what gm is waiting for. The nil pointer waits for nothing. It is safe for
// concurrent use.
type WaitNotice struct {
	Delay time.Duration // NoticeDelay, or shorter for tests

	mu            sync.Mutex
	notify        func(string)
	stage         Stage
	what          string
	received      func() string // what has come from the host so far; nil if nothing can
	timer         *time.Timer
	openQuestions int  // questions that are open
	notified      bool // of this stage
}

// SetPrompter sets how the user is told.
func (w *WaitNotice) SetPrompter(ask Prompter) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notify = ask.Notice
}

// Enter begins a stage, in which gm waits for what the format says, such as "HOST to
// exchange keys". seen may be nil.
func (w *WaitNotice) Enter(s Stage, seen func() string, format string, args ...any) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stage, w.what, w.received, w.notified = s, fmt.Sprintf(format, args...), seen, false
	if w.timer == nil {
		w.timer = time.AfterFunc(w.Delay, w.expire)
	}
	w.timer.Reset(w.Delay)
}

// Leave ends the last stage.
func (w *WaitNotice) Leave() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
	w.stage = stageNone
}

// Stage returns the stage.
func (w *WaitNotice) Stage() Stage {
	if w == nil {
		return stageNone
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stage
}

// Pause and resume enclose a question to the user.
func (w *WaitNotice) Pause() { w.addQuestions(1) }

func (w *WaitNotice) Resume() { w.addQuestions(-1) }

func (w *WaitNotice) addQuestions(questions int) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.openQuestions += questions
	if w.openQuestions == 0 && w.timer != nil && w.stage != stageNone {
		w.timer.Reset(w.Delay)
	}
}

// expire tells the user, once in a stage. It holds the lock until that is done, so
// that nothing is shown after leave.
func (w *WaitNotice) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.notified || w.openQuestions > 0 || w.stage == stageNone || w.notify == nil {
		return
	}
	w.notified = true
	text := "gm: waiting for " + w.what
	if w.received != nil {
		text += w.received()
	}
	w.notify(text)
}
