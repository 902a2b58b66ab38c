package forward

import (
	"errors"
	"fmt"
	"net"
	"time"

	"gm/wire/stream"
)

// ListenLocal listens at this host: a local forward, or a dynamic one, whose clients speak
// SOCKS 4, 4a or 5.
func (m *Mux) ListenLocal(spec Spec) (*Forward, error) {
	if len(m.forwards) >= maxListens {
		return nil, errTooMany
	}
	f := &Forward{mux: m, Spec: spec, State: Listening, Port: spec.Listen.Port}
	if path := spec.Listen.Path; path != "" {
		l, err := listenUnix(path, m.cfg.Sockets)
		if err != nil {
			return nil, fmt.Errorf("unix_listener: cannot bind to path %s: %s", path, reason(err))
		}
		f.listeners = []net.Listener{l}
	} else {
		listeners, _, errs := m.listenTCP(spec.bind(m.cfg.GatewayPorts), spec.Listen.Port)
		for _, err := range errs {
			m.cfg.Log(err.Error())
		}
		if len(listeners) == 0 {
			return nil, fmt.Errorf("channel_setup_fwd_listener_tcpip: cannot listen to port: %d", spec.Listen.Port)
		}
		f.listeners = listeners
	}
	m.forwards = append(m.forwards, f)
	for _, l := range f.listeners {
		if spec.IsSOCKS() {
			m.acceptFrom(l, f.acceptSOCKS)
		} else {
			m.acceptFrom(l, f.accept)
		}
	}
	return f, nil
}

// accept opens a stream for a connection. Its bytes are sent before the server has connected.
func (f *Forward) accept(conn net.Conn) {
	m, e := f.mux, endpointOf(conn)
	if f.over() || m.full() {
		abort(e)
		return
	}
	r := m.connect(f.Spec.Connect, originator(conn), nil)
	r.forward = f
	r.confirm = func(err error) {
		if err != nil {
			f.logOpen(r, err)
			abort(e)
		}
	}
	r.startFeeders(e)
}

func (f *Forward) logOpen(r *Relay, err error) {
	var reset *stream.ResetError
	if !errors.As(err, &reset) || !reset.ByPeer {
		return // the connection has ended before
	}
	f.mux.cfg.Log(fmt.Sprintf("channel %d: open failed: %s", r.s.ID(), err))
}

func (f *Forward) acceptSOCKS(conn net.Conn) {
	m := f.mux
	if f.over() || m.full() || m.requests >= maxRequests {
		abort(endpointOf(conn))
		return
	}
	m.requests++
	m.cfg.Start(func() {
		adopted := m.adopt(conn.Close)
		conn.SetDeadline(time.Now().Add(m.cfg.RequestTimeout))
		q, rest, err := readSOCKS(conn)
		conn.SetDeadline(time.Time{})
		m.post(func() {
			m.requests--
			switch e := endpointOf(conn); {
			case !adopted():
			case err != nil || f.over() || m.full():
				e.Close()
			default:
				f.connectSOCKS(e, q, rest, originator(conn))
			}
		})
	})
}

// connectSOCKS opens a stream for the request of a SOCKS client. It is answered when the
// server has connected.
func (f *Forward) connectSOCKS(e Endpoint, q *socksRequest, rest []byte, originator string) {
	m := f.mux
	r := m.connect(q.to, originator, nil)
	r.forward = f
	r.reply(rest)
	r.received = uint64(len(rest))
	r.confirm = func(err error) {
		if err != nil {
			f.logOpen(r, err)
			m.cfg.Start(func() { answerAndClose(e, q.result(err)) })
			return
		}
		r.queue(q.result(nil), false)
		m.cfg.Start(r.reader)
	}
	r.startWriter(e)
}

// answerTimeout bounds the time to write the answer to a connection that is refused.
const answerTimeout = time.Second

func answerAndClose(e Endpoint, answer []byte) {
	if conn, ok := e.(net.Conn); ok {
		conn.SetWriteDeadline(time.Now().Add(answerTimeout))
	}
	e.Write(answer)
	e.Close()
}
