package client

import (
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/term"

	"gm/vt"
)

// pipeLoop is a loop whose session is w's and whose terminal is a pipe, in phaseShown.
// Nothing runs: the test is the writer, and reads what the watchdog would write.
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

// written returns the frame that the loop has begun to write, and ends the write.
func (l *loop) written() []byte {
	if !l.writer.busy {
		return nil
	}
	l.writer.wrote(nil)
	return <-l.writer.frames
}

// TestFrameRenewsTheRelease: each frame that sets colours or notes has the watchdog
// undo them, should the loop hang from then on.
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
