package forward

import (
	"context"
	"net"
	"slices"
	"time"

	"gm/wire/stream"
)

const (
	// maxConnections bounds the connections of a Mux, those that are dialled included.
	maxConnections = 1000
	// maxStreams bounds the streams of the session, with those whose end has not arrived at the
	// peer. It is less than a stream.Conn accepts of its peer, whose count may lag behind.
	maxStreams = 1500
	// maxDials bounds the connections that are dialled at once; others wait.
	maxDials = 256
	// maxRequests bounds the SOCKS clients whose request is awaited.
	maxRequests = 256
	// maxEvents bounds the events that are handled in one turn of the loop.
	maxEvents = 64
	// defaultDialTimeout bounds the time for a connection to be made.
	defaultDialTimeout = time.Minute
	// defaultRequestTimeout bounds the time for a SOCKS request to arrive.
	defaultRequestTimeout = 10 * time.Second
)

// Config configures a Mux. The zero Config is that of a client.
type Config struct {
	// Start runs a function in a goroutine; nil is the go statement.
	Start func(func())
	// Serve makes the Mux that of the server, which connects and listens for the client.
	Serve bool
	// ReadOnly refuses all streams that the peer begins.
	ReadOnly bool
	// Policy limits what a client may ask of a server.
	Policy Policy
	// ListenAgent listens on a server's socket for the agent. Nil refuses.
	ListenAgent func() (net.Listener, error)
	// ListenX11 listens for a server's display, with the fields of the target after "x11". The
	// line is sent to the client. Nil refuses.
	ListenX11 func(fields []string) (listeners []net.Listener, line string, err error)
	// Exec starts a server's program beside the session's, a command of the account's shell or a
	// subsystem of sshd. Nil refuses.
	Exec func(command string, subsystem bool) (ExecProgram, error)
	// Accept is called for streams of other kinds that the peer begins, and reports whether
	// it keeps the stream. Others are reset.
	Accept func(*stream.Stream) bool
	// Permit returns an error for a forward that the command line may not begin; may be nil.
	Permit func(Spec) error
	// PermitRemoteOpen limits the targets of a client's remote SOCKS forwards.
	PermitRemoteOpen Permits
	// RemoteLoopback has a client's remote forwards listen on loopback addresses alone.
	RemoteLoopback bool
	// GatewayPorts lets local forwards without a bind address listen on all addresses.
	GatewayPorts bool
	// Sockets has the options of Unix sockets.
	Sockets SocketOptions
	// Log receives messages for the user, in OpenSSH's words; may be nil. Some have bytes of the
	// peer.
	Log func(text string)
	// Changed is called when the state of a forward has changed; may be nil.
	Changed func(*Forward)

	// Dial and Listen replace those of the net package; for tests.
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	Listen func(network, address string) (net.Listener, error)
	// DialTimeout bounds the time for a connection to be made; a minute if it is 0.
	DialTimeout time.Duration
	// RequestTimeout bounds the time for a SOCKS request to arrive; 10 s if it is 0.
	RequestTimeout time.Duration
}

// Mux joins the streams of a session to connections. Its methods are for the loop of the
// session alone.
type Mux struct {
	streams *stream.Conn
	cfg     Config
	ready   chan struct{}
	events  chan func()
	ctx     context.Context // ends with the Mux
	cancel  context.CancelFunc
	pool    buffers

	now      time.Time // of this turn
	relays   []*Relay
	dialling int      // number of relays that are dialled
	requests int      // number of SOCKS clients whose request is awaited
	waiting  []*Relay // until fewer are dialled
	forwards []*Forward
	served   []*served
	execs    []*Exec
	programs map[uint64]*execServed // by the IDs of their streams
}

// NewMux returns the Mux of a session's streams.
func NewMux(streams *stream.Conn, cfg Config) *Mux {
	if cfg.Start == nil {
		cfg.Start = func(run func()) { go run() }
	}
	if cfg.DialTimeout == 0 {
		cfg.DialTimeout = defaultDialTimeout
	}
	if cfg.RequestTimeout == 0 {
		cfg.RequestTimeout = defaultRequestTimeout
	}
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{KeepAlive: -1}).DialContext
	}
	if cfg.Log == nil {
		cfg.Log = func(string) {}
	}
	if cfg.Permit == nil {
		cfg.Permit = func(Spec) error { return nil }
	}
	if cfg.Changed == nil {
		cfg.Changed = func(*Forward) {}
	}
	m := &Mux{streams: streams, cfg: cfg, ready: make(chan struct{}, 1), events: make(chan func(), maxEvents), programs: map[uint64]*execServed{}}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	return m
}

// Ready receives when Service has something to do that did not come from the streams.
func (m *Mux) Ready() <-chan struct{} { return m.ready }

func (m *Mux) wake() {
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// Post runs f in Service. It may be called in any goroutine, waits for room among the events,
// and reports whether the Mux is still open.
func (m *Mux) Post(f func()) bool { return m.post(f) }

// post runs f in Service. It waits for room among the events, and reports whether the Mux is
// still open.
func (m *Mux) post(f func()) bool {
	select {
	case m.events <- f:
		m.wake()
		return true
	case <-m.ctx.Done():
		return false
	}
}

// adopt closes an endpoint with the Mux until release is called, which reports whether it is
// still open.
func (m *Mux) adopt(close func() error) (release func() bool) {
	return context.AfterFunc(m.ctx, func() { close() })
}

// Service handles all that connections and streams have done, and moves their bytes. The loop
// calls it in each turn after packets were received, and before packets are appended.
func (m *Mux) Service(now time.Time) {
	if m.ctx.Err() != nil {
		return
	}
	m.now = now
	m.runEvents()
	for s := m.streams.Accept(); s != nil; s = m.streams.Accept() {
		m.accept(s)
	}
	for _, l := range m.served {
		l.service()
	}
	m.served = slices.DeleteFunc(m.served, func(l *served) bool { return l.over })
	for _, f := range m.forwards {
		f.service()
	}
	m.forwards = slices.DeleteFunc(m.forwards, func(f *Forward) bool { return f.over() })
	for i := 0; i < len(m.relays); i++ { // service may add others
		m.relays[i].service()
	}
	m.relays = slices.DeleteFunc(m.relays, func(r *Relay) bool { return r.over })
	for _, e := range m.execs {
		e.service()
	}
	m.servicePrograms()
	m.execs = slices.DeleteFunc(m.execs, func(e *Exec) bool { return e.over })
	m.dialNext()
}

// runEvents handles at most as many events as there is room for. The post of any other wakes
// the loop.
func (m *Mux) runEvents() {
	for range maxEvents {
		select {
		case f := <-m.events:
			f()
		default:
			return
		}
	}
}

func (m *Mux) accept(s *stream.Stream) {
	switch {
	case m.cfg.ReadOnly:
		s.Reset(CodeProhibited, textProhibited)
	case m.cfg.Serve && s.Kind == KindConnect:
		m.serveConnect(s)
	case m.cfg.Serve && s.Kind == KindListen:
		m.serveListen(s)
	case m.cfg.Exec != nil && s.Kind == KindExec:
		m.serveExec(s)
	case !m.cfg.Serve && s.Kind == KindAccepted:
		m.serveAccepted(s)
	case m.cfg.Accept == nil || !m.cfg.Accept(s):
		s.Reset(CodeUnknownKind, textUnknownKind)
	}
}

func (m *Mux) full() bool {
	return len(m.relays) >= maxConnections || m.streams.Len() >= maxStreams
}

// Close closes all connections and listeners. The streams stay as they are: they end with the
// session.
func (m *Mux) Close() {
	if m.ctx.Err() != nil {
		return
	}
	m.cancel()
	for _, l := range m.served {
		l.close()
	}
	for _, f := range m.forwards {
		f.close()
	}
	for _, p := range m.programs {
		p.end()
	}
	for _, r := range m.relays {
		r.release()
		if r.conn != nil {
			r.conn.Close()
		}
	}
	m.served, m.forwards, m.relays, m.waiting = nil, nil, nil, nil
}
