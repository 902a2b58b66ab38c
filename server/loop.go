//go:build unix

package server

import (
	"cmp"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"gm/internal/alarm"
	"gm/internal/deadline"
	"gm/internal/forward"
	"gm/server/pty"
	"gm/server/session"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

// eventBurst is how many events are handled in a row before output is parsed.
const eventBurst = 64

// Between two polls for events, output is parsed in steps of session.OutputStep
// bytes, until they are outputSlice or outputTime has passed. A step takes less
// than that (vt, TestCost).
const (
	outputSlice = 16 << 10
	outputTime  = 5 * time.Millisecond
)

// program is a program on a terminal. Close hangs it up and unblocks Read and Write.
type program interface {
	io.ReadWriteCloser
	Resize(size pty.Winsize) error
	// SetWriteDeadline is that of os.File.
	SetWriteDeadline(time.Time) error
	// Discipline returns the line discipline; the zero Discipline if it is unknown.
	Discipline() state.Discipline
	// FlushStalledInput discards unread input if the line discipline may be too full to
	// see an interrupt. It reports whether it did.
	FlushStalledInput() bool
	// Idle reports whether the program is a login shell that waits for a command, and
	// nothing else runs on its terminal.
	Idle() bool
	// ForegroundName returns the name of the program in the foreground; empty if it is
	// unknown. It may be slow, and may be called in any goroutine.
	ForegroundName() string
	// Wait waits for the exit status: 128 and the signal's number if it was killed.
	Wait() int
}

// launchFunc starts the program on a terminal of that size.
type launchFunc func(cols, rows int) (p program, greeting []byte, err error)

// execFunc starts a program beside the session's.
type execFunc func(command string, subsystem bool) (forward.ExecProgram, error)

// clientFunc is called when the client's address changes; an invalid Addr means that
// the client is silent.
type clientFunc func(client netip.Addr)

// loopConfig configures a loop. Signals and control may be nil.
type loopConfig struct {
	socket   socket
	bind     netip.Addr                                                 // that the socket was opened for; zero for all addresses
	open     func(bind netip.Addr, ports udp.PortRange) (socket, error) // opens further ones
	pipe     pipeConn                                                   // to the relay of the first client; nil without one
	from     netip.Addr                                                 // of the SSH client at the other end of the pipe
	identity identity
	control  controlSocket
	// listenAgent and listenX11 listen on the session's socket for agents and on its display
	// (forward.Config); nil without one.
	listenAgent func() (net.Listener, error)
	listenX11   func(fields []string) (listeners []net.Listener, answer string, err error)
	timer       *alarm.Alarm
	size        session.SizePolicy
	launch      launchFunc
	exec        execFunc // nil refuses
	changed     clientFunc
	signals     <-chan os.Signal
	logger      func(format string, a ...any)
}

// loop is the goroutine that owns the session, and the session's host. The goroutines
// that feed it are in feeders.go.
type loop struct {
	loopConfig
	session *session.Session
	sockets sockets
	pipes   pipes
	streams []*clientStreams

	events  chan any            // from the feeders
	arrived chan *inboundPacket // from the sockets and pipes
	buffers packetBuffers
	output  *outputQueue
	input   chan chunk    // to the pty writer; at most one
	quit    chan struct{} // closed when the loop has ended
	restore chan struct{} // to keepControl; at most one
	feeders sync.WaitGroup

	program program // nil before the first client
	hungUp  bool    // program was closed
	taken   output  // the output being parsed
	unread  []byte  // the rest of it

	restoreAt  time.Time     // when keepControl is due
	interrupts atomic.Uint64 // interrupts that writeInput has begun to write
	interrupt  uint64        // the last one that is written
	overtaken  time.Time     // when output from before it is dropped; zero if none waits
}

func newLoop(cfg loopConfig) *loop {
	return &loop{
		loopConfig: cfg, sockets: newSockets(cfg.socket, cfg.bind, cfg.open),
		events:  make(chan any),
		arrived: make(chan *inboundPacket, datagramBuffers),
		buffers: newPacketBuffers(),
		output:  newOutputQueue(),
		input:   make(chan chunk, 1),
		quit:    make(chan struct{}),
		restore: make(chan struct{}, 1),
	}
}

// run serves a session with one client to its end. It calls started when the first
// datagram can be answered.
func (l *loop) run(cfg session.Config, client session.ClientConfig, started func() error) (err error) {
	defer l.stop()
	now := time.Now()
	l.session = session.New(cfg, l, now)
	l.session.SetSizePolicy(now, l.size)
	first, err := l.session.Attach(client, now)
	if err != nil {
		return err
	}
	l.openStreams(first)
	for _, s := range l.sockets.open {
		l.serveSocket(s)
	}
	l.publishRoutes()
	if l.pipe != nil {
		l.openPipe(now, l.pipe, l.from)
	}
	l.feeders.Go(l.passSignals)
	if l.control != nil {
		l.restoreAt = now.Add(restoreInterval)
		l.feeders.Go(l.keepControl)
	}
	if err := started(); err != nil {
		return err
	}
	timer := cmp.Or(l.timer, &alarm.Alarm{})
	defer timer.Close()
	timer.Set(now)
	for !l.session.Finished() {
		event := l.wait(timer)
		now := time.Now()
		for n := 0; event != nil; event = l.poll() {
			l.handle(now, event)
			if n++; n == eventBurst {
				break
			}
		}
		l.parse(now)
		l.serveStreams(now)
		l.session.Tick(now)
		l.flush()
		l.publishRoutes()
		l.session.TurnTook(now, time.Since(now))
		l.restoreControl(now)
		l.arm(timer, now)
	}
	return nil
}

func (l *loop) arm(timer *alarm.Alarm, now time.Time) {
	timer.Set(deadline.Earliest(l.session.Deadline(now), l.restoreAt))
}

// wait returns the next event, or nil when there is output to parse or the timer has
// expired. It does not block while there is output that can be parsed.
func (l *loop) wait(timer *alarm.Alarm) any {
	full := l.output.full
	if len(l.unread) > 0 {
		if !l.session.Blocked() {
			return l.poll()
		}
		full = nil
	}
	select {
	case event := <-l.events:
		return event
	case packet := <-l.arrived:
		return packet
	case b, more := <-full:
		l.take(b, more)
	case <-timer.C():
	}
	return nil
}

func (l *loop) poll() any {
	select {
	case event := <-l.events:
		return event
	case packet := <-l.arrived:
		return packet
	default:
		return nil
	}
}

func (l *loop) handle(now time.Time, event any) {
	switch e := event.(type) {
	case *inboundPacket:
		l.noteHeard(now, e.packet.Path)
		l.session.Receive(now, e.packet.Data, e.packet.Path, e.packet.Congested)
		l.buffers.put(e)
	case inputWritten:
		if e.interrupt > 0 {
			l.interrupted(now, e.interrupt)
		}
		l.session.Wrote(now, e.n, e.began)
	case programExited:
		l.session.Exited(now, int(e))
	case socketFailed:
		l.socketFailed(e)
	case pipeOpened:
		l.openPipe(now, e.conn, e.from)
	case pipeClosed:
		l.closePipe(now, e.end)
	case pipeWritten:
		l.pipeWritten(e)
	case controlCall:
		e.answer <- controlAnswer{l.respond(now, e.request), l.program}
	case os.Signal:
		l.signal(now, e)
	}
}

// take makes b the output to parse. more is false at the end of the output.
func (l *loop) take(b output, more bool) {
	if !more {
		l.output.full = nil
		l.session.OutputEnded(time.Now())
		return
	}
	l.taken, l.unread = b, b.data
}

// parse passes output to the session for at most outputTime. Some bytes cost much more
// than others, so their number alone is no bound.
func (l *loop) parse(now time.Time) {
	l.dropOvertaken(now)
	began := time.Now()
	for n := 0; len(l.unread) > 0 && n < outputSlice && !l.session.Blocked(); n += session.OutputStep {
		step := l.unread[:min(len(l.unread), session.OutputStep)]
		l.session.Output(now, step)
		if l.unread = l.unread[len(step):]; len(l.unread) == 0 {
			l.output.release(l.taken)
		}
		if time.Since(began) >= outputTime {
			break
		}
	}
}

// stop closes every source and waits for the feeders. It does not wait for the program,
// which may survive the hang-up.
func (l *loop) stop() {
	close(l.quit)
	for _, c := range l.streams {
		c.close()
	}
	l.sockets.close()
	l.pipes.close()
	l.HangUp()
	l.feeders.Wait()
	if l.control != nil {
		l.control.Close()
	}
}

func (l *loop) serveSocket(s *boundSocket) {
	s.setRoutes(l.session)
	l.feeders.Go(func() { l.readSocket(s) })
}

// socketFailed drops a socket. The session goes on as long as another one is left.
func (l *loop) socketFailed(e socketFailed) {
	l.Log("receive on %v: %v", e.socket.Local(), e.error)
	if !l.sockets.remove(e.socket) {
		l.session.Fail(e.error)
	}
}

func (l *loop) Start(cols, rows int) (greeting []byte, err error) {
	p, greeting, err := l.launch(cols, rows)
	if err != nil {
		return greeting, err
	}
	l.program = p
	l.feeders.Go(l.readOutput)
	l.feeders.Go(l.writeInput)
	go l.awaitExit()
	return greeting, nil
}

func (l *loop) Write(input []byte, flushes bool) {
	l.program.SetWriteDeadline(time.Time{})
	l.input <- chunk{input, flushes}
}

func (l *loop) EndWrite() { l.program.SetWriteDeadline(time.Unix(1, 0)) }

func (l *loop) HangUp() {
	if l.program != nil && !l.hungUp {
		l.hungUp = true
		l.program.Close()
	}
}

func (l *loop) FlushInput() bool { return l.program.FlushStalledInput() }

func (l *loop) Resize(size session.Winsize) {
	if err := l.program.Resize(pty.Winsize(size)); err != nil {
		l.Log("resize: %v", err)
	}
}

func (l *loop) Discipline() state.Discipline {
	if l.program == nil {
		return state.Discipline{}
	}
	return l.program.Discipline()
}

func (l *loop) Send(_ *session.Attachment, data []byte, path datagram.Path) (fits bool) {
	if path.IsPipe() {
		l.sendOnPipe(data, path)
		return true
	}
	err := l.sockets.write(data, path)
	if err != nil {
		l.Log("send to %v: %v", path, err)
	}
	return !errors.Is(err, udp.ErrTooLong)
}

func (l *loop) flush() {
	if err := l.sockets.flush(); err != nil {
		l.Log("send: %v", err)
	}
}

func (l *loop) ClientChanged(client netip.Addr) { l.changed(client) }

func (l *loop) Idle() bool { return l.program != nil && l.program.Idle() }

func (l *loop) Log(format string, a ...any) { l.logger(format, a...) }
