//go:build unix

package server

import (
	"io"
	"time"

	"gm/internal/forward"
	"gm/server/pty"
	"gm/wire/state"
	"gm/wire/stream"
)

// pipedProgram is the program of a session without a terminal (protocol, section 11.14). Its
// standard streams are pipes, which streams of the client carry; the screen stays blank.
type pipedProgram struct {
	*pty.Piped
	output, errors *stream.Stream // nil until the client has begun them
	done           chan struct{}  // closed when the client has all of the output
	delivered      bool           // done is closed
}

func newPipedProgram(p *pty.Piped) *pipedProgram {
	return &pipedProgram{Piped: p, done: make(chan struct{})}
}

// Read waits for the end of the output, which the screen does not show.
func (p *pipedProgram) Read([]byte) (int, error) {
	<-p.done
	return 0, io.EOF
}

func (p *pipedProgram) Write(b []byte) (int, error)      { return len(b), nil }
func (p *pipedProgram) SetWriteDeadline(time.Time) error { return nil }
func (p *pipedProgram) Resize(pty.Winsize) error         { return nil }
func (p *pipedProgram) Discipline() state.Discipline     { return state.Discipline{} }
func (p *pipedProgram) FlushStalledInput() bool          { return false }
func (p *pipedProgram) Idle() bool                       { return false }
func (p *pipedProgram) ForegroundName() string           { return p.Name() }

func (p *pipedProgram) Close() error {
	p.finish()
	return p.HangUp()
}

func (p *pipedProgram) finish() {
	if !p.delivered {
		p.delivered = true
		close(p.done)
	}
}

// noProgram stands for the program of a session that forwards alone (ssh -N). It runs until it
// is hung up.
type noProgram struct {
	*pipedProgram
	hungUp chan struct{}
}

func newNoProgram() noProgram { return noProgram{newPipedProgram(nil), make(chan struct{})} }

func (p noProgram) ForegroundName() string { return "" }

func (p noProgram) Wait() int {
	<-p.hungUp
	return 0
}

func (p noProgram) Close() error {
	p.finish()
	close(p.hungUp)
	return nil
}

// accept joins a stream that the client has begun to the program. It reports whether the
// program has that stream.
func (p *pipedProgram) accept(mux *forward.Mux, s *stream.Stream) bool {
	switch {
	case s.Kind == forward.KindProgram && p.output == nil:
		p.output = s
		mux.Join(s, &forward.Pipes{In: p.Stdout, Out: p.Stdin, KeepReading: true}, nil)
	case s.Kind == forward.KindErrors && p.errors == nil:
		p.errors = s
		mux.Join(s, &forward.Pipes{In: p.Stderr}, nil)
	default:
		return false
	}
	return true
}

// noteDelivered ends Read once the client has all of the output.
func (p *pipedProgram) noteDelivered() {
	if p.output != nil && p.errors != nil && p.output.Finished() && p.errors.Finished() {
		p.finish()
	}
}
