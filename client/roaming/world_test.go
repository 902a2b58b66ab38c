package roaming

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gm/client/paths"
	"gm/client/route"
	"gm/internal/deadline"
	"gm/server/session"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

var (
	errNoRoute  = errors.New("network is unreachable")
	errQuestion = errors.New("the host asks for a password")
	errDial     = errors.New("connection refused")
)

var (
	host4, host6     = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	client4, client6 = netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("2001:db8:7::7")

	udp4 = datagram.Path{Remote: netip.AddrPortFrom(host4, serverPort)}
	udp6 = datagram.Path{Remote: netip.AddrPortFrom(host6, serverPort)}
)

const (
	serverPort = 60001
	hostCols   = 80
)

// world is a Roamer with a real transport, and a server's session, with a network between
// them in the time of package synctest. The test's goroutine is the loop of both.
type world struct {
	t         *testing.T
	roamer    *Roamer
	transport *wire.Transport[state.User, state.Screen]
	server    *session.Session
	host      fakeHost
	want      bytes.Buffer // that was typed
	seed      uint64       // of what the program prints

	roads    map[netip.Addr]*road // for UDP, by the host's address
	at4, at6 netip.Addr           // of this machine; invalid without a network of the family
	sockets  map[uint16]*socket
	port     uint16
	opened   []netip.Addr // peers of the sockets
	pipes    []*stream    // that the host has open
	streams  uint32
	piped    chan piped
	over     chan struct{}
	changed  chan struct{}
	unwatch  bool // the system reports no changes of addresses

	ssh     simnet.Config // of the connections of logins
	dialer  dialer
	finder  finder
	notices []route.Notice
	asked   int  // requests for a login with questions
	away    bool // the terminal is not available for them
	refusal error

	identifiers []uint32 // of the client's datagrams over UDP
	blocked     uint16   // ports up to it get no datagrams through
	closed      bool
	stopped     bool
}

// config is that of a world.
type config struct {
	mode   route.Mode
	noPipe bool // the login has none
	noDial bool // it cannot be repeated
	udp    simnet.Config
	ssh    simnet.Config
	// before is called before the Roamer begins.
	before func(w *world)
}

var link = simnet.Config{Delay: 20 * time.Millisecond}

// testWorld runs a test in a world, which begins with a login.
func testWorld(t *testing.T, c config, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, c)
		defer w.close()
		test(t, w)
	})
}

func newWorld(t *testing.T, c config) *world {
	t.Helper()
	if c.udp.Delay == 0 {
		c.udp = link
	}
	if c.ssh.Delay == 0 {
		c.ssh = link
	}
	w := &world{
		t: t, at4: client4, at6: client6, sockets: map[uint16]*socket{}, port: 40000, ssh: c.ssh,
		roads: map[netip.Addr]*road{host4: newRoad(c.udp, 1), host6: newRoad(c.udp, 3)},
		piped: make(chan piped, 10), over: make(chan struct{}), changed: make(chan struct{}, 1),
		finder: finder{known: []netip.Addr{host4, host6}, addrs: []netip.Addr{host4, host6}},
	}
	for addr, r := range w.roads {
		r.host = addr
	}
	w.dialer.world, w.host.world = w, w
	w.newEnds()
	if c.before != nil {
		c.before(w)
	}
	cfg := Config{
		Server: udp4.Remote, Transport: w.transport, Start: func(f func()) { go f() },
		Several: true, Mode: c.mode, Finder: &w.finder, Dial: w.dialer.dial,
		NeedsUser: func(err error) bool { return errors.Is(err, errQuestion) },
	}
	if !c.noPipe {
		cfg.Login = w.dialer.login()
	}
	if c.noDial {
		cfg.Dial = nil
	}
	var err error
	sys := system{
		network: paths.Network{Open: w.open, LocalTo: w.source},
		watch:   func(func(func())) watch { return (*fakeWatch)(w) },
	}
	if w.roamer, err = newRoamer(time.Now(), cfg, sys); err != nil {
		t.Fatal(err)
	}
	return w
}

// newEnds makes the transport and the session.
func (w *world) newEnds() {
	now := time.Now()
	key, err := datagram.NewKey()
	if err != nil {
		w.t.Fatal(err)
	}
	serverKey := key
	w.server = session.New(session.Config{}, &w.host, now)
	if _, err = w.server.Attach(session.ClientConfig{Key: &serverKey, Dialect: vt.Full(), Extensions: state.ExtPaths | state.ExtIdentifiers}, now); err != nil {
		w.t.Fatal(err)
	}
	w.transport, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)}, Paths: true, Identifiers: true,
	}, now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.transport.SetLocal(now, w.transport.Local().WithSize(hostCols, 24))
}

func (w *world) closeRoamer() {
	if !w.closed {
		w.closed = true
		w.roamer.Close()
	}
}

// stopEvents lets streams go on without the loop.
func (w *world) stopEvents() {
	if !w.stopped {
		w.stopped = true
		close(w.over)
	}
}

func (w *world) close() {
	w.closeRoamer()
	w.stopEvents()
	for _, s := range w.pipes {
		s.conn.Close()
	}
}

// fakeWatch is the watch of a world.
type fakeWatch world

func (w *fakeWatch) Changed() <-chan struct{} {
	if w.unwatch {
		return nil
	}
	return w.changed
}

func (w *fakeWatch) Close() {}

// fakeHost is the host of a session. Its program shows how many bytes were typed.
type fakeHost struct {
	world  *world
	typed  bytes.Buffer
	wrote  int
	output []byte
	floods bool // it writes without end, until Ctrl-C
}

func (h *fakeHost) Start(int, int) ([]byte, error) { return []byte("ready"), nil }

func (h *fakeHost) Write(input []byte, _ bool) {
	h.typed.Write(input)
	h.wrote = len(input)
	if bytes.Contains(input, []byte{3}) {
		h.floods, h.output = false, []byte("\r\ninterrupted\r\n")
		return
	}
	h.output = fmt.Appendf(h.output, "\x1b[H%d typed", h.typed.Len())
}

func (h *fakeHost) Send(_ *session.Attachment, data []byte, path datagram.Path) bool {
	h.world.sendToClient(data, path)
	return true
}

func (*fakeHost) EndWrite()                    {}
func (*fakeHost) FlushInput() bool             { return false }
func (*fakeHost) HangUp()                      {}
func (*fakeHost) Resize(session.Winsize)       {}
func (*fakeHost) Discipline() state.Discipline { return state.Discipline{} }
func (*fakeHost) ClientChanged(netip.Addr)     {}
func (*fakeHost) Idle() bool                   { return false }
func (*fakeHost) Log(string, ...any)           {}

// finder finds the addresses of the host.
type finder struct {
	mutex     sync.Mutex
	known     []netip.Addr
	addrs     []netip.Addr // after a lookup
	delay     time.Duration
	finds     int
	announced []netip.Addr
	observed  netip.Addr
}

func (f *finder) Known() []netip.Addr { return f.known }

func (f *finder) count() int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.finds
}

func (f *finder) set(addrs ...netip.Addr) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.known, f.addrs = addrs, addrs
}

func (f *finder) Find(ctx context.Context) []netip.Addr {
	select {
	case <-time.After(f.delay):
	case <-ctx.Done():
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.finds++
	return slices.Clone(f.addrs)
}

func (f *finder) Learn(announced []netip.Addr, observed netip.Addr) {
	f.announced, f.observed = announced, observed
}

// dialer logs in again.
type dialer struct {
	world *world
	takes time.Duration // 1 s if 0

	mutex   sync.Mutex
	err     error
	silent  error // of logins in batch alone
	dials   []dial
	closed  int  // connections
	deaf    bool // logins cannot be given up
	givenUp int
}

// dial is a login: when it began, and whether it was in batch.
type dial struct {
	at    time.Time
	batch bool
}

func (d *dialer) login() Login {
	stream := d.world.newStream(d.world.ssh)
	return Login{Pipe: stream, Announced: []netip.Addr{host4, host6}, Close: func() error {
		d.close()
		return stream.Close()
	}}
}

func (d *dialer) close() error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.closed++
	return nil
}

func (d *dialer) dial(ctx context.Context, batch bool) (Login, error) {
	d.mutex.Lock()
	d.dials = append(d.dials, dial{time.Now(), batch})
	err := d.err
	if batch && d.silent != nil {
		err = d.silent
	}
	takes := cmp.Or(d.takes, time.Second)
	if d.deaf {
		ctx = context.Background()
	}
	d.mutex.Unlock()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		d.mutex.Lock()
		defer d.mutex.Unlock()
		d.givenUp++
		return Login{}, ctx.Err()
	}
	if err != nil {
		return Login{}, err
	}
	return d.login(), nil
}

// set changes how logins end: err is that of all, silent that of those in batch.
func (d *dialer) set(err, silent error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.err, d.silent = err, silent
}

// setTime changes how long logins take.
func (d *dialer) setTime(takes time.Duration) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.takes = takes
}

// counts returns the numbers of connections that were closed, and of logins given up.
func (d *dialer) counts() (closed, givenUp int) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.closed, d.givenUp
}

// list returns the logins so far.
func (d *dialer) list() []dial {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return slices.Clone(d.dials)
}

// deadline returns when either end or the network has work to do.
func (w *world) deadline(now time.Time) time.Time {
	at := deadline.Earliest(w.roamer.Deadline(), w.transport.Deadline(now), w.server.Deadline(now))
	for _, r := range w.allRoads() {
		at = deadline.Earliest(at, r.deadline())
	}
	return at
}

func (w *world) allRoads() (all []*road) {
	all = []*road{w.roads[host4], w.roads[host6]}
	for _, s := range w.pipes {
		all = append(all, s.road)
	}
	return all
}
