package forward

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"

	"gm/internal/hostlookup"
	"gm/wire/stream"
)

// dial is a connection that is being made for a relay.
type dial struct {
	open   func(context.Context) (Endpoint, error)
	done   func(error) // in Service, before the relay has the connection or fails
	ctx    context.Context
	cancel context.CancelFunc
}

// openEndpoint begins to make the relay's connection by open, once fewer than maxDials are made.
// done is called with the result; the relay resets the stream after it if there is an error.
func (r *Relay) openEndpoint(open func(context.Context) (Endpoint, error), done func(error)) {
	ctx, cancel := context.WithCancel(r.mux.ctx)
	r.dial = &dial{open: open, done: done, ctx: ctx, cancel: cancel}
	r.mux.waiting = append(r.mux.waiting, r)
	r.mux.dialNext()
}

func (m *Mux) dialNext() {
	for m.dialling < maxDials && len(m.waiting) > 0 {
		r := m.waiting[0]
		m.waiting = m.waiting[1:]
		if !r.over {
			m.dialling++
			m.cfg.Start(r.dialler)
		}
	}
}

func (r *Relay) dialler() {
	ctx, cancel := context.WithTimeout(r.dial.ctx, r.mux.cfg.DialTimeout)
	defer cancel()
	conn, err := r.dial.open(ctx)
	if err != nil {
		conn = nil
	}
	adopted := func() bool { return true }
	if conn != nil {
		adopted = r.mux.adopt(conn.Close)
	}
	r.mux.post(func() {
		if adopted() {
			r.dialled(conn, err)
		}
	})
}

func (r *Relay) dialled(conn Endpoint, err error) {
	r.mux.dialling--
	d := r.dial
	r.dial = nil
	d.cancel()
	switch {
	case r.over && conn != nil:
		conn.Close()
	case r.over:
	case err != nil:
		d.done(err)
		r.Reset(CodeFailed, "connect failed: "+reason(err))
	default:
		d.done(nil)
		r.startFeeders(conn)
	}
}

func (m *Mux) dialAddress(a Address) func(context.Context) (Endpoint, error) {
	return func(ctx context.Context) (Endpoint, error) {
		conn, err := m.cfg.Dial(ctx, a.network(), a.netAddress())
		var dns *net.DNSError
		if errors.As(err, &dns) && dns.IsNotFound && a.Path == "" {
			conn, err = m.dialOtherSources(ctx, a, err)
		}
		if err != nil {
			return nil, err
		}
		return endpointOf(conn), nil
	}
}

// dialOtherSources connects to a host that only getaddrinfo knows, one address after the other.
// It returns notFound if there is none.
func (m *Mux) dialOtherSources(ctx context.Context, a Address, notFound error) (net.Conn, error) {
	addrs, err := hostlookup.Lookup(ctx, a.Host)
	if err != nil {
		return nil, notFound
	}
	err = notFound
	for _, addr := range addrs {
		var conn net.Conn
		if conn, err = m.cfg.Dial(ctx, kindTCP, Address{Host: addr.String(), Port: a.Port}.netAddress()); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// endpointOf returns conn, whose CloseWrite closes it if it has none of its own.
func endpointOf(conn net.Conn) Endpoint {
	if e, ok := conn.(Endpoint); ok {
		return e
	}
	return closer{conn}
}

// closer is a connection that cannot end one direction alone.
type closer struct{ net.Conn }

func (c closer) CloseWrite() error { return c.Close() }

// Reason returns the text of an error of the net package in the words of libc.
func Reason(err error) string { return reason(err) }

func reason(err error) string {
	var dns *net.DNSError
	var errno syscall.Errno
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "Name or service not known"
	case errors.As(err, &dns):
		return "Temporary failure in name resolution"
	case errors.As(err, &errno) && errno != 0:
		text := errno.Error()
		return strings.ToUpper(text[:1]) + text[1:]
	case os.IsTimeout(err):
		return "Connection timed out"
	}
	return err.Error()
}

func (m *Mux) serveConnect(s *stream.Stream) {
	a, ok := parseConnectTarget(fields(s))
	switch {
	case !ok:
		s.Reset(CodeFailed, textBadTarget)
	case !m.cfg.Policy.permits(a):
		s.Reset(CodeProhibited, textProhibited)
	case m.full():
		s.Reset(CodeShortage, textShortage)
	default:
		r := m.newRelay(s, nil)
		r.name = a.String()
		r.openEndpoint(m.dialAddress(a), func(err error) {
			if err == nil {
				r.reply([]byte{connected})
			}
		})
	}
}

// Connect joins an endpoint to a connection that the server makes. Bytes are read from the
// endpoint at once. A connection that fails calls ended with a *stream.ResetError, whose text
// is OpenSSH's.
func (m *Mux) Connect(to Address, conn Endpoint, ended func(error)) *Relay {
	r := m.connect(to, "", ended)
	r.confirm = func(err error) {
		if err != nil {
			abort(conn)
		}
	}
	r.startFeeders(conn)
	m.wake()
	return r
}

// OnConnect has f called once when the server has connected or has not, with the error. It is
// called at once after Connect.
func (r *Relay) OnConnect(f func(error)) {
	confirm := r.confirm
	r.confirm = func(err error) {
		confirm(err)
		f(err)
	}
}

func (m *Mux) connect(to Address, originator string, ended func(error)) *Relay {
	s := m.streams.Open(KindConnect, connectTarget(to, originator))
	r := m.newRelay(s, ended)
	r.name = to.String()
	return r
}
