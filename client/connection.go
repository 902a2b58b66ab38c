package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"

	"gm/client/address"
	"gm/client/forwarding"
	"gm/client/roaming"
	"gm/client/route"
	"gm/internal/hint"
	"gm/sshboot"
	"gm/wire/datagram"
	"gm/wire/state"

	"golang.org/x/crypto/ssh"
)

// connection describes how to reach a server that is ready. Server, Transport and Start of
// roaming are not set.
type connection struct {
	server  netip.AddrPort
	key     datagram.Key
	roaming roaming.Config
	// forwarding has the forwardings to begin.
	forwarding forwarding.Config
	// forwardOver is the login that carries them beside a server without streams; nil if there
	// is none.
	forwardOver *forwarding.SSH
}

// reached is a server that launch has started or entered. login is its SSH connection,
// which the caller closes; nil for one on this machine.
type reached struct {
	sshboot.Endpoint
	login      *sshboot.Login
	forwarding forwarding.Config
}

func (r *reached) close() {
	if r.login != nil {
		r.login.Close()
	}
}

// connection returns the connection to the server at addr. It closes a login without a pipe,
// of which only the address is needed.
func (r *reached) connection(addr netip.AddrPort, o *options) (connection, error) {
	c := connection{server: addr, key: r.Announcement.Key, forwarding: r.forwarding}
	granted := state.ParseExtensions(r.Announcement.Extensions)
	if !granted.Has(state.ExtPaths) {
		if c.forwardOver = r.keptLogin(); c.forwardOver == nil {
			r.close()
		}
		if o.pathMode() == route.SSH {
			return c, &hint.Error{Err: errors.New("the server does not support --path=ssh"), Hint: "without --path, gm uses UDP with this server"}
		}
		return c, nil
	}
	c.roaming = roaming.Config{Several: true, Mode: o.pathMode(), Finder: r.finder(addr.Addr(), o), NeedsUser: needsUser}
	if r.login == nil || r.login.Pipe() == nil {
		r.close()
		if o.pathMode() == route.SSH {
			return c, errors.New("use --path=ssh: the login cannot carry the session")
		}
		return c, nil
	}
	c.roaming.Login = roaming.Login{Pipe: r.login.Pipe(), Close: r.login.Close, Announced: r.Announcement.Addresses}
	if r.Announcement.ID != "" {
		c.roaming.Dial = redial(r.login, r.Announcement.ID)
	}
	return c, nil
}

// keptLogin returns the login that carries forwardings; nil if none are asked for, or there is
// no login.
func (r *reached) keptLogin() *forwarding.SSH {
	if r.login == nil || !r.forwarding.Any() {
		return nil
	}
	login := r.login
	return &forwarding.SSH{Client: login.Client(), Redial: func(ctx context.Context) (*ssh.Client, error) {
		again, err := login.Redial(ctx, true)
		if err != nil {
			return nil, err
		}
		return again.Client(), nil
	}}
}

// finder returns a Finder of the host's addresses. It does not look up the name of a host
// behind a jump host or a ProxyCommand, which may be another host's name here.
func (r *reached) finder(login netip.Addr, o *options) *address.Finder {
	h := address.Host{Login: login, Announced: r.Announcement.Addresses}
	if bound, err := netip.ParseAddr(o.bindServer); err == nil {
		h.Bound = bound
	}
	if r.login == nil {
		return address.NewFinder(h, "")
	}
	switch r.login.Family() {
	case sshboot.Inet:
		h.Families = address.IPv4
	case sshboot.Inet6:
		h.Families = address.IPv6
	}
	name := r.login.HostName()
	if r.Via != "" || o.remoteIP == "remote" {
		name = ""
	}
	return address.NewFinder(h, name)
}

// redial returns a function that logs in again and opens a pipe to the session with the
// ID. login may be closed.
func redial(login *sshboot.Login, id string) func(ctx context.Context, batch bool) (roaming.Login, error) {
	return func(ctx context.Context, batch bool) (roaming.Login, error) {
		again, err := login.Redial(ctx, batch)
		if err != nil {
			return roaming.Login{}, err
		}
		stream, err := again.Relay(ctx, id)
		if err := checkRelay(stream, err); err != nil {
			again.Close()
			return roaming.Login{}, err
		}
		return roaming.Login{Pipe: stream, Close: again.Close, Announced: again.Announcement.Addresses}, nil
	}
}

// checkRelay checks the results of [sshboot.Login.Relay].
func checkRelay(stream io.ReadWriteCloser, err error) error {
	if err == nil && stream == nil {
		err = errors.New("the login cannot carry the session")
	}
	if err != nil {
		return fmt.Errorf("enter the session again: %w", err)
	}
	return nil
}

func needsUser(err error) bool { return errors.Is(err, sshboot.ErrQuestion) }

// direct returns the connection to a server of which only the address and the key are known.
func direct(server netip.AddrPort, key datagram.Key) connection {
	return connection{server: server, key: key}
}

// checkPath returns an error if the path is no mode of package route, or does not fit the
// other options. source is the option or variable that has set it.
func (o *options) checkPath(source string) error {
	mode, ok := route.ParseMode(o.path)
	switch {
	case o.path == "":
		return nil
	case !ok:
		return fmt.Errorf("%s is auto, udp or ssh, not %q", source, o.path)
	case o.local && mode == route.SSH:
		return fmt.Errorf("%s=ssh and --local exclude each other", source)
	}
	return nil
}

func (o *options) pathMode() route.Mode {
	mode, _ := route.ParseMode(o.path)
	return mode
}
