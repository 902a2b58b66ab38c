package client

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

const (
	// hangLimit is how long the loop may be busy with one thing once the user has
	// asked for the end.
	hangLimit = 1400 * time.Millisecond

	// hangCheck is how often that is looked at.
	hangPoll = 50 * time.Millisecond

	// writePatience is how long a terminal is given, once the user has asked for
	// the end, to take what is written to it.
	writeTimeout = 400 * time.Millisecond
)

// watchdog ends the process, as the last resort, if the user has asked for that
// and the loop hangs: neither a server that keeps it busy nor a terminal that takes
// no output must hold the user. It hears of signals, and of the escape key by a
// look of its own at what is typed.
//
// Its methods may be called from any goroutine.
type watchdog struct {
	quitRequested chan struct{} // closed when the end is asked for
	wake          chan struct{} // has something when keys ask for the end
	armed         atomic.Bool
	start         time.Time
	requestedAt   atomic.Int64 // when the end was asked for, in ns after start
	busySince     atomic.Int64 // when the loop began what it does, in ns after start; 0 while it waits
	typed         atomic.Int64 // bytes typed up to the keys that ask for the end
	handled       atomic.Int64 // bytes typed that the loop has dealt with

	release atomic.Pointer[func()] // gives the terminal back, without the loop; nil if it is not ours
	exit    func(status int)       // ends the process
	report  io.Writer
}

func newWatchdog() *watchdog {
	return &watchdog{quitRequested: make(chan struct{}), wake: make(chan struct{}, 1), start: time.Now(), exit: os.Exit, report: stderr()}
}

func (w *watchdog) now() int64 { return int64(time.Since(w.start)) + 1 }

// works notes that the loop has something to do, and waits that it waits for what
// comes.
func (w *watchdog) setBusy() { w.busySince.Store(w.now()) }
func (w *watchdog) setIdle() { w.busySince.Store(0) }

// arm notes that the end is asked for.
func (w *watchdog) arm() {
	if !w.armed.Swap(true) {
		w.requestedAt.Store(w.now())
		close(w.quitRequested)
	}
}

// suspect notes that the keys up to so many bytes ask for the end, if the loop
// comes to the same conclusion.
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

// handle notes that the loop has dealt with n more bytes that were typed.
func (w *watchdog) noteHandled(n int) { w.handled.Add(int64(n)) }

// wanted reports whether the end is asked for, as far as is known.
func (w *watchdog) quitPending() bool { return w.armed.Load() || w.typed.Load() > w.handled.Load() }

// hangs reports whether the loop has been busy for too long.
func (w *watchdog) hangs() bool {
	busy := w.busySince.Load()
	return busy != 0 && w.now()-max(busy, w.requestedAt.Load()) >= int64(hangLimit)
}

// watch waits for the end to be asked for, also by signals, and then for the loop
// to hang. It runs until the end of the process.
func (w *watchdog) watch(signals <-chan os.Signal) {
	for {
		select {
		case <-signals:
			w.arm()
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

// bite gives the terminal back and ends the process.
func (w *watchdog) kill() {
	w.releaseTerminal(func() {
		fmt.Fprint(w.report, "\ngm did not shut down cleanly: it was busy, and the server may still run on the host.\n")
	})
	w.exit(exitFailed)
}

// giveBack gives the terminal back if it is still ours, and then calls last. It
// returns when that has happened or writePatience is over.
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
