package main

import (
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/creack/pty"

	"gm/vt"
)

// pane is a session in a terminal, with its output.
type pane struct {
	title   string
	command []string

	cmd   *exec.Cmd
	tty   *os.File
	drawn []piece
	done  chan struct{}
}

// piece is output of one read.
type piece struct {
	at   time.Time
	data []byte
}

// frame is the terminal's screen from a time on.
type frame struct {
	at     time.Duration
	screen *vt.Screen
}

func (p *pane) start() (err error) {
	argv := append(p.command, "--", "env", "PS1=$ ", "bash", "--norc", "--noprofile")
	p.cmd = exec.Command(argv[0], argv[1:]...)
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/", "LANG=C.UTF-8", "TERM=xterm-256color", "SHELL=/bin/bash"}
	p.done = make(chan struct{})
	p.tty, err = pty.StartWithSize(p.cmd, &pty.Winsize{Cols: cols, Rows: rows})
	if err != nil {
		return err
	}
	go p.read()
	return nil
}

func (p *pane) read() {
	defer close(p.done)
	buf := make([]byte, 64<<10)
	for {
		n, err := p.tty.Read(buf)
		if err != nil {
			return
		}
		p.drawn = append(p.drawn, piece{time.Now(), append([]byte{}, buf[:n]...)})
	}
}

func (p *pane) press(char byte) error {
	_, err := p.tty.Write([]byte{char})
	return err
}

// stop ends the session with the escape key and waits for the rest of its output. It
// ignores the exit status, because the link may lose the last message.
func (p *pane) stop() error {
	if _, err := io.WriteString(p.tty, "\x1e."); err != nil {
		return err
	}
	p.cmd.Wait()
	<-p.done
	return nil
}

// frames replays the output from start on, for the length of the film.
func (p *pane) frames(start time.Time) []frame {
	terminal := vt.NewTerminal(cols, rows, vt.Options{})
	frames := []frame{{0, terminal.Snapshot()}}
	for _, piece := range p.drawn {
		at := piece.at.Sub(start)
		if at >= length {
			break
		}
		terminal.Write(piece.data)
		if at = max(at, 0); at == frames[len(frames)-1].at {
			frames = frames[:len(frames)-1]
		}
		frames = append(frames, frame{at, terminal.Snapshot()})
	}
	return frames
}
