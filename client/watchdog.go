package client

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

const (
	// hangLimit bounds the time that the loop may spend on one event once the user has
	// asked for the end.
	hangLimit = 1400 * time.Millisecond

	// hangPoll is the interval in which that is checked.
	hangPoll = 50 * time.Millisecond

	// writeTimeout bounds a write to the terminal once the user has asked for the end.
	writeTimeout = 400 * time.Millisecond
)

// watchdog ends the process, as a last resort, if the user has asked for the end and
// the loop hangs, because a server keeps it busy or a terminal takes no output. It
// receives signals itself, and the reader of the keyboard reports the escape key to it.
//
// Its methods may be called from any goroutine.
type watchdog struct {
	quitRequested chan struct{} // closed by arm
	wake          chan struct{} // has an element after noteQuitKeys
	ignoreSignals atomic.Bool   // signals answer the questions of a login
	armed         atomic.Bool
	start         time.Time
	requestedAt   atomic.Int64 // time of the request for the end, in ns after start
	busySince     atomic.Int64 // time of the event that the loop handles, in ns after start; 0 while it waits
	typed         atomic.Int64 // bytes of input up to the last keys that ask for the end
	handled       atomic.Int64 // bytes of input that the loop has handled

	release atomic.Pointer[func()] // restores the terminal without the loop; nil if it is the shell's
	exit    func(status int)       // ends the process
	report  io.Writer
}

func newWatchdog() *watchdog {
	return &watchdog{quitRequested: make(chan struct{}), wake: make(chan struct{}, 1), start: time.Now(), exit: os.Exit, report: stderr()}
}

func (w *watchdog) now() int64 { return int64(time.Since(w.start)) + 1 }

// setBusy records that the loop handles an event, setIdle that it waits for one.
func (w *watchdog) setBusy() { w.busySince.Store(w.now()) }
func (w *watchdog) setIdle() { w.busySince.Store(0) }

func (w *watchdog) arm() {
	if !w.armed.Swap(true) {
		w.requestedAt.Store(w.now())
		close(w.quitRequested)
	}
}

// noteQuitKeys records that the first typed bytes of input end with a request for the
// end. It counts until the loop has handled these bytes, which may be something else
// to it.
func (w *watchdog) noteQuitKeys(typed int64) {
	if !w.armed.Load() {
		w.requestedAt.Store(w.now())
	}
	w.typed.Store(typed)
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *watchdog) noteHandled(n int) { w.handled.Add(int64(n)) }

// quitPending reports whether the user has asked for the end, or may have.
func (w *watchdog) quitPending() bool { return w.armed.Load() || w.typed.Load() > w.handled.Load() }

// hangs reports whether the loop has been busy with one event for hangLimit.
func (w *watchdog) hangs() bool {
	busy := w.busySince.Load()
	return busy != 0 && w.now()-max(busy, w.requestedAt.Load()) >= int64(hangLimit)
}

// watch ends the process once the user has asked for the end and the loop hangs. It
// runs until the end of the process.
func (w *watchdog) watch(signals <-chan os.Signal) {
	for {
		select {
		case <-signals:
			if !w.ignoreSignals.Load() {
				w.arm()
			}
		case <-w.quitRequested:
		case <-w.wake:
		}
		for w.quitPending() {
			if w.hangs() {
				w.kill()
				return
			}
			time.Sleep(hangPoll)
		}
	}
}

func (w *watchdog) kill() {
	w.releaseTerminal(func() {
		fmt.Fprint(w.report, "\ngm did not shut down cleanly: it was busy, and the server may still run on the host.\n")
	})
	w.exit(exitFailed)
}

// releaseTerminal restores the terminal if that is still to be done, and then calls
// last. It returns when both are done or writeTimeout is over.
func (w *watchdog) releaseTerminal(last func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if release := w.release.Swap(nil); release != nil {
			(*release)()
		}
		last()
	}()
	select {
	case <-done:
	case <-time.After(writeTimeout):
	}
}
