package forward

import (
	"io"
	"strconv"

	"gm/wire/stream"
)

// ExecProgram is a program that runs on pipes.
type ExecProgram struct {
	Stdin          io.WriteCloser
	Stdout, Stderr io.ReadCloser
	Wait           func() (status int)
	HangUp         func() error // ends it, and may be called again
}

// maxExecs bounds the programs of a client.
const maxExecs = 64

// execServed is a program at the server, and its streams: nil before they have arrived.
type execServed struct {
	ExecProgram
	main, errors, status *stream.Stream
	subsystem            bool
	command              []byte // until it is started
	started, exited      bool
	answer               []byte // to be written to status
}

// serveExec handles a stream of KindExec. Those of a program arrive in any order.
func (m *Mux) serveExec(s *stream.Stream) {
	f, id := fields(s), s.ID()
	if len(f) == 2 {
		id, _ = strconv.ParseUint(f[1], 10, 64)
	}
	p := m.programs[id]
	if p == nil {
		if len(m.programs) >= maxExecs || m.full() {
			s.Reset(CodeShortage, textShortage)
			return
		}
		p = &execServed{}
		m.programs[id] = p
	}
	switch {
	case len(f) == 1 && (f[0] == execProgram || f[0] == execSubsystem):
		p.main, p.subsystem = s, f[0] == execSubsystem
	case len(f) == 2 && f[0] == execErrors && p.errors == nil:
		p.errors = s
	case len(f) == 2 && f[0] == execStatus && p.status == nil:
		p.status = s
	default:
		s.Reset(CodeFailed, textBadTarget)
	}
}

// servicePrograms starts programs, and reports their starts and exits.
func (m *Mux) servicePrograms() {
	for id, p := range m.programs {
		switch {
		case isReset(p.status), !p.started && (isReset(p.main) || isReset(p.errors)):
			p.end()
			delete(m.programs, id)
		case p.started:
			n, _ := p.status.Write(p.answer)
			if p.answer = p.answer[n:]; p.exited && len(p.answer) == 0 {
				p.status.CloseWrite()
				delete(m.programs, id)
			}
		case p.main != nil && p.errors != nil && p.status != nil:
			m.receiveCommand(p)
		}
	}
}

// receiveCommand starts a program once its command has arrived.
func (m *Mux) receiveCommand(p *execServed) {
	data, ended, _ := p.status.Next()
	p.command = append(p.command, data...)
	p.status.Consume(m.now, len(data))
	switch {
	case len(p.command) > maxCommand:
		p.refuse(CodeShortage, textShortage)
	case ended:
		m.startProgram(p)
	}
}

func (m *Mux) startProgram(p *execServed) {
	var err error
	if p.ExecProgram, err = m.cfg.Exec(string(p.command), p.subsystem); err != nil {
		p.refuse(CodeFailed, err.Error())
		return
	}
	p.command, p.started, p.answer = nil, true, []byte("\n")
	m.Join(p.main, &Pipes{In: p.Stdout, Out: p.Stdin, KeepReading: true}, func(err error) {
		if err != nil {
			p.HangUp()
		}
	})
	m.Join(p.errors, &Pipes{In: p.Stderr}, nil)
	go func() { // which a program that ignores SIGHUP keeps waiting
		status := p.Wait()
		m.post(func() { p.answer, p.exited = append(p.answer, strconv.Itoa(status)+"\n"...), true })
	}()
}

func (p *execServed) refuse(code uint64, text string) {
	for _, s := range []*stream.Stream{p.main, p.errors, p.status} {
		s.Reset(code, text)
	}
}

// end hangs up a program, or resets the streams of one that was not started.
func (p *execServed) end() {
	if p.started {
		p.HangUp()
		return
	}
	for _, s := range []*stream.Stream{p.main, p.errors, p.status} {
		if s != nil {
			s.Reset(CodeCancelled, "")
		}
	}
}

// isReset reports whether the client has no more use for a stream, if it has arrived.
func isReset(s *stream.Stream) bool {
	if s == nil {
		return false
	}
	_, _, err := s.Next()
	return err != nil
}
