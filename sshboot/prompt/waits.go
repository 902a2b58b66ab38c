package prompt

import (
	"fmt"
	"strings"
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
	StageUpload        // the upload of the server's program
	StageServer        // the server, up to its announcement
)

const (
	// NoticeDelay is the duration after which the user is told about the current stage.
	NoticeDelay = 3 * time.Second
	// uploadDelay is the same for an upload, of which shorter ones are not shown.
	uploadDelay = 500 * time.Millisecond
	// Times between updates of the line.
	waitPeriod   = time.Second
	uploadPeriod = 200 * time.Millisecond
)

// WaitNotice shows a status if a stage takes longer than Delay, and updates it until the
// stage ends. A nil *WaitNotice does nothing. It is safe for concurrent use.
type WaitNotice struct {
	Delay time.Duration // NoticeDelay, or shorter for tests

	mu            sync.Mutex
	ask           Prompter
	stage         Stage
	text          string
	detail        func(passed time.Duration) string
	period        time.Duration // between two updates
	began         time.Time
	shared        bool // another program may be using the terminal
	shown         bool
	timer         *time.Timer
	openQuestions int
}

// SetPrompter sets the prompter that shows the status.
func (w *WaitNotice) SetPrompter(ask Prompter) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ask = ask
}

// Enter starts a stage. The format describes it, such as "HOST to exchange keys". seen
// returns a description of the host's output so far, and may be nil.
func (w *WaitNotice) Enter(s Stage, seen func() string, format string, args ...any) {
	w.begin(s, "gm: waiting for "+fmt.Sprintf(format, args...), func(passed time.Duration) string {
		detail := fmt.Sprintf(" (%d s)", int(passed.Seconds()))
		if seen != nil {
			detail += strings.Join(strings.Fields(seen()), " ")
		}
		return detail
	})
}

// EnterUpload starts StageUpload. progress returns the state of the upload to HOST.
func (w *WaitNotice) EnterUpload(host string, progress func(passed time.Duration) string) {
	w.begin(StageUpload, "gm: uploading the server to "+host, progress)
}

func (w *WaitNotice) begin(s Stage, text string, detail func(time.Duration) string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wipe()
	w.stage, w.text, w.detail, w.period, w.began = s, text, detail, waitPeriod, time.Now()
	w.shared = w.shared && s <= StageVersion
	delay := w.Delay
	if s == StageUpload {
		delay, w.period = min(delay, uploadDelay), uploadPeriod
	}
	if w.timer == nil {
		w.timer = time.AfterFunc(delay, w.update)
	}
	w.timer.Reset(delay)
}

// Share is called when another program, a ProxyCommand, may ask the user something on the
// terminal. Up to the host's version, a line is not updated then.
func (w *WaitNotice) Share() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shared = true
}

// Leave ends the current stage. No status is shown after it returns.
func (w *WaitNotice) Leave() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
	w.wipe()
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

// Pause suspends the status during a question to the user, until Resume.
func (w *WaitNotice) Pause() { w.addQuestions(1) }

func (w *WaitNotice) Resume() { w.addQuestions(-1) }

func (w *WaitNotice) addQuestions(questions int) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.openQuestions += questions
	w.wipe()
	if w.openQuestions == 0 && w.timer != nil && w.stage != stageNone {
		w.began = time.Now()
		w.timer.Reset(w.Delay)
	}
}

// update shows the status, holding the lock so that Leave waits for it.
func (w *WaitNotice) update() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.openQuestions > 0 || w.stage == stageNone || w.ask == nil {
		return
	}
	w.ask.Status(Status{Text: w.text, Detail: w.detail(time.Since(w.began)), Once: w.shared})
	w.shown = !w.shared
	w.timer.Reset(w.period)
}

func (w *WaitNotice) wipe() {
	if w.shown {
		w.ask.Status(Status{})
		w.shown = false
	}
}
