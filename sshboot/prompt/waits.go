package prompt

import (
	"fmt"
	"sync"
	"time"
)

// Stage is a step of a login or of the start of a server.
type Stage uint8

const (
	stageNone    Stage = iota
	StageResolve       // resolving the host's name
	StageConnect       // connecting by TCP, a jump host or a ProxyCommand
	StageVersion       // reading the host's line SSH-2.0-...
	StageKex           // key exchange and check of the host key
	StageAuth          // user authentication
	StageSession       // opening the session's channel
	StageShell         // the account's shell, up to the first line of the script
	StageScript        // the script, up to the server
	StageServer        // the server, up to its announcement
)

// NoticeDelay is the duration after which the user is told about the current stage.
const NoticeDelay = 5 * time.Second

// WaitNotice shows a notice if a stage takes longer than Delay. A nil *WaitNotice does
// nothing. It is safe for concurrent use.
type WaitNotice struct {
	Delay time.Duration // NoticeDelay, or shorter for tests

	mu            sync.Mutex
	notify        func(string)
	stage         Stage
	what          string
	received      func() string // describes the output of the host so far; may be nil
	timer         *time.Timer
	openQuestions int
	notified      bool // the notice of this stage was shown
}

// SetPrompter sets the prompter that shows the notices.
func (w *WaitNotice) SetPrompter(ask Prompter) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notify = ask.Notice
}

// Enter starts a stage. The format describes it, such as "HOST to exchange keys". seen
// returns a description of the host's output so far, and may be nil.
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

// Leave ends the current stage. No notice is shown after it returns.
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

// Stage returns the current stage.
func (w *WaitNotice) Stage() Stage {
	if w == nil {
		return stageNone
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stage
}

// Pause suspends the notice during a question to the user, until Resume.
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

// expire shows the notice, holding the lock so that Leave waits for it.
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
