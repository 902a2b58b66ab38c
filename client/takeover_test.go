package client

import (
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/term"

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
		session: w.client, display: display{dialect: vt.Full()},
		tty:    &tty{in: r, out: out, output: out, saved: &term.State{}, restoreConsole: func() {}},
		writer: newWriter(out), watchdog: newWatchdog(), reader: newKeyReader(nil),
		phase: phaseEntering, timer: time.NewTimer(0),
	}
	if err := l.advance(w.now); err != nil || l.phase != phaseShown {
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
	l.paint(w.now)
	user.Write(l.written())
	w.prints("\x1b]11;#102030\a\x1b]4;1;red\a\x1b]1337;SetUserVar=a=YQ==\a")
	w.run(time.Second)
	l.paint(w.now)
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
