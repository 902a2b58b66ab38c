//go:build linux

package main

import (
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/creack/pty"

	"gm/bench/netlab"
	"gm/vt"
)

// pane is a session in a terminal, with its output.
type pane struct {
	title      string
	cols, rows uint16
	env        []string // of the command, beyond the usual
	command    []string
	quit       string       // keys that end the command
	host       *netlab.Host // where it runs; nil is this machine

	cmd   *exec.Cmd
	tty   *os.File
	drawn []piece
	done  chan struct{}
}

// quitTime is how long a command may take to end.
const quitTime = 5 * time.Second

// piece is output of one read.
type piece struct {
	at   time.Time
	data []byte
}

func (p *pane) start() (err error) {
	p.cmd = exec.Command(p.command[0], p.command[1:]...)
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=/", "LANG=C.UTF-8", "TERM=xterm-256color", "SHELL=/bin/bash"}, p.env...)
	p.done = make(chan struct{})
	start := func() (err error) {
		p.tty, err = pty.StartWithSize(p.cmd, &pty.Winsize{Cols: p.cols, Rows: p.rows})
		return err
	}
	if p.host != nil {
		err = p.host.Do(start)
	} else {
		err = start()
	}
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

// stop ends the command and waits for the rest of its output. It ignores the exit status,
// because the link may lose the last message of a session.
func (p *pane) stop() error {
	if _, err := io.WriteString(p.tty, p.quit); err != nil {
		return err
	}
	patience := time.AfterFunc(quitTime, func() {
		p.cmd.Process.Kill()
		p.tty.Close() // which ends read, whoever else has the terminal
	})
	defer patience.Stop()
	p.cmd.Wait()
	<-p.done
	return nil
}

// frames replays the output from start on, for the length of a film.
func (p *pane) frames(start time.Time, length time.Duration) []frame {
	terminal := vt.NewTerminal(int(p.cols), int(p.rows), vt.Options{})
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
