// Package roaming keeps a session on the best path to its server. It carries out the
// decisions of package route: opens and closes sockets and the pipe, looks up the host's
// addresses and logs in again, all without waiting.
package roaming

import (
	"context"
	"io"
	"net/netip"
	"time"

	"gm/client/address"
	"gm/client/paths"
	"gm/client/route"
	"gm/internal/deadline"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// Transport is the part of wire.Transport that is about paths.
type Transport interface {
	SetRoute(now time.Time, preferred datagram.Path, copies ...datagram.Path)
	DropPath(now time.Time, path datagram.Path)
	PathChanged(now time.Time, path datagram.Path)
	PortChanged(now time.Time)
	Rotate()
	Probe(path datagram.Path, size int)
	PathState(path datagram.Path) datagram.PathState
	Heard() time.Time
	Acked() (num uint64, at time.Time)
	ExpectedBy(now time.Time) time.Time
}

// Finder finds the addresses of the server's host, as [address.Finder] does.
type Finder interface {
	Known() []netip.Addr
	Find(ctx context.Context) []netip.Addr
	Learn(announced []netip.Addr, observed netip.Addr)
}

// Login is an SSH connection to the server's host.
type Login struct {
	Pipe      io.ReadWriteCloser // to the session; nil if there is none
	Close     func() error       // closes the connection; nil without one
	Addr      netip.Addr         // of the host, invalid if unknown
	Announced []netip.Addr       // of the host's interfaces
}

// Config configures a Roamer.
type Config struct {
	Server    netip.AddrPort // that of the login; the Addr is invalid if unknown
	Transport Transport
	Start     func(func()) // runs a function in a goroutine of its own

	// Several reports whether the server knows several paths. Without it there is the one
	// to Server, and the fields below have no effect.
	Several bool
	Mode    route.Mode
	Finder  Finder
	Login   Login // the one that has started the session
	// Dial logs in again and opens a pipe to the session. In batch it asks the user nothing
	// and writes nothing to the terminal. It is nil if that is not possible.
	Dial func(ctx context.Context, batch bool) (Login, error)
	// NeedsUser reports whether a login in batch has failed because of a question.
	NeedsUser func(error) bool
}

// Roamer owns the paths of a session. Its methods are called by one goroutine, which also
// receives from the channels of the embedded Set, Events and Changed.
type Roamer struct {
	*paths.Set
	cfg     Config
	system  system
	chooser *route.Chooser // nil if the server knows one path
	watch   watch

	preferred datagram.Path
	copying   bool          // the session sends on other paths too
	pipe      datagram.Path // invalid without a login
	login     Login         // of pipe
	loginErr  error         // of the last login; nil if it was successful
	attempt   *attempt      // to log in again; nil if none runs

	finding, findAgain bool
	cancelFind         func()                       // the lookup that is running
	announced          []netip.Addr                 // since Finder runs
	sources            map[datagram.Path]netip.Addr // that datagrams left from
	refused            map[datagram.Path]bool       // an ICMP error has answered
	looked             time.Time                    // when sources were compared
	clock              time.Time                    // of the last Decide

	events chan Event
	ctx    context.Context // of everything in the background
	cancel func()
}

// watch is an [address.Watch].
type watch interface {
	Changed() <-chan struct{}
	Close()
}

// system is the part of the operating system that a Roamer uses, which tests replace.
type system struct {
	network paths.Network
	watch   func(start func(func())) watch
}

// Event is the result of work in the background.
type Event func(now time.Time)

// New returns a Roamer with the first paths, which it opens.
func New(now time.Time, cfg Config) (*Roamer, error) {
	return newRoamer(now, cfg, system{
		network: paths.Network{LocalTo: udp.LocalTo},
		watch:   func(start func(func())) watch { return address.NewWatch(start) },
	})
}

func newRoamer(now time.Time, cfg Config, sys system) (*Roamer, error) {
	r := &Roamer{
		cfg: cfg, system: sys, Set: paths.NewSet(sys.network, cfg.Start), watch: &address.Watch{},
		events: make(chan Event), clock: now,
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	if !cfg.Several {
		var err error
		r.preferred, err = r.OpenUDP(now, cfg.Server)
		cfg.Transport.SetRoute(now, r.preferred)
		return r, err
	}
	r.sources, r.refused = map[datagram.Path]netip.Addr{}, map[datagram.Path]bool{}
	r.noteSource(datagram.Path{Remote: cfg.Server})
	r.watch = sys.watch(cfg.Start)
	r.chooser = route.New(now, route.Config{Mode: cfg.Mode, Candidates: r.pathsTo(cfg.Finder.Known())})
	r.setLogin(now, cfg.Login)
	if cfg.Mode != route.SSH {
		r.find(now)
	}
	return r, nil
}

// Events returns the channel of the events, which the receiver calls.
func (r *Roamer) Events() <-chan Event { return r.events }

// Changed returns a channel that receives a value when this machine's addresses may have
// changed, which AddressesChanged handles.
func (r *Roamer) Changed() <-chan struct{} { return r.watch.Changed() }

// Preferred returns the path on which the session sends; invalid if there is none.
func (r *Roamer) Preferred() datagram.Path { return r.preferred }

// Explain returns the path in use and why. known is false if the server knows one path.
func (r *Roamer) Explain() (e route.Explanation, known bool) {
	if r.chooser == nil {
		return route.Explanation{}, false
	}
	return r.chooser.Explain(), true
}

// Result is the part of a decision that concerns the user.
type Result struct {
	Notice route.Notice
	Ask    bool // the user has requested a login: the caller prepares the terminal and calls LogIn
}

// Decide carries out the work that is due. It must be called after each event, and at
// Deadline.
func (r *Roamer) Decide(now time.Time) (got Result) {
	if r.Maintain(now, r.answered) {
		r.cfg.Transport.PortChanged(now)
		r.cfg.Transport.Rotate() // a listener cannot tell that both ports are ours
	}
	if r.chooser == nil {
		return Result{}
	}
	r.noteClock(now)
	r.compareSources(now, false)
	r.chooser.SetHeartbeat(r.heartbeat(now))
	for again := true; again; {
		d := r.chooser.Decide(now, r.cfg.Transport.PathState)
		again = r.openAndClose(now, &d) || d.Resolve
		r.apply(now, &d)
		if d.Notice != route.NoNotice {
			got.Notice = d.Notice
		}
		got.Ask = got.Ask || d.Login == route.LoginInteractive
	}
	return got
}

// openAndClose reports whether a path could not be opened, which may lead to another
// decision.
func (r *Roamer) openAndClose(now time.Time, d *route.Decision) (failed bool) {
	for _, path := range d.Open {
		if _, err := r.OpenUDP(now, path.Remote); err != nil {
			r.chooser.Unreachable(now, path)
			failed = true
		}
		r.noteSource(path)
	}
	for _, path := range d.Close {
		r.Drop(path)
		delete(r.sources, path)
		r.cfg.Transport.DropPath(now, path)
	}
	return failed
}

func (r *Roamer) apply(now time.Time, d *route.Decision) {
	if d.Rerouted {
		r.preferred, r.copying = d.Preferred, len(d.Copies) > 0
		r.cfg.Transport.SetRoute(now, d.Preferred, d.Copies...)
	}
	for _, probe := range d.Probes {
		r.reopen(now, probe.Path)
		r.cfg.Transport.Probe(probe.Path, probe.Size)
	}
	if d.CloseSSH {
		r.closeLogin(now)
	}
	if d.Login == route.LoginSilent {
		r.LogIn(now, true)
	}
	if d.Resolve {
		r.find(now)
	}
}

// reopen opens a path again whose socket could not be opened before, such as without IPv6 or
// without a free descriptor.
func (r *Roamer) reopen(now time.Time, path datagram.Path) {
	if path.IsPipe() {
		return
	}
	if _, err := r.OpenUDP(now, path.Remote); err != nil {
		r.chooser.Unreachable(now, path)
	}
}

// Deadline returns when Decide must be called if no event comes before; zero for never.
func (r *Roamer) Deadline() time.Time {
	at := r.Set.Deadline(r.answered)
	if r.chooser != nil {
		at = deadline.Earliest(at, r.chooser.Deadline())
	}
	return at
}

// answered returns the time of the newest proof that the server receives on a path: an
// answer, or an acknowledgement while nothing is sent on others. A server that has nothing
// else to send returns a timestamp too late, but it acknowledges states.
func (r *Roamer) answered(path datagram.Path) time.Time {
	answered := r.cfg.Transport.PathState(path).Answered
	if path != r.preferred || r.copying {
		return answered
	}
	_, acked := r.cfg.Transport.Acked()
	return deadline.Latest(answered, acked)
}

func (r *Roamer) heartbeat(now time.Time) time.Duration {
	return max(r.cfg.Transport.ExpectedBy(now).Sub(r.cfg.Transport.Heard()), minHeartbeat)
}

// minHeartbeat is the stock heartbeat (ACK_INTERVAL).
const minHeartbeat = 3 * time.Second

// Close closes all paths, ends the work in the background and closes the login.
func (r *Roamer) Close() {
	r.cancel()
	r.watch.Close()
	r.Set.Close()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		r.login.close()
	}()
	select {
	case <-closed:
	case <-time.After(closeTimeout):
	}
}

// closeTimeout bounds the wait for the end of a login.
const closeTimeout = time.Second
