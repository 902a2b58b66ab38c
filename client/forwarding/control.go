package forwarding

import (
	"context"
	"errors"
	"sync"
	"time"

	"gm/client/controlsocket"
	"gm/internal/forward"
)

// ErrExit is the end of a session that was asked for through its control socket.
var ErrExit = errors.New("exit requested through the control socket")

// Control is the socket by which other processes ask for forwardings, programs and the end of a
// session (ssh -O, ControlPath). The zero Control is none.
type Control struct {
	Path string
	// Confirm asks the user whether to permit each request, in any goroutine; nil permits all.
	Confirm func() bool
	// Only makes a session one for its socket alone: it ends if there is none, and after Idle
	// without a program; 0 is never.
	Only bool
	Idle time.Duration
}

// idle ends a session that was without a program for some time.
type idle struct {
	mutex   sync.Mutex
	running int // programs
	after   time.Duration
	timer   *time.Timer
}

func newIdle(after time.Duration, end func()) *idle {
	return &idle{after: after, timer: time.AfterFunc(after, end)}
}

// change notes that programs have begun or ended.
func (i *idle) change(by int) {
	if i == nil {
		return
	}
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if i.running += by; i.running > 0 {
		i.timer.Stop()
	} else {
		i.timer.Reset(i.after)
	}
}

// outcome is the answer to a request of the control socket.
type outcome struct {
	port int
	err  error
}

// serveControl listens at ControlPath. A failure is logged.
func (f *Forwarding) serveControl() {
	if f.cfg.Control.Path == "" {
		return
	}
	l, err := controlsocket.Listen(f.cfg.Control.Path)
	if err != nil {
		if f.cfg.Control.Only {
			f.failed = err
			return
		}
		f.log(err.Error() + ", disabling multiplexing")
		return
	}
	m := f.master()
	if f.control = l; f.cfg.Control.Idle > 0 {
		f.idle = newIdle(f.cfg.Control.Idle, m.Exit)
	}
	go controlsocket.Serve(l, m)
}

// Close ends the forwardings and the control socket.
func (f *Forwarding) Close() {
	close(f.ended)
	if f.control != nil {
		f.control.Close()
	}
	if f.idle != nil {
		f.idle.timer.Stop()
	}
	f.Mux.Close()
	if f.ssh != nil {
		f.ssh.mux.Close()
	}
}

func (f *Forwarding) master() controlsocket.Master { return (*master)(f) }

// master is the Forwarding as processes at the control socket reach it.
type master Forwarding

var errEnded = errors.New("the session has ended")

// do runs begin in the session's loop, and returns the outcome that it sends.
func (m *master) do(begin func(answer chan<- outcome)) (int, error) {
	answer := make(chan outcome, 1)
	if !m.Mux.Post(func() { begin(answer) }) {
		return 0, errEnded
	}
	select {
	case got := <-answer:
		return got.port, got.err
	case <-m.ended:
		return 0, errEnded
	}
}

func (m *master) Open(spec forward.Spec) (port int, err error) {
	f := (*Forwarding)(m)
	return m.do(func(answer chan<- outcome) {
		refused := f.cfg.permit(spec)
		switch {
		case refused != nil:
			answer <- outcome{err: refused}
		case spec.Kind == forward.Remote:
			request, err := f.Mux.RequestRemote(spec)
			if err != nil {
				answer <- outcome{err: err}
				return
			}
			f.waiting[request] = answer
		default:
			_, err := f.Mux.ListenLocal(spec)
			answer <- outcome{err: err}
		}
	})
}

// answerControl answers a request of the control socket that the server has answered. It reports
// whether request is one.
func (f *Forwarding) answerControl(request *forward.Forward) bool {
	answer, waits := f.waiting[request]
	if !waits || request.State == forward.Pending {
		return waits
	}
	delete(f.waiting, request)
	if request.State == forward.Listening {
		answer <- outcome{port: request.Port}
	} else {
		answer <- outcome{err: errors.New(request.Text)}
	}
	return true
}

func (m *master) Cancel(spec forward.Spec) error {
	_, err := m.do(func(answer chan<- outcome) {
		if !(*Forwarding)(m).Mux.Cancel(spec.Kind, spec) {
			answer <- outcome{err: errors.New("port not found")}
			return
		}
		answer <- outcome{}
	})
	return err
}

func (m *master) Run(ctx context.Context, p controlsocket.Program, started func()) (status int, err error) {
	r := &running{opened: make(chan error, 1), ended: make(chan int, 1)}
	if !m.Mux.Post(func() { (*Forwarding)(m).begin(p, r) }) {
		return 0, errEnded
	}
	select {
	case err = <-r.opened:
	case <-m.ended:
		err = errEnded
	}
	if err != nil {
		return 0, err
	}
	started()
	m.idle.change(1)
	defer m.idle.change(-1)
	select {
	case status := <-r.ended:
		return status, nil
	case <-ctx.Done():
		m.Mux.Post(func() { r.cancel() })
		return 0, ctx.Err()
	case <-m.ended:
		return 0, errEnded
	}
}

// running is a program that a process at the control socket has asked for. cancel is for the
// session's loop.
type running struct {
	opened chan error // has one element, before ended
	ended  chan int   // has the exit status
	cancel func()
}

// begin begins a program, or a connection in its place.
func (f *Forwarding) begin(p controlsocket.Program, r *running) {
	std := &forward.Pipes{In: p.In, Out: p.Out}
	if p.Connect == (forward.Address{}) {
		r.cancel = f.Mux.Exec(p.Command, p.Subsystem, std, p.Err, func(err error) { r.opened <- err }, func(status int) { r.ended <- status }).Cancel
		return
	}
	if err := f.cfg.permit(forward.Spec{Kind: forward.Local, Connect: p.Connect}); err != nil {
		r.opened <- err
		return
	}
	opened := false
	relay := f.Mux.Connect(p.Connect, std, func(error) {
		if opened {
			r.ended <- 0
		}
	})
	relay.OnConnect(func(err error) {
		opened = err == nil
		r.opened <- err
	})
	r.cancel = func() { relay.Reset(forward.CodeCancelled, "") }
}

func (m *master) Permit() bool { return m.cfg.Control.Confirm == nil || m.cfg.Control.Confirm() }

func (m *master) Exit() {
	m.Mux.Post(func() {
		if m.failed == nil {
			m.failed = ErrExit
		}
	})
}

func (m *master) StopListening() { m.control.Close() }
