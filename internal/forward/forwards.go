package forward

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"gm/wire/stream"
)

// State is that of a Forward.
type State int

// The states of a Forward.
const (
	Pending State = iota // the server has not answered
	Listening
	Failed
	Cancelled
)

func (s State) String() string { return [...]string{"pending", "listening", "failed", "cancelled"}[s] }

// Forward is a listener of the client: at this host, or at the server.
type Forward struct {
	Spec  Spec
	State State
	Port  int    // that is listened on; 0 of Unix sockets
	Text  string // why it has failed, in OpenSSH's words
	// Answer is the line with which the server has confirmed the listener.
	Answer string

	mux       *Mux
	kind      string // "agent" or "x11" of a listener without a Spec
	listeners []net.Listener
	listen    *stream.Stream // of a listener at the server
	line      []byte         // its answer so far
	open      func(context.Context) (Endpoint, error)
}

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
			return nil, fmt.Errorf("cannot listen to port: %d", spec.Listen.Port)
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

var errTooMany = fmt.Errorf("more than %d forwards", maxListens)

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
	r.begin(e)
}

func (f *Forward) logOpen(r *Relay, err error) {
	f.mux.cfg.Log(fmt.Sprintf("channel %d: open failed: %s", r.s.ID(), err))
}

// acceptSOCKS reads the request of a SOCKS client in a goroutine.
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
	if len(rest) > 0 {
		r.unsent = []chunk{{data: rest}}
	}
	r.confirm = func(err error) {
		if err != nil {
			f.logOpen(r, err)
			m.cfg.Start(func() { answerAndClose(e, q.result(err)) })
			return
		}
		r.put(q.result(nil), false)
		m.cfg.Start(r.reader)
	}
	r.attach(e)
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

// RequestRemote asks the server to listen. Changed is called with the result.
func (m *Mux) RequestRemote(spec Spec) (*Forward, error) {
	t := target("tcp", spec.remoteBind(), strconv.Itoa(spec.Listen.Port))
	if path := spec.Listen.Path; path != "" {
		unlink := "0"
		if m.cfg.Sockets.Unlink {
			unlink = "1"
		}
		t = target("unix", path, strconv.FormatUint(uint64(m.cfg.Sockets.mask()), 8), unlink)
	}
	return m.request(&Forward{Spec: spec}, t)
}

// RequestAgent asks the server to listen on the session's socket for the agent. open connects
// to the agent of this host; it runs in a goroutine of its own.
func (m *Mux) RequestAgent(open func(context.Context) (Endpoint, error)) (*Forward, error) {
	return m.request(&Forward{kind: "agent", open: open}, target("agent"))
}

// RequestX11 asks the server to listen on a display. The fields are those of the target after
// "x11"; open connects to the display of this host.
func (m *Mux) RequestX11(fields []string, open func(context.Context) (Endpoint, error)) (*Forward, error) {
	return m.request(&Forward{kind: "x11", open: open}, target(append([]string{"x11"}, fields...)...))
}

func (m *Mux) request(f *Forward, t []byte) (*Forward, error) {
	if len(m.forwards) >= maxListens {
		return nil, errTooMany
	}
	f.mux, f.listen = m, m.streams.Open(KindListen, t)
	m.forwards = append(m.forwards, f)
	m.wake()
	return f, nil
}

// maxLine bounds the line that answers a stream of KindListen, for X11's display.
const maxLine = 256

// service reads the answer of the server.
func (f *Forward) service() {
	if f.listen == nil || f.over() {
		return
	}
	data, ended, err := f.listen.Next()
	switch {
	case err != nil:
		f.fail(err.Error())
		return
	case f.State == Pending:
		f.line = append(f.line, data[:min(len(data), maxLine)]...)
	}
	f.listen.Consume(f.mux.now, len(data))
	at := bytes.IndexByte(f.line, '\n')
	switch {
	case f.State == Pending && at >= 0:
		f.bound(string(f.line[:at]))
	case ended, len(f.line) > maxLine:
		f.listen.Reset(CodeCancelled, "")
		f.fail("malformed answer")
	}
}

func (f *Forward) bound(line string) {
	f.line, f.State, f.Answer = nil, Listening, line
	f.Port, _ = parsePort(line, 0)
	if f.kind == "" && f.Spec.Listen.Path == "" && f.Spec.Listen.Port == 0 {
		f.mux.cfg.Log(fmt.Sprintf("Allocated port %d for remote forward to %s", f.Port, f.Spec.targetText()))
	}
	f.mux.cfg.Changed(f)
}

func (f *Forward) fail(text string) {
	f.State, f.Text = Failed, text
	f.mux.cfg.Changed(f)
}

func (f *Forward) over() bool { return f.State == Failed || f.State == Cancelled }

// Cancel ends a forward. Its connections stay.
func (f *Forward) Cancel() {
	if f.over() {
		return
	}
	f.State = Cancelled
	f.close()
	f.mux.cfg.Changed(f)
	f.mux.wake()
}

func (f *Forward) close() {
	for _, l := range f.listeners {
		l.Close()
	}
	if f.listen != nil {
		f.listen.Reset(CodeCancelled, "")
	}
}

// Cancel ends the forwards of a kind that listen at an address, and reports whether there is
// one: -KL, -KR and -KD of ssh's command line.
func (m *Mux) Cancel(kind Kind, listen Spec) bool {
	found := false
	for _, f := range m.forwards {
		if !f.over() && f.kind == "" && f.Spec.Kind == kind && f.Spec.sameListener(listen) {
			f.Cancel()
			found = true
		}
	}
	return found
}

// Forwards returns the forwards, in the order in which they were asked for.
func (m *Mux) Forwards() []*Forward {
	return slices.DeleteFunc(slices.Clone(m.forwards), (*Forward).over)
}
