package client

import (
	"io"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// watchdogTest is a watchdog whose actions are recorded. The test is the loop.
type watchdogTest struct {
	*watchdog
	signals chan os.Signal

	mu       sync.Mutex // a test may look before the watchdog acts
	released int
	status   []int
}

// releases returns how often the terminal was restored.
func (k *watchdogTest) releases() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.released
}

// statuses returns the statuses with which the process was ended.
func (k *watchdogTest) statuses() []int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.status)
}

// withWatchdog runs f with a watchdog in virtual time.
func withWatchdog(t *testing.T, f func(t *testing.T, k *watchdogTest)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k := &watchdogTest{watchdog: newWatchdog(), signals: make(chan os.Signal, 1)}
		release := func() {
			k.mu.Lock()
			k.released++
			k.mu.Unlock()
		}
		k.release.Store(&release)
		k.exit = func(status int) {
			k.mu.Lock()
			k.status = append(k.status, status)
			k.mu.Unlock()
		}
		k.report = io.Discard
		go k.watch(k.signals)
		f(t, k)
		k.setBusy() // let it end
		k.arm()
		k.pass(time.Minute)
	})
}

// pass lets d pass.
func (k *watchdogTest) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// TestWatchdogEndsAHangingLoop: a loop that is busy with one event is ended hangLimit
// after each kind of request for the end.
func TestWatchdogEndsAHangingLoop(t *testing.T) {
	for name, ask := range map[string]func(*watchdogTest){
		"signal": func(k *watchdogTest) { k.signals <- syscall.SIGTERM },
		"loop":   func(k *watchdogTest) { k.arm() },
		"keys":   func(k *watchdogTest) { k.noteHandled(5); k.noteQuitKeys(7) },
	} {
		t.Run(name, func(t *testing.T) {
			withWatchdog(t, func(t *testing.T, k *watchdogTest) {
				k.setBusy()
				k.pass(time.Hour)
				if len(k.statuses()) > 0 {
					t.Fatal("the loop is ended without a request")
				}
				ask(k)
				k.pass(hangLimit - hangPoll)
				if len(k.statuses()) > 0 {
					t.Error("the loop has less time than hangLimit")
				}
				k.pass(3 * hangPoll)
				if len(k.statuses()) != 1 || k.statuses()[0] != exitFailed || k.releases() != 1 {
					t.Errorf("status %v, released %d times", k.statuses(), k.releases())
				}
			})
		})
	}
}

// TestWatchdogIgnoresRepetitions: further requests do not give the loop more time.
func TestWatchdogIgnoresRepetitions(t *testing.T) {
	withWatchdog(t, func(t *testing.T, k *watchdogTest) {
		k.setBusy()
		k.arm()
		for at := time.Duration(0); at < hangLimit+2*hangPoll; at += hangPoll {
			k.noteQuitKeys(2)
			k.arm()
			k.pass(hangPoll)
		}
		if len(k.statuses()) != 1 {
			t.Error("the process is still there")
		}
	})
}

// TestWatchdogSparesAnActiveLoop: a loop that waits or handles one event after the other
// is not ended.
func TestWatchdogSparesAnActiveLoop(t *testing.T) {
	for name, loop := range map[string]func(*watchdogTest){
		"waits": func(k *watchdogTest) { k.setIdle(); time.Sleep(time.Hour) },
		"is active": func(k *watchdogTest) {
			eachSecond(3600, func() { k.setBusy(); time.Sleep(time.Second / 2); k.setIdle() })
		},
	} {
		t.Run(name, func(t *testing.T) {
			withWatchdog(t, func(t *testing.T, k *watchdogTest) {
				k.arm()
				loop(k)
				synctest.Wait()
				if len(k.statuses()) > 0 {
					t.Error("it is ended")
				}
			})
		})
	}
	t.Run("does not want to end", func(t *testing.T) {
		withWatchdog(t, func(t *testing.T, k *watchdogTest) {
			k.setBusy()
			k.noteQuitKeys(2)
			time.Sleep(hangLimit / 2)
			k.noteHandled(2)
			k.pass(time.Hour)
			if len(k.statuses()) > 0 {
				t.Error("it is ended")
			}
		})
	})
}

func eachSecond(n int, f func()) {
	for range n {
		f()
		time.Sleep(time.Second / 2)
	}
}

// TestWatchdogDoesNotWaitForTheTerminal: a terminal that cannot be restored delays the
// end by writeTimeout.
func TestWatchdogDoesNotWaitForTheTerminal(t *testing.T) {
	withWatchdog(t, func(t *testing.T, k *watchdogTest) {
		free := make(chan struct{})
		stuck := func() { <-free }
		k.release.Store(&stuck)
		k.setBusy()
		k.arm()
		k.pass(hangLimit + 2*hangPoll + writeTimeout)
		if len(k.statuses()) != 1 {
			t.Error("it is still there")
		}
		close(free)
	})
}

// TestContinuedWithoutATerminal: a terminal that hangs up also continues the process
// (setpgid(2), SIGCONT). It cannot be set up again then: that ends the session, and the
// end is announced to the server.
func TestContinuedWithoutATerminal(t *testing.T) {
	r, out, err := os.Pipe() // which is no terminal
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer out.Close()
	w := newWorld(t, "delay=1ms", plainSettings())
	l := &loop{session: w.client, tty: &tty{in: r, out: out}, writer: newWriter(out), watchdog: newWatchdog()}
	if l.handleSystem(w.Now, systemContinued); !l.session.quitting || !l.ttyClosed {
		t.Errorf("quitting %v, terminal closed %v", l.session.quitting, l.ttyClosed)
	}
}
