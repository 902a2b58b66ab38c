package sshboot

import (
	"cmp"
	"context"

	"gm/sshboot/deploy"
)

// Types of [Login.Inspect].
type (
	Inspection = deploy.Inspection
	Place      = deploy.Place
	PlaceState = deploy.PlaceState
	ShellError = deploy.ShellError
	Server     = deploy.Result
)

// States of places for the server.
const (
	PlaceOK     = deploy.PlaceOK
	PlaceFull   = deploy.PlaceFull
	PlaceNoExec = deploy.PlaceNoExec
	PlaceClosed = deploy.PlaceClosed
	PlaceUnsafe = deploy.PlaceUnsafe
)

// ErrInputClosed means that the host cannot run VerbProbe after an upload.
var ErrInputClosed = deploy.ErrInputClosed

// Inspect describes the account on the host. The error is a [*ShellError] if its shell does
// not run commands.
func (l *Login) Inspect(ctx context.Context) (Inspection, error) {
	i, err := deploy.Inspect(ctx, l.conn.Client, l.config.Alias, cmp.Or(l.boot.limits, deploy.DefaultLimits).Shell)
	return i, toHintError(err)
}

// Probe runs VerbProbe with args on the host, and sets Addr and Via of l. It ends when Pipe of
// the result is closed. A server that was put there for it is removed then. The output after
// the script's last line is the server's.
func (l *Login) Probe(ctx context.Context, args []string) (Server, error) {
	server, err := l.attempt(ctx, VerbProbe, args)
	if err == nil {
		addr, _ := l.boot.address(l.conn, server, l.config) // invalid if it is unknown
		l.Endpoint = Endpoint{Addr: addr, Via: l.conn.Via}
	}
	return server, toHintError(err)
}
