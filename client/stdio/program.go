package stdio

import (
	"io"

	"gm/internal/forward"
	"gm/wire/stream"
)

// program is the streams of the program on the host.
type program struct{ output, errors *forward.Relay }

func startProgram(streams *stream.Conn, mux *forward.Mux, cfg *Config) program {
	output := streams.Open(forward.KindProgram, nil)
	errors := streams.Open(forward.KindErrors, nil)
	return program{
		output: mux.Join(output, &forward.Pipes{In: cfg.Stdin, Out: cfg.Stdout}, nil),
		errors: mux.Join(errors, &forward.Pipes{Out: staysOpen{cfg.Stderr}}, nil),
	}
}

// staysOpen is standard error, which messages of this program may follow on.
type staysOpen struct{ io.Writer }

func (staysOpen) Close() error { return nil }

// delivered reports whether all that the program has written has been passed on, or could
// not be.
func (p *program) delivered() bool {
	return (p.output.Written() || p.output.Ended()) && (p.errors.Written() || p.errors.Ended())
}
