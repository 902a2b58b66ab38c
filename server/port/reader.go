//go:build unix

package port

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"gm/internal/alarm"
	"gm/server/registry"
	"gm/wire/control"
	"gm/wire/state"
	"gm/wire/udp"
)

const (
	// maxMembers is the number of sessions of a port, and of connections to its reader.
	maxMembers = 1024
	// requestTimeout bounds the wait for a request.
	requestTimeout = 5 * time.Second
	// refreshInterval is the time between two checks that the socket's file exists.
	refreshInterval = time.Minute
	// acceptPause is the time before the next attempt to accept after an error, such as
	// EMFILE.
	acceptPause = 100 * time.Millisecond
	// readRetries is the number of reads that may fail in a row, readPause apart.
	readRetries = 100
	readPause   = 50 * time.Millisecond
)

// reader reads the socket of a port until its Conn is closed. run owns the table; the other
// goroutines send it events.
type reader struct {
	conn   *Conn
	table  *table[*member]
	own    *member // the session of this process
	parked parking

	arrivals chan *arrival
	buffers  chan *arrival
	events   chan event
	slots    chan struct{} // one for each connection
	open     atomic.Int32  // sessions with clients without identifiers
	feeders  sync.WaitGroup
	ended    context.Context
	end      context.CancelFunc

	targets []*member
	frame   []byte // of the datagram being sent; empty until a member needs it
}

// arrival is a datagram that was read from the socket, or an error.
type arrival struct {
	packet udp.Packet
	err    error
	buffer [udp.ReadSize]byte
}

// event is a change of the routes of a session, or its end.
type event struct {
	member *member
	routes control.Routes
	gone   bool
}

func newReader(c *Conn) *reader {
	r := &reader{
		conn: c, table: newTable[*member](), own: &member{},
		arrivals: make(chan *arrival), buffers: make(chan *arrival, 2),
		events: make(chan event), slots: make(chan struct{}, maxMembers),
	}
	r.ended, r.end = context.WithCancel(context.Background())
	for range cap(r.buffers) {
		r.buffers <- new(arrival)
	}
	return r
}

func (r *reader) run() {
	c := r.conn
	socket, err := registry.ListenAt(c.path)
	if err != nil {
		c.log("listen for the sessions of the port: %v", err)
	} else {
		r.feeders.Go(func() { r.accept(socket) })
	}
	r.feeders.Go(r.readSocket)
	r.set(time.Now(), r.own, c.current)
	refresh := alarm.New()
	defer refresh.Close()
	refresh.Set(time.Now().Add(refreshInterval))
	for {
		select {
		case a := <-r.arrivals:
			r.route(time.Now(), a)
			r.buffers <- a
		case e := <-r.events:
			r.apply(time.Now(), e)
		case c.current = <-c.routes:
			r.set(time.Now(), r.own, c.current)
		case <-refresh.C():
			refresh.Set(time.Now().Add(refreshInterval))
			socket = r.refresh(socket)
		case <-c.quit:
			r.stop(socket)
			return
		}
	}
}

// stop ends the feeders and the connections of the other sessions.
func (r *reader) stop(socket *registry.Socket) {
	r.end()
	if socket != nil {
		socket.Close()
	}
	r.feeders.Wait()
}

func (r *reader) refresh(socket *registry.Socket) *registry.Socket {
	if socket != nil {
		if socket.Refresh() {
			return socket
		}
		socket.Close()
	}
	socket, err := registry.ListenAt(r.conn.path)
	if err != nil {
		r.conn.log("listen for the sessions of the port: %v", err)
		return nil
	}
	r.feeders.Go(func() { r.accept(socket) })
	return socket
}

func (r *reader) apply(now time.Time, e event) {
	if e.gone {
		r.table.remove(e.member)
		r.open.Store(int32(len(r.table.open)))
		return
	}
	r.set(now, e.member, e.routes)
}

func (r *reader) set(now time.Time, m *member, routes control.Routes) {
	before := r.table.routes[m]
	r.table.set(m, routes)
	r.open.Store(int32(len(r.table.open)))
	r.parked.claim(now, before, routes, func(d *control.Datagram) {
		r.frame = r.frame[:0]
		r.send(m, d)
	})
}

func (r *reader) route(now time.Time, a *arrival) {
	p := a.packet
	d := control.Datagram{Data: p.Data, Remote: p.Path.Remote, Local: p.Path.Local, Congested: p.Congested}
	if a.err != nil {
		r.conn.offer(&d, a.err)
		return
	}
	var sure bool
	r.targets, sure = r.table.find(now, d.Data, d.Remote, r.targets[:0])
	r.frame = r.frame[:0]
	for _, m := range r.targets {
		r.send(m, &d)
	}
	if !sure {
		r.parked.put(now, &d)
	}
}

// send sends a datagram to a session. r.frame is the frame of the datagram, or empty.
func (r *reader) send(m *member, d *control.Datagram) {
	if m == r.own {
		r.conn.offer(d, nil)
		return
	}
	if len(r.frame) == 0 {
		r.frame = d.AppendFrame(r.frame[:0])
	}
	m.send(r.frame)
}

func (r *reader) readSocket() {
	for failed := 0; ; {
		var a *arrival
		select {
		case a = <-r.buffers:
		case <-r.ended.Done():
			return
		}
		a.packet, a.err = r.conn.socket.Read(a.buffer[:])
		if errors.Is(a.err, net.ErrClosed) {
			return
		}
		if a.err == nil {
			failed = 0
		} else if failed++; failed < readRetries {
			r.buffers <- a
			r.pause(readPause)
			continue
		}
		select {
		case r.arrivals <- a:
		case <-r.ended.Done():
			return
		}
	}
}

func (r *reader) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.ended.Done():
	}
}

func (r *reader) accept(socket *registry.Socket) {
	for {
		select {
		case r.slots <- struct{}{}:
		case <-r.ended.Done():
			return
		}
		conn, err := socket.AcceptUnix()
		if err == nil {
			r.feeders.Go(func() {
				r.serve(conn)
				<-r.slots
			})
			continue
		}
		<-r.slots
		if errors.Is(err, net.ErrClosed) {
			return
		}
		r.pause(acceptPause)
	}
}

func (r *reader) serve(conn *net.UnixConn) {
	defer conn.Close()
	stop := context.AfterFunc(r.ended, func() { conn.Close() })
	defer stop()
	if registry.CheckPeer(conn) != nil {
		return
	}
	conn.SetDeadline(time.Now().Add(requestTimeout))
	message, err := control.ReadFrame(conn)
	if err != nil {
		return
	}
	request, err := control.ParseRequest(message)
	switch {
	case err != nil:
		conn.Write(control.Response{Error: "bad request"}.AppendFrame(nil))
	case request.Verb == control.VerbSocket:
		r.lend(conn, request)
	case request.Verb == control.VerbJoin:
		r.admit(conn)
	default:
		conn.Write(control.UnknownVerb(request.Verb).AppendFrame(nil))
	}
}

// lend sends the socket, unless the session would be one too many of those that are not
// distinguished by identifiers.
func (r *reader) lend(conn *net.UnixConn, request control.Request) {
	var extensions state.Extension
	if request.Attach != nil {
		extensions = state.ParseExtensions(request.Attach.Extensions)
	}
	if !extensions.Has(state.ExtIdentifiers) && r.open.Load() >= maxOpen {
		conn.Write(control.Response{Error: errCrowded.Error(), Hint: "use another port for this client, or gm on both sides"}.AppendFrame(nil))
		return
	}
	r.conn.socket.SendTo(conn, control.Response{}.AppendFrame(nil))
}

var errCrowded = errors.New("64 sessions on the port have clients of mosh or of an older gm, and it has room for no more of them")

func (r *reader) admit(conn *net.UnixConn) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	if _, err := conn.Write(control.Response{}.AppendFrame(nil)); err != nil {
		return
	}
	conn.SetDeadline(time.Time{})
	m := newMember(raw)
	defer r.post(event{member: m, gone: true})
	frames := control.NewFrameReader(conn)
	for {
		message, err := frames.Next()
		if err != nil {
			return
		}
		routes, err := control.ParseRoutes(message)
		if err != nil || !r.post(event{member: m, routes: routes}) {
			return
		}
	}
}

// post sends an event to run. It reports whether the reader continues.
func (r *reader) post(e event) bool {
	select {
	case r.events <- e:
		return true
	case <-r.ended.Done():
		return false
	}
}
