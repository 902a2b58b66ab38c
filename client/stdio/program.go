package stdio

import (
	"errors"
	"fmt"
	"io"

	"gm/client/sshexec"
	"gm/internal/forward"
	"gm/internal/sanitize"
	"gm/wire/state"
	"gm/wire/stream"
)

// program is the streams of the program on the host. The zero program is none.
type program struct{ output, errors *forward.Relay }

func startProgram(streams *stream.Conn, mux *forward.Mux, cfg *Config) program {
	main := streams.Open(forward.KindProgram, nil)
	errors := streams.Open(forward.KindErrors, nil)
	return program{
		output: mux.Join(main, &forward.Pipes{In: input(cfg.In), Out: output{cfg.Out}}, nil),
		errors: mux.Join(errors, &forward.Pipes{Out: staysOpen{cfg.Err}}, nil),
	}
}

// runLater runs the program that has waited for the forwardings.
func (s *session) runLater() {
	std := &forward.Pipes{In: input(s.cfg.In), Out: output{s.cfg.Out}}
	s.mux.Exec(s.cfg.Later.Command, false, std, staysOpen{s.cfg.Err}, func(err error) {
		if err != nil {
			s.leave(fmt.Errorf("start the program on the host: %w", err))
		}
	}, func(status int) {
		s.later = state.ExitStatus{Known: true, Status: uint8(status)}
		s.leave(nil)
	})
}

// connection is that of ssh -W, which the host makes. The zero connection is none.
type connection struct {
	relay *forward.Relay
	err   error // why the host has not connected
}

// connect joins standard input and output to an address that the host connects to.
func connect(mux *forward.Mux, to forward.Address, cfg *Config) *connection {
	c := &connection{}
	c.relay = mux.Connect(to, &forward.Pipes{In: input(cfg.In), Out: output{cfg.Out}}, func(err error) {
		// A reset of a connection that was there is an end like any other.
		if reset, ok := errors.AsType[*stream.ResetError](err); ok && reset.ByPeer && reset.Code < forward.CodeReset {
			c.err = sshexec.ConnectError(sshexec.OpenFailed + sanitize.Line(reset.Text))
		}
	})
	return c
}

// input returns standard input; nil if there is none.
func input(r io.Reader) io.ReadCloser {
	if r == nil {
		return nil
	}
	return io.NopCloser(r) // a read of a terminal cannot be ended in any case
}

// output is standard output, whose reader learns of the end.
type output struct{ io.Writer }

func (o output) Close() error {
	if c, ok := o.Writer.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// staysOpen is standard error, which messages of this program may follow on.
type staysOpen struct{ io.Writer }

func (staysOpen) Close() error { return nil }

// delivered reports whether all that the program has written has been passed on, or could
// not be.
func (p *program) delivered() bool {
	return p.output == nil || (p.output.Written() || p.output.Ended()) && (p.errors.Written() || p.errors.Ended())
}
