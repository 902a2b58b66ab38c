package controlsocket

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
)

// errTerminal refuses a session for which ssh logs in by itself then.
var errTerminal = errors.New("gm shares no terminals")

// run answers a request for a program or a connection, and ends with it.
func run(conn net.Conn, request message, m Master) error {
	p, terminal, err := parseProgram(request)
	if err != nil {
		return err
	}
	files, err := receiveFiles(conn, p.files())
	if err != nil {
		return err
	}
	defer closeAll(files)
	if terminal {
		return write(conn, typeFailure, request.ID, text{errTerminal.Error()})
	}
	if !m.Permit() {
		return write(conn, typeDenied, request.ID, errDenied)
	}
	p.In, p.Out = files[0], files[1]
	if len(files) > 2 {
		p.Err = files[2]
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var written sync.Mutex
	opened := false
	status, err := m.Run(ctx, p, func() {
		written.Lock()
		defer written.Unlock()
		opened = true
		write(conn, typeSessionOpened, request.ID, port{sessionID})
		go func() { // the end of the client ends the program
			io.Copy(io.Discard, conn)
			cancel()
		}()
	})
	written.Lock()
	defer written.Unlock()
	switch {
	case !opened && err == nil:
		err = errors.New("the program was not started")
		fallthrough
	case !opened:
		return write(conn, typeFailure, request.ID, text{err.Error()})
	case request.Type == typeNewStdio:
		return nil
	}
	return write(conn, typeExit, sessionID, exitStatus{uint32(status)})
}

// sessionID is the number of a connection's only session.
const sessionID = 1

// files returns the number of file descriptors that a client passes.
func (p *Program) files() int {
	if p.Connect != (forward.Address{}) {
		return 2
	}
	return 3
}

func parseProgram(request message) (p Program, terminal bool, err error) {
	if request.Type == typeNewStdio {
		var f newStdio
		if ssh.Unmarshal(request.Rest, &f) != nil {
			return p, false, errMalformed
		}
		var ok bool
		if p.Connect, ok = address(f.Host, f.Port, true); !ok || f.Host == "" {
			return p, false, errMalformed
		}
		return p, false, nil
	}
	var f newSession
	if ssh.Unmarshal(request.Rest, &f) != nil {
		return p, false, errMalformed
	}
	return Program{Command: f.Command, Subsystem: f.Subsystem != 0}, f.Terminal != 0, nil
}

// ErrRefused means that a master refuses to run a program.
var ErrRefused = errors.New("session request failed")

// Run has the master run a program or make a connection with these standard streams, and returns
// its exit status. The error is ErrRefused if it does not.
func (c *Client) Run(p Program, files []*os.File) (status int, err error) {
	c.next++
	kind, fields := uint32(typeNewSession), any(newSession{Subsystem: flag(p.Subsystem), Escape: noEscape, Command: p.Command})
	if a := p.Connect; a.Path != "" {
		kind, fields = typeNewStdio, newStdio{Host: a.Path, Port: portOfPath}
	} else if a.Host != "" {
		kind, fields = typeNewStdio, newStdio{Host: a.Host, Port: uint32(a.Port)}
	}
	if err := write(c.conn, kind, c.next, fields); err != nil {
		return 0, err
	}
	if err := sendFiles(c.conn, files[:p.files()]); err != nil {
		return 0, err
	}
	m, err := read(c.conn)
	var why text
	switch {
	case err != nil:
		return 0, err
	case m.Type == typeSessionOpened && m.ID == c.next:
		return c.await()
	case ssh.Unmarshal(m.Rest, &why) == nil && why.Text != "":
		return 0, &refusal{why.Text}
	}
	return 0, errMalformed
}

// refusal is an ErrRefused with the master's text.
type refusal struct{ text string }

func (r *refusal) Error() string        { return r.text }
func (r *refusal) Is(target error) bool { return target == ErrRefused }

// await waits for the end of a session or of a connection, which is that of the master's.
func (c *Client) await() (status int, err error) {
	status = unknownStatus
	for {
		m, err := read(c.conn)
		var s exitStatus
		switch {
		case errors.Is(err, io.EOF):
			return status, nil
		case err != nil:
			return status, err
		case m.Type == typeExit && ssh.Unmarshal(m.Rest, &s) == nil:
			status = int(s.Status)
		}
	}
}

// unknownStatus is ssh's exit status of a program that has none.
const unknownStatus = 255

func flag(set bool) uint32 {
	if set {
		return 1
	}
	return 0
}

func closeAll(files []*file) {
	for _, f := range files {
		f.Close()
	}
}
