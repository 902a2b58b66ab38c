//go:build unix

package server

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"gm/server/pty"
	"gm/server/session"
	"gm/vt"
	"gm/wire/control"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

// roles are the session's roles for those of the protocol, by their values.
var roles = [...]session.Role{control.TakeOver: session.TakeOver, control.Share: session.Share, control.ReadOnly: session.ReadOnly}

func controlRole(role session.Role) control.Role {
	return control.Role(slices.Index(roles[:], role))
}

// sizePolicies are the session's policies for those of the protocol, without SizeKeep.
var sizePolicies = map[control.SizePolicy]session.SizePolicy{
	control.SizeLatest: session.SizeLatest, control.SizeSmallest: session.SizeSmallest, control.SizeLargest: session.SizeLargest,
}

// grantable returns the extensions out of a request that the server supports.
func grantable(names []string) state.Extension {
	e := state.ParseExtensions(names)
	if !pty.ReadsDiscipline {
		e &^= state.ExtEcho | state.ExtHistory // echo reports the alternate screen
	}
	if !e.Has(state.ExtScreen | state.ExtTerminal | state.ExtStreams) {
		e &^= state.ExtPictures
	}
	return e
}

func dialectFor(e state.Extension) vt.Dialect {
	d := vt.Stock()
	if e.Has(state.ExtScreen) {
		d = vt.Full()
		d.ExplicitWidths = e.Has(state.ExtTerminal)
	}
	d.Pictures = e.Has(state.ExtPictures)
	d.KeyModes = e.Has(state.ExtKeys)
	d.SetColors = e.Has(state.ExtColors)
	d.Marks = false // in the diff, where an older client does not know them
	d.Pointer, d.Notes = e.Has(state.ExtEvents), e.Has(state.ExtEvents)
	if e.Has(state.ExtEvents) {
		d.EventsApart, d.Notifications, d.Progress = true, false, true
	}
	return d
}

var (
	// errInside refuses a client that would show its own window.
	errInside = errors.New("this is the session that you are in")
	errOver   = errors.New("the session has just ended")
)

// attach makes a seat for a client: an attachment with a new key, and a socket that the
// client can reach.
func (l *loop) attach(now time.Time, r control.Request) control.Response {
	if r.Attach == nil {
		r.Attach = new(control.AttachRequest)
	}
	switch {
	case r.Attach.Inside != "" && r.Attach.Inside == l.identity.id:
		return control.Response{Error: errInside.Error()}
	case int(r.Attach.Role) >= len(roles):
		return control.Response{Error: fmt.Sprintf("the session's server does not know the role %q", r.Attach.Role), Hint: "the session was begun by another version of gm"}
	case l.over(now):
		return control.Response{Error: errOver.Error()}
	}
	seat, err := l.seat(now, r)
	if err != nil {
		return control.Response{Error: oneLine(err), Hint: hintOf(err), Status: l.status(now)}
	}
	if policy, ok := sizePolicies[r.Attach.Size]; ok {
		l.session.SetSizePolicy(now, policy)
	}
	piped := r.Attach.Pipe && state.ParseExtensions(seat.Extensions).Has(state.ExtPaths)
	return control.Response{Seat: seat, Status: l.status(now), Pipe: piped}
}

// over reports whether the session has ended and waits for no client.
func (l *loop) over(now time.Time) bool {
	report := l.session.Report(now)
	return report.State == session.Ended && report.EndsAt.IsZero()
}

// grantPipe grants a pipe to a process that passes on the datagrams of a client.
func (l *loop) grantPipe(now time.Time) control.Response {
	if l.over(now) {
		return control.Response{Error: errOver.Error()}
	}
	return control.Response{Status: l.status(now), Pipe: true}
}

func (l *loop) seat(now time.Time, r control.Request) (*control.Seat, error) {
	s, err := l.socketFor(r.Attach.Bind, r.Attach.Ports)
	if err != nil {
		return nil, err
	}
	key, err := datagram.NewKey()
	if err != nil {
		return nil, err
	}
	granted := grantable(r.Attach.Extensions)
	seat := &control.Seat{Port: s.Local().Port(), Key: key, Extensions: granted.Names()}
	a, err := l.session.Attach(session.ClientConfig{
		Key: &key, Dialect: dialectFor(granted), Extensions: granted, Role: roles[r.Attach.Role], By: r.By,
		History: r.Attach.History,
	}, now)
	if err != nil {
		seat.Key.Wipe()
		return nil, err
	}
	l.openStreams(a)
	return seat, nil
}

// socketFor returns a socket that is reached by the address bind at a port of the range.
// It opens one if there is none. Both may be empty.
func (l *loop) socketFor(bind, ports string) (s *boundSocket, err error) {
	var addr netip.Addr
	if bind != "" {
		if addr, err = netip.ParseAddr(bind); err != nil {
			return nil, fmt.Errorf("bad IP address %q", bind)
		}
	}
	var in udp.PortRange
	if ports != "" {
		if in, err = udp.ParsePortRange(ports); err != nil {
			return nil, fmt.Errorf("bad UDP port range %q: %w", ports, err)
		}
	}
	if s := l.sockets.covering(addr.Unmap(), in); s != nil {
		return s, nil
	}
	if s, err = l.sockets.add(addr.Unmap(), in); err != nil {
		return nil, err
	}
	l.serveSocket(s)
	return s, nil
}
