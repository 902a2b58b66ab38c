//go:build unix

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"gm/server/registry"
	"gm/wire"
	"gm/wire/control"
	"gm/wire/state"
)

// callTimeout bounds a request to a session.
const callTimeout = 5 * time.Second

func (o *options) attachRequest() control.Request {
	a := &control.AttachRequest{Extensions: o.requested, Role: o.session.role, Size: o.session.size, Inside: o.inside(), Pipe: o.mayRelay(), History: o.session.history}
	if o.bind.IsValid() {
		a.Bind = o.bind.String()
	}
	if o.portsSet {
		a.Ports = o.ports.String()
	}
	return o.request(control.VerbAttach, a)
}

// request returns a request on behalf of the client that started this program.
func (o *options) request(verb string, a *control.AttachRequest) control.Request {
	from, _, _ := strings.Cut(os.Getenv("SSH_CONNECTION"), " ")
	return control.Request{Verb: verb, Attach: a, By: o.session.by, From: from}
}

// inside returns the ID of the session that the client runs in; empty if it runs in none.
// A client on this host has the session's variables.
func (o *options) inside() string {
	if o.session.inside != "" {
		return o.session.inside
	}
	path := os.Getenv(socketVariable)
	return path[strings.LastIndexByte(path, '/')+1:]
}

// enter enters the session at a socket, and returns the connection if it is a pipe now.
func (o *options) enter(ctx context.Context, path string, stdout io.Writer) (session *net.UnixConn, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	response, session, err := registry.CallPipe(ctx, path, o.attachRequest())
	switch {
	case err != nil:
	case response.Error != "":
		err = &refusal{response.Error, response.Hint}
	case response.Seat == nil || response.Status == nil:
		err = errors.New("the session has sent no seat")
	default:
		defer response.Seat.Key.Wipe()
		err = announce(stdout, nil, wire.Announcement{
			Port: response.Seat.Port, Key: response.Seat.Key, Extensions: response.Seat.Extensions,
			Session: response.Status.Name, ID: response.Status.ID, Addresses: o.addresses(), Pipe: session != nil,
		})
	}
	if err != nil && session != nil {
		session.Close()
		session = nil
	}
	return session, err
}

// refusal is an error with a hint, which may be empty.
type refusal struct{ text, hint string }

func (r *refusal) Error() string { return r.text }

func hintOf(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.hint
	}
	return ""
}

// announce prints the warnings and the announcement. On a terminal it begins with an empty
// line, as a shell's prompt may be there. The name of the session is left out for a client
// that does not know sessions.
func announce(stdout io.Writer, warnings []string, a wire.Announcement) error {
	a = withoutUnknownPaths(a)
	defer a.Key.Wipe()
	if !state.ParseExtensions(a.Extensions).Has(state.ExtSessions) {
		a.Session = ""
	}
	var text []byte
	for _, w := range warnings {
		text = fmt.Appendf(text, "gm: warning: %s\n", w)
	}
	if term.IsTerminal(int(os.Stdin.Fd())) {
		text = append(text, '\n')
	}
	text, err := a.AppendText(text)
	if err != nil {
		return err
	}
	defer clear(text)
	_, err = stdout.Write(text)
	return err
}
