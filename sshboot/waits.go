package sshboot

import (
	"fmt"
	"sync"
	"time"
)

// stage is a step of the way to a server.
type stage uint8

const (
	stageNone    stage = iota
	stageResolve       // the host's name
	stageConnect       // TCP, a jump host or a ProxyCommand
	stageVersion       // the host's line SSH-2.0-...
	stageKex           // the key exchange and the check of the host key
	stageAuth          // the login
	stageSession       // the session's channel
	stageShell         // the account's shell, up to the script's first line
	stageScript        // the script, up to the server
	stageServer        // the server, up to its announcement
)

// noticeDelay is how long a stage may take before the user reads what gm is waiting
// for.
const noticeDelay = 5 * time.Second

// waits is what gm is waiting for. The nil pointer waits for nothing. It is safe for
// concurrent use.
type waits struct {
	delay time.Duration // noticeDelay, or shorter for tests

	mu     sync.Mutex
	say    func(string)
	stage  stage
	what   string
	seen   func() string // what has come from the host so far; nil if nothing can
	timer  *time.Timer
	asking int  // questions that are open
	said   bool // of this stage
}

// via sets how the user is told.
func (w *waits) via(ask prompter) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.say = ask.notice
}

// enter begins a stage, in which gm waits for what the format says, such as "HOST to
// exchange keys". seen may be nil.
func (w *waits) enter(s stage, seen func() string, format string, args ...any) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stage, w.what, w.seen, w.said = s, fmt.Sprintf(format, args...), seen, false
	if w.timer == nil {
		w.timer = time.AfterFunc(w.delay, w.expire)
	}
	w.timer.Reset(w.delay)
}

// leave ends the last stage.
func (w *waits) leave() {
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

// current returns the stage.
func (w *waits) current() stage {
	if w == nil {
		return stageNone
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stage
}

// pause and resume enclose a question to the user.
func (w *waits) pause() { w.ask(1) }

func (w *waits) resume() { w.ask(-1) }

func (w *waits) ask(questions int) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asking += questions
	if w.asking == 0 && w.timer != nil && w.stage != stageNone {
		w.timer.Reset(w.delay)
	}
}

// expire tells the user, once in a stage. It holds the lock until that is done, so
// that nothing is shown after leave.
func (w *waits) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.said || w.asking > 0 || w.stage == stageNone || w.say == nil {
		return
	}
	w.said = true
	text := "gm: waiting for " + w.what
	if w.seen != nil {
		text += w.seen()
	}
	w.say(text)
}
