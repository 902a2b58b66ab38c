//go:build unix

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	a := &control.AttachRequest{Extensions: o.requested, Role: o.session.role, Size: o.session.size, Inside: o.inside()}
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

func (o *options) enter(ctx context.Context, path string, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	response, err := registry.Call(ctx, path, o.attachRequest())
	switch {
	case err != nil:
		return err
	case response.Error != "":
		return &refusal{response.Error, response.Hint}
	case response.Seat == nil || response.Status == nil:
		return errors.New("the session has sent no seat")
	}
	seat := response.Seat
	defer seat.Key.Wipe()
	return announce(stdout, nil, wire.Announcement{
		Port: seat.Port, Key: seat.Key, Extensions: seat.Extensions, Session: response.Status.Name,
	})
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
