package forward

import (
	"bytes"
	"io"
	"strconv"

	"gm/wire/stream"
)

// The first fields of targets of KindExec.
const (
	execProgram   = "program"
	execSubsystem = "subsystem"
	execErrors    = "errors"
	execStatus    = "status"
)

// maxStatus bounds what the server sends on a stream of execStatus, in bytes, and maxCommand what
// the client does.
const (
	maxStatus  = 16
	maxCommand = 256 << 10
)

// Exec is a program that a client runs beside the session's.
type Exec struct {
	mux          *Mux
	main, errors *Relay
	status       *stream.Stream
	command      []byte      // to be sent on it
	line         []byte      // of status so far
	started      func(error) // nil once it was called
	ended        func(status int)
	over         bool
}

// Exec runs a command of the account's shell, or a subsystem of sshd, with these standard
// streams. started is called once it runs, or with the error, and ended after started with its
// exit status when all of its output was written.
func (m *Mux) Exec(command string, subsystem bool, std *Pipes, errors io.WriteCloser, started func(error), ended func(status int)) *Exec {
	kind := execProgram
	if subsystem {
		kind = execSubsystem
	}
	s := m.streams.Open(KindExec, target(kind))
	id := strconv.FormatUint(s.ID(), 10)
	e := &Exec{mux: m, command: []byte(command), started: started, ended: ended}
	e.main = m.Join(s, std, nil)
	e.main.name = kind
	e.errors = m.Join(m.streams.Open(KindExec, target(execErrors, id)), &Pipes{Out: errors}, nil)
	e.errors.name = execErrors
	e.status = m.streams.Open(KindExec, target(execStatus, id))
	m.execs = append(m.execs, e)
	return e
}

// Cancel ends the program. ended is not called.
func (e *Exec) Cancel() {
	e.over = true
	e.main.Reset(CodeCancelled, "")
	e.errors.Reset(CodeCancelled, "")
	e.status.Reset(CodeCancelled, "")
	e.mux.wake()
}

func (e *Exec) service() {
	if e.over {
		return
	}
	e.sendCommand()
	data, ended, err := e.status.Next()
	e.line = append(e.line, data[:min(len(data), maxStatus)]...)
	e.status.Consume(e.mux.now, len(data))
	if started := e.started; started != nil && (err != nil || bytes.HasPrefix(e.line, []byte("\n"))) {
		if e.started = nil; err != nil {
			e.Cancel()
			started(err)
			return
		}
		started(nil)
	}
	switch {
	case err != nil || ended && e.exitStatus() < 0 || len(e.line) > maxStatus:
		e.Cancel()
		e.ended(statusUnknown)
	case e.exitStatus() >= 0 && e.main.delivered() && e.errors.delivered():
		status := e.exitStatus()
		e.Cancel()
		e.ended(status)
	}
}

func (e *Exec) sendCommand() {
	n, err := e.status.Write(e.command)
	if e.command = e.command[n:]; err == nil && len(e.command) == 0 {
		e.status.CloseWrite()
	}
}

// statusUnknown is ssh's exit status for a program that has none.
const statusUnknown = 255

// exitStatus returns the status that the server has sent; -1 before.
func (e *Exec) exitStatus() int {
	text, whole := bytes.CutSuffix(bytes.TrimPrefix(e.line, []byte("\n")), []byte("\n"))
	status, err := strconv.ParseUint(string(text), 10, 8)
	if err != nil || !whole {
		return -1
	}
	return int(status)
}

// delivered reports whether all that the peer has sent was written, or cannot be.
func (r *Relay) delivered() bool { return r.written || r.over }
