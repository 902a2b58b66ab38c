package sshboot

import (
	"context"
	"io"

	"gm/sshboot/sshclient"
)

// Pipe returns the exec channel of the server that Start has reached, on which both ends
// send frames of datagrams (package wire/pipe). It is nil if [Request.Pipe] is not set or
// the server has none, and ends with the connection. Its Read and Write block, and may
// each be called by one goroutine at a time; the end of the connection unblocks both.
func (l *Login) Pipe() io.ReadWriteCloser { return l.pipe }

// Relay opens a pipe to the session with the ID, for a client that is in it already, and
// returns the pipe, as [Login.Pipe] does. It sets the address and Announcement.Addresses
// of l, but no port and no key. The error is a [*RefusedError] if the session is gone or
// does not answer. A host with MaxSessions 1 has one pipe for each connection.
func (l *Login) Relay(ctx context.Context, id string) (io.ReadWriteCloser, error) {
	host, err := l.run(ctx, VerbRelay, []string{"-@", "gm-verb=" + string(VerbRelay), "--", id})
	if err != nil {
		return nil, err
	}
	addr, err := l.boot.address(l.conn, host, l.config)
	if err == nil {
		l.Addr = addr
	}
	l.Announcement.Addresses, l.Via = host.Announcement.Addresses, l.conn.Via
	l.muter.mute()
	return host.Pipe, nil
}

// Redial logs in to the host again, with the configuration of the first login, and returns
// the new login. l may be closed. Keys that the user has unlocked for l, and for logins
// that began as this one does, are used without asking. In batch it asks nothing, shows nothing and uses no key
// that must be touched: the error is an [ErrQuestion] if that could have helped.
func (l *Login) Redial(ctx context.Context, batch bool) (*Login, error) {
	b := l.boot
	b.ask, b.request.Batch = l.user, batch
	b.env.Stderr, b.env.Background = nil, batch
	if batch {
		b.env.Stderr = io.Discard
	}
	return b.open(ctx)
}

// HostName returns the name or address of the host that the configuration leads to.
func (l *Login) HostName() string { return l.config.HostName() }

// Family returns the address families that the configuration and the request allow.
func (l *Login) Family() Family { return sshclient.AddressFamily(l.config, l.boot.request.Family) }
