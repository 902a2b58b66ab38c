package forwarding

import (
	"errors"

	"gm/client/controlsocket"
	"gm/internal/forward"
)

// ErrExit is the end of a session that was asked for through its control socket.
var ErrExit = errors.New("exit requested through the control socket")

// outcome is the answer to a request of the control socket.
type outcome struct {
	port int
	err  error
}

// serveControl listens at ControlPath. A failure is logged.
func (f *Forwarding) serveControl() {
	if f.cfg.ControlPath == "" {
		return
	}
	l, err := controlsocket.Listen(f.cfg.ControlPath)
	if err != nil {
		f.log(err.Error() + ", disabling multiplexing")
		return
	}
	f.control = l
	go controlsocket.Serve(l, f.master())
}

// Close ends the forwardings and the control socket.
func (f *Forwarding) Close() {
	close(f.ended)
	if f.control != nil {
		f.control.Close()
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

func (m *master) Exit() {
	m.Mux.Post(func() {
		if m.failed == nil {
			m.failed = ErrExit
		}
	})
}

func (m *master) StopListening() { m.control.Close() }
