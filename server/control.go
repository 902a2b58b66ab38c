//go:build unix

package server

import (
	"net"
	"os"
	"time"

	"gm/server/session"
	"gm/wire/control"
)

// The short-lived processes of "gm server attach", "ls", "detach" and "kill" ask a running
// session over its Unix socket. Each connection is served by a goroutine of its own, which
// passes the request to the loop as an event.

const (
	// controlConns is how many connections are served at once. Further ones wait to be
	// accepted.
	controlConns = 8

	// controlTimeout bounds how long a request may take to arrive, and the response to
	// be read.
	controlTimeout = 2 * time.Second

	// requestLimit is the size of the largest request, in bytes.
	requestLimit = 16 << 10
)

// controlSocket is the session's Unix socket, which the user's own processes alone can
// connect to.
type controlSocket interface {
	Accept() (net.Conn, error)
	// Check binds the socket again if its file is missing.
	Check() error
	Close() error
}

// controlCheck is how often it is checked that the socket's file exists.
const controlCheck = time.Minute

// identity describes a session to the outside.
type identity struct {
	name    string
	id      string // of the control socket; empty without one
	path    string // of the control socket
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

// acceptControl serves the connections to the control socket.
func (l *loop) acceptControl() {
	free := make(chan struct{}, controlConns)
	for {
		select {
		case free <- struct{}{}:
		case <-l.quit:
			return
		}
		conn, err := l.control.Accept()
		if err != nil {
			return
		}
		l.feeders.Go(func() {
			defer func() { <-free }()
			l.serveControl(conn)
		})
	}
}

// checkControl checks the control socket until the loop ends.
func (l *loop) checkControl() {
	tick := time.NewTicker(controlCheck)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := l.control.Check(); err != nil {
				l.Log("bind the session's socket again: %v", err)
			}
		case <-l.quit:
			return
		}
	}
}

// serveControl answers the request of a connection. The connection of a request to kill
// the session ends with the session.
func (l *loop) serveControl(conn net.Conn) {
	conn.SetDeadline(time.Now().Add(controlTimeout))
	request, err := readRequest(conn)
	if err != nil {
		writeResponse(conn, control.Response{Error: "the request cannot be read"})
		conn.Close()
		return
	}
	a, ok := l.call(request)
	if !ok {
		conn.Close()
		return
	}
	if s := a.response.Status; s != nil && a.program != nil {
		if name := a.program.ForegroundName(); name != "" {
			s.Program = name
		}
	}
	conn.SetDeadline(time.Now().Add(controlTimeout))
	writeResponse(conn, a.response)
	if seat := a.response.Seat; seat != nil {
		seat.Key.Wipe()
	}
	if request.Verb == control.VerbKill && l.hold(conn) {
		return
	}
	conn.Close()
}

func readRequest(conn net.Conn) (control.Request, error) {
	message, err := control.ReadFrame(conn, make([]byte, requestLimit))
	if err != nil {
		return control.Request{}, err
	}
	return control.ParseRequest(message)
}

func writeResponse(conn net.Conn, r control.Response) {
	frame := r.AppendFrame(make([]byte, 0, control.MaxFrame))
	conn.Write(frame)
	clear(frame[:cap(frame)])
}

// call passes a request to the loop. ok is false if the loop has ended.
func (l *loop) call(request control.Request) (a controlAnswer, ok bool) {
	answer := make(chan controlAnswer, 1)
	if !l.post(controlCall{request, answer}) {
		return controlAnswer{}, false
	}
	return <-answer, true
}

// holdLimit is how many connections are held until the session has ended.
const holdLimit = controlConns

// hold keeps a connection open until the session has ended. It reports whether there is
// room for it.
func (l *loop) hold(conn net.Conn) bool {
	select {
	case l.held <- conn:
		return true
	default:
		return false
	}
}

// releaseHeld closes the connections that wait for the session's end.
func (l *loop) releaseHeld() {
	for {
		select {
		case conn := <-l.held:
			conn.Close()
		default:
			return
		}
	}
}

// respond executes a request to the session.
func (l *loop) respond(now time.Time, r control.Request) control.Response {
	switch r.Verb {
	case control.VerbStatus:
		return control.Response{Status: l.status(now)}
	case control.VerbAttach:
		return l.attach(now, r)
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
