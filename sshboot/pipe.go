package sshboot

import (
	"context"
	"io"

	"gm/sshboot/sshclient"
)

// Pipe returns the exec channel of the last Start, for frames of datagrams (package
// wire/pipe). It is nil if [Request.Pipe] is not set or the server has none. Read and Write
// block, each for one goroutine at a time, and fail once the connection has ended.
func (l *Login) Pipe() io.ReadWriteCloser { return l.pipe }

// Relay opens and returns a pipe to the session with the ID, like that of [Login.Pipe], for a
// client that is in the session. It sets the address and Announcement.Addresses of l, but
// no port and no key. The error is a [*RefusedError] if the session is gone or does not
// answer. A host with MaxSessions 1 permits one pipe for each connection.
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

// Redial returns a new login to the host, with the configuration of l, which may be closed.
// Keys that the user has unlocked for l, or for another Redial of it, are used without
// asking. In batch Redial asks nothing, shows nothing and uses no key that must be touched:
// the error is an [ErrQuestion] if an answer or a touch could have helped.
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
