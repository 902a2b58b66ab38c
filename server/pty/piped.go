//go:build unix

package pty

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// Piped is a program without a terminal, in a session of its own. Its standard streams are
// pipes.
type Piped struct {
	Stdin          *os.File // closing it is the end of the program's input
	Stdout, Stderr *os.File
	cmd            *exec.Cmd
	exited         atomic.Bool
}

// StartPiped starts a program, with that limit on core dumps, on pipes.
func StartPiped(c Command, cores CoreLimit) (*Piped, error) {
	path, err := c.lookPath()
	if err != nil {
		return nil, err
	}
	var ends [3]pipeEnds
	defer func() {
		for _, e := range ends {
			e.theirs.Close()
		}
	}()
	for i := range ends {
		if ends[i], err = openPipe(i == 0); err != nil {
			closeOurs(ends[:])
			return nil, fmt.Errorf("open a pipe: %w", err)
		}
	}
	cmd := &exec.Cmd{
		Path: path, Args: c.Argv, Env: c.Env, Dir: c.Dir,
		Stdin: ends[0].theirs, Stdout: ends[1].theirs, Stderr: ends[2].theirs,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := cores.during(cmd.Start); err != nil {
		closeOurs(ends[:])
		return nil, fmt.Errorf("run %q: %w", c.Argv[0], err)
	}
	return &Piped{Stdin: ends[0].ours, Stdout: ends[1].ours, Stderr: ends[2].ours, cmd: cmd}, nil
}

// pipeEnds are the ends of a pipe: the program's, and this process's.
type pipeEnds struct{ ours, theirs *os.File }

func openPipe(toProgram bool) (pipeEnds, error) {
	r, w, err := os.Pipe()
	if toProgram {
		return pipeEnds{ours: w, theirs: r}, err
	}
	return pipeEnds{ours: r, theirs: w}, err
}

func closeOurs(ends []pipeEnds) {
	for _, e := range ends {
		e.ours.Close()
	}
}

// HangUp sends SIGHUP to the processes of the program's group, unless it has exited, and
// closes the pipes.
func (p *Piped) HangUp() error {
	var err error
	if !p.exited.Load() {
		err = unix.Kill(-p.cmd.Process.Pid, unix.SIGHUP)
	}
	return errors.Join(err, p.Stdin.Close(), p.Stdout.Close(), p.Stderr.Close())
}

// Name returns the name of the program's file.
func (p *Piped) Name() string { return p.cmd.Path }

// statusOfSignal is the exit status of ssh for a program that a signal has killed.
const statusOfSignal = 255

// Wait waits for the program's exit and returns its status, statusOfSignal if a signal killed
// it. It does not wait for the end of the pipes, which other processes may hold.
func (p *Piped) Wait() int {
	defer p.exited.Store(true)
	wait(p.cmd)
	if status := p.cmd.ProcessState.ExitCode(); status >= 0 {
		return status
	}
	return statusOfSignal
}
