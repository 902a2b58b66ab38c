//go:build unix

package server

import (
	"net"
	"os"
	"time"

	"gm/server/registry"
	"gm/server/session"
	"gm/wire/control"
)

// The processes of "gm server attach", "relay", "ls", "detach" and "kill" ask a running
// session over its Unix socket. A goroutine of the socket passes each request to the loop
// as an event.

// restoreInterval is the time between two looks at the socket's file.
const restoreInterval = time.Minute

// controlSocket is the part of registry.Listener that the loop uses.
type controlSocket interface {
	// Restore creates the socket again if it is gone.
	Restore() error
	// Close removes the socket. Connections that wait for the session's end end.
	Close()
}

// identity describes a session to the outside.
type identity struct {
	name    string
	id      string // of the control socket
	path    string // of the control socket; empty without one
	version string // of this program
	program string // the command that runs on the terminal, if its foreground is unknown
}

// controlCall is a request, as an event of the loop. answer has room for one.
type controlCall struct {
	request control.Request
	answer  chan<- controlAnswer
}

// controlAnswer is the loop's answer to a controlCall. program is nil before the first
// client.
type controlAnswer struct {
	response control.Response
	program  program
}

// openControl creates the session's socket. If no directory can hold it, the readiness
// has the reason, and restoreControl tries again.
func (l *loop) openControl(r registry.Registry) (ready readiness) {
	listener, err := r.Listen(l.identity.name, l.ask, func(r control.Request, conn *net.UnixConn) { l.keepPipe(r.From, conn) })
	l.control, l.identity.id, l.identity.path = listener, listener.ID(), listener.Path()
	ready.id = l.identity.id
	if ready.listed = err == nil; err != nil {
		ready.warn("the session cannot be listed or entered by others: " + oneLine(err))
	}
	return ready
}

// restoreControl has keepControl look at the socket's file when that is due.
func (l *loop) restoreControl(now time.Time) {
	if l.control == nil || now.Before(l.restoreAt) {
		return
	}
	l.restoreAt = now.Add(restoreInterval)
	select {
	case l.restore <- struct{}{}:
	default:
	}
}

// keepControl is a feeder, because file systems can be slow.
func (l *loop) keepControl() {
	for {
		select {
		case <-l.restore:
			if err := l.control.Restore(); err != nil {
				l.Log("create the session's socket: %s", oneLine(err))
			}
		case <-l.quit:
			return
		}
	}
}

// ask passes a request to the loop and returns the response. It may be called in any
// goroutine, also after the loop has ended.
func (l *loop) ask(request control.Request) control.Response {
	answer := make(chan controlAnswer, 1)
	if !l.post(controlCall{request, answer}) {
		return control.Response{Error: errOver.Error()}
	}
	a := <-answer
	if s := a.response.Status; s != nil && a.program != nil && request.Verb == control.VerbStatus {
		if name := a.program.ForegroundName(); name != "" {
			s.Program = name
		}
	}
	return a.response
}

func (l *loop) respond(now time.Time, r control.Request) control.Response {
	switch r.Verb {
	case control.VerbStatus:
		return control.Response{Status: l.status(now)}
	case control.VerbAttach:
		return l.attach(now, r)
	case control.VerbRelay:
		return l.grantPipe(now)
	case control.VerbDetach:
		l.session.Detach(now, r.By, r.From)
	case control.VerbKill:
		l.session.Kill(now, r.By, r.From)
	default:
		response := control.UnknownVerb(r.Verb)
		response.Status = l.status(now)
		return response
	}
	return control.Response{Status: l.status(now)}
}

// controlStates are the states of the protocol.
var controlStates = map[session.State]control.State{
	session.Attached: control.Attached, session.Detached: control.Detached, session.Ended: control.Ended,
}

func (l *loop) status(now time.Time) *control.Status {
	r := l.session.Report(now)
	s := &control.Status{
		Name: l.identity.name, ID: l.identity.id, State: controlStates[r.State], Pid: os.Getpid(), Version: l.identity.version,
		Created: r.Created, Since: r.Since, Cols: r.Cols, Rows: r.Rows, Program: l.identity.program, From: r.From, EndsAt: r.EndsAt,
	}
	for _, c := range r.Clients {
		s.Clients = append(s.Clients, control.Client{
			By: c.By, From: c.From, Role: controlRole(c.Role), Cols: c.Cols, Rows: c.Rows, Since: c.Since,
		})
	}
	if r.Exit.Known {
		status := int(r.Exit.Status)
		s.Exit = &status
	}
	return s
}
