package client

import (
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/term"

	"gm/client/display"
	"gm/internal/alarm"
	"gm/vt"
)

// pipeLoop returns a loop in phaseShown with the session of w and a pipe as terminal,
// and the read end of the pipe. The test takes the place of the writer's goroutine.
func pipeLoop(t *testing.T, w *world) (l *loop, terminal *os.File) {
	t.Helper()
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); out.Close() })
	l = &loop{
		session: w.client, display: display.New(vt.Full()),
		tty:    &tty{in: r, out: out, output: out, saved: &term.State{}, restoreConsole: func() {}},
		writer: newWriter(out), watchdog: newWatchdog(), reader: newKeyReader(nil),
		phase: phaseEntering,
	}
	if err := l.advance(w.Now); err != nil || l.phase != phaseShown {
		t.Fatalf("phase %d, %v", l.phase, err)
	}
	return l, r
}

// written ends the write of a frame and returns the frame; nil if there is none.
func (l *loop) written() []byte {
	if !l.writer.busy {
		return nil
	}
	l.writer.wrote(nil)
	return <-l.writer.frames
}

// TestFrameRenewsTheRelease: after a frame that sets colours or notes, the watchdog
// undoes them if the loop hangs.
func TestFrameRenewsTheRelease(t *testing.T) {
	w := protocolWorld(t, "text")
	l, terminal := pipeLoop(t, w)
	user := vt.NewTerminal(worldCols, worldRows, vt.Options{})
	user.Write(l.written())
	l.paint(w.Now)
	user.Write(l.written())
	w.prints("\x1b]11;#102030\a\x1b]4;1;red\a\x1b]1337;SetUserVar=a=YQ==\a")
	w.Run(time.Second)
	l.paint(w.Now)
	user.Write(l.written())
	if s := user.Snapshot(); s.Colors == nil || len(s.Notes) == 0 {
		t.Fatalf("the frame sets colours %v and notes %v", s.Colors, s.Notes)
	}
	l.watchdog.releaseTerminal(func() { l.tty.output.Close() })
	undo, err := io.ReadAll(terminal)
	if err != nil {
		t.Fatal(err)
	}
	user.Write(undo)
	if s := user.Snapshot(); s.Colors != nil || len(s.Notes) > 0 || user.AlternateScreen() {
		t.Errorf("left with colours %v, notes %v", s.Colors, s.Notes)
	}
}

// TestStalledTerminalDoesNotBlock stalls the terminal during a suspension: the session
// goes on, and the terminal is abandoned writeTimeout after the request to quit.
func TestStalledTerminalDoesNotBlock(t *testing.T) {
	w := protocolWorld(t, "text")
	l, _ := pipeLoop(t, w)
	frame := <-l.writer.frames // the writer is busy from here on
	l.suspend(w.Now)
	for range 3 {
		w.Run(10 * time.Second)
		if err := l.advance(w.Now); err != nil || l.phase != phaseReleasing {
			t.Fatalf("phase %d, %v", l.phase, err)
		}
		if at := l.phaseDeadline(); !at.IsZero() {
			t.Fatalf("deadline %v without a request to quit", at)
		}
	}
	w.types("typed")
	w.Run(time.Second)
	if w.received != "typed" {
		t.Errorf("the program got %q", w.received)
	}
	l.requestQuit(w.Now)
	if at := l.phaseDeadline(); !at.Equal(w.Now.Add(writeTimeout)) {
		t.Errorf("the terminal is abandoned after %v", at.Sub(w.Now))
	}
	if l.advance(w.Now.Add(writeTimeout - time.Millisecond)); l.phase != phaseReleasing {
		t.Error("the terminal is abandoned early")
	}
	l.advance(w.Now.Add(writeTimeout))
	if l.phase != phaseReleased || l.suspending || l.tty.saved != nil || !l.writer.abandoned.Load() {
		t.Errorf("phase %d, suspending %v, raw %v, abandoned %v; the frame had %d bytes",
			l.phase, l.suspending, l.tty.saved != nil, l.writer.abandoned.Load(), len(frame))
	}
}

// TestContinuedBeforeSuspended: SIGCONT before the process has stopped does not end the
// suspension.
func TestContinuedBeforeSuspended(t *testing.T) {
	w := protocolWorld(t, "text")
	l, _ := pipeLoop(t, w)
	l.suspend(w.Now)
	if l.handleSystem(w.Now, systemContinued); l.phase != phaseReleasing || !l.suspending || l.ttyClosed {
		t.Errorf("phase %d, suspending %v, terminal closed %v", l.phase, l.suspending, l.ttyClosed)
	}
}

// TestLastFrame: the frame that arrived with the end of the session is written before
// the sequences that restore the terminal.
func TestLastFrame(t *testing.T) {
	w := protocolWorld(t, "text")
	l, _ := pipeLoop(t, w)
	l.written()
	w.prints(" and last words")
	w.Run(time.Second)
	l.finish(endClean)
	l.release(w.Now)
	user := vt.NewTerminal(worldCols, worldRows, vt.Options{})
	user.Write(l.written())
	if got := user.Snapshot().RowText(0); got != "text and last words" {
		t.Errorf("the last frame shows %q", got)
	}
	l.advance(w.Now)
	if l.phase != phaseStopping {
		t.Fatalf("phase %d after the last frame", l.phase)
	}
	user.Write(l.written())
	l.tty.saved = nil // the pipe has no modes to restore
	if l.advance(w.Now); l.phase != phaseReleased || user.Snapshot().Modes != (vt.Modes{}) {
		t.Errorf("phase %d, modes %+v", l.phase, user.Snapshot().Modes)
	}
}

// TestRepliesAreDrained: after the last sequences, input is dropped until the replies to
// the queries have arrived, replyTimeout is over, or the terminal is closed.
func TestRepliesAreDrained(t *testing.T) {
	for name, end := range map[string]func(l *loop, now time.Time) time.Time{
		"all replies": func(l *loop, now time.Time) time.Time {
			l.handleInput(now, []byte("ls\r\x1b[?62;22c"))
			return now
		},
		"timeout": func(l *loop, now time.Time) time.Time {
			l.handleInput(now, []byte("ls\r"))
			return l.phaseDeadline()
		},
		"closed": func(l *loop, now time.Time) time.Time {
			l.handleInput(now, nil)
			return now
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := protocolWorld(t, "text")
			l, _ := pipeLoop(t, w)
			l.written()
			l.query.ask(w.Now, true, widthsBelowTop)
			l.release(w.Now)
			l.written()
			l.tty.saved = nil
			if l.advance(w.Now); l.phase != phaseDraining {
				t.Fatalf("phase %d", l.phase)
			}
			if at := l.phaseDeadline(); at.Sub(w.Now) != replyTimeout {
				t.Errorf("replies have %v", at.Sub(w.Now))
			}
			if l.keyboard() == nil {
				t.Error("the keyboard is not read")
			}
			now := end(l, w.Now)
			if l.advance(now); l.phase != phaseReleased {
				t.Errorf("phase %d at the end", l.phase)
			}
			w.Run(time.Second)
			if w.received != "" {
				t.Errorf("the program got %q", w.received)
			}
		})
	}
}

// TestLateRowIsNotLeftToTheShell ends a session after the time for the row of the cursor:
// its report is still read, also after that of the fence.
func TestLateRowIsNotLeftToTheShell(t *testing.T) {
	w := protocolWorld(t, "text")
	l, _ := pipeLoop(t, w)
	l.written()
	l.query.ask(w.Now, true, widthsBelowTop)
	l.query.askRow(w.Now)
	now := w.Now.Add(rowTimeout)
	l.release(now)
	l.written()
	l.tty.saved = nil
	for _, reply := range []string{"\x1b[?62;22c", "\x1b[24;1R", "\x1b[24;80R"} {
		if l.advance(now); l.phase != phaseDraining {
			t.Fatalf("phase %d before %q", l.phase, reply)
		}
		l.handleInput(now, []byte(reply))
	}
	if l.advance(now); l.phase != phaseReleased {
		t.Errorf("phase %d at the end", l.phase)
	}
}

// TestResumeDiscardsPartialInput: a sequence that was cut off by the stop is not joined
// with keys after it.
func TestResumeDiscardsPartialInput(t *testing.T) {
	w := protocolWorld(t, "\x1b[>1u")
	l, _ := pipeLoop(t, w)
	w.types("\x1b[54;")
	if w.client.input.splitter.Held() == 0 {
		t.Fatal("the sequence is not held")
	}
	if l.handleSystem(w.Now, systemContinued); w.client.input.splitter.Held() != 0 {
		t.Error("the sequence is still held")
	}
}

// TestEscapeKeyWhileClosing: the session has ended, but the terminal takes no output. A
// request for the end then ends the process, though the loop waits.
func TestEscapeKeyWhileClosing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := protocolWorld(t, "text")
		l, _ := pipeLoop(t, w)
		<-l.writer.frames // the writer is busy from here on
		var status []int
		l.watchdog.exit = func(s int) { status = append(status, s) }
		l.watchdog.report = io.Discard
		l.timer = &alarm.Alarm{}
		l.watchdog.setBusy()
		go l.watchdog.watch(nil)
		closed := make(chan error)
		go func() { closed <- l.close() }()
		time.Sleep(time.Hour)
		if synctest.Wait(); len(status) > 0 {
			t.Error("the process ends without a request")
		}
		l.watchdog.noteQuitKeys(2)
		time.Sleep(hangLimit + 2*hangPoll)
		if synctest.Wait(); len(status) != 1 || status[0] != exitFailed {
			t.Errorf("exit with %v", status)
		}
		l.tty.saved = nil
		l.writer.done <- nil
		<-l.writer.frames
		l.writer.done <- nil
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// TestFinalScreen: the last screen of a program stays in the terminal after a clean end,
// unless gm is called as mosh.
func TestFinalScreen(t *testing.T) {
	for name, c := range map[string]struct {
		end       endReason
		leaveLast bool
		want      bool
	}{
		"gm":      {endClean, true, true},
		"mosh":    {endClean, false, false},
		"unclean": {endUnclean, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := pipeLoop(t, protocolWorld(t, "text"))
			l.leaveLast = c.leaveLast
			if l.finish(c.end); (l.display.FinalScreen != nil) != c.want {
				t.Errorf("the last screen is left: %v", !c.want)
			}
		})
	}
}

// TestKeyboardIsReadWhenThereIsRoom: the loop does not read the keyboard while the queue
// is full, nor after the end of the session.
func TestKeyboardIsReadWhenThereIsRoom(t *testing.T) {
	l, _ := pipeLoop(t, protocolWorld(t, "text"))
	if l.keyboard() == nil {
		t.Error("the keyboard is not read")
	}
	l.session.queue.bytes = make([]byte, maxQueue)
	if l.keyboard() != nil {
		t.Error("the keyboard is read though the queue is full")
	}
	l.session.queue.bytes = nil
	l.closing = true
	if l.keyboard() != nil {
		t.Error("the keyboard is read after the end")
	}
}

// TestResizeRepaints: the window may have changed twice and have its old size, but not
// its old contents.
func TestResizeRepaints(t *testing.T) {
	l, _ := pipeLoop(t, protocolWorld(t, "text"))
	l.written()
	l.paint(ms(0))
	if again := l.nextFrame(ms(0)); len(again) > 0 {
		t.Fatalf("nothing has changed, and the frame is %q", again)
	}
	l.handleSystem(ms(0), systemResized)
	if again := string(l.nextFrame(ms(0))); !strings.Contains(again, "text") {
		t.Errorf("the next frame is %q", again)
	}
}
