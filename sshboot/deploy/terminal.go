package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/sshboot/prompt"
)

// relayTerm is the TERM of relayed programs. Their output is sanitized, so that control
// sequences would not reach the terminal.
const relayTerm = "dumb"

// maxRelay bounds the time until a shell in a relayed terminal runs gm's command.
const maxRelay = time.Hour

// relayReader reads the output of a program and shows it on the user's terminal up to the
// marker.
type relayReader struct {
	io.Reader
	relay  prompt.Relay
	marker []byte
	held   []byte // a possible beginning of the marker; nil after the marker
	done   bool
}

func (r *relayReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if !r.done {
		r.pass(b[:n])
	}
	return n, err
}

func (r *relayReader) pass(b []byte) {
	text := append(r.held, b...)
	if before, _, found := bytes.Cut(text, r.marker); found {
		r.done, r.held = true, nil
		r.relay.Show(before)
		r.relay.Stop()
		return
	}
	keep := min(len(text), len(r.marker)-1)
	for !bytes.HasPrefix(r.marker, text[len(text)-keep:]) {
		keep--
	}
	r.relay.Show(text[:len(text)-keep])
	r.held = bytes.Clone(text[len(text)-keep:])
}

// attemptInTerminal runs the command line in a terminal that is relayed to the user's, as
// by ssh. It is for a password that has to be changed, after which the user logs in again,
// and for a shell that requires input before it runs commands.
func (s *Bootstrap) attemptInTerminal(ctx context.Context, client *ssh.Client, why error) (Result, error) {
	expired := errors.Is(why, errExpired)
	printed := s.printedSuffix()
	s.WaitNotice.Leave()
	ctx, quit := context.WithCancelCause(ctx)
	defer quit(nil)
	in := newLateWriter()
	r, err := s.Ask.Relay(ctx, in, func() { quit(prompt.ErrInterrupted) })
	if err != nil {
		return Result{}, s.noTerminalError(why, printed, err)
	}
	defer r.Stop()
	if expired {
		s.Ask.Notice(fmt.Sprintf("gm: the password of %s has to be changed first; Ctrl-^ and then . quits", s.Account))
	} else {
		s.noticeShell()
		s.Ask.Notice("gm: this is a terminal there, as with ssh; Ctrl-^ and then . quits")
	}
	s.output.reset()
	s.errors.reset()
	size := r.Size()
	c, err := s.open(client, &size)
	if err != nil {
		in.set(io.Discard)
		return Result{}, err
	}
	defer c.session.Close()
	defer context.AfterFunc(ctx, s.closeConn)()
	in.set(c.in)
	s.WaitNotice.Leave()
	out := &relayReader{Reader: c.out, relay: r, marker: []byte(s.Launch.marker + " ")}
	_, err = s.readLines(ctx, out, c.in)
	r.Stop()
	switch {
	case context.Cause(ctx) != nil:
		return Result{}, context.Cause(ctx)
	case err != nil:
		return Result{}, err
	case s.stage == prompt.StageServer:
		return s.finish(c)
	}
	return Result{}, s.terminalError(c.session.Wait(), expired)
}

func (s *Bootstrap) terminalError(wait error, expired bool) error {
	if expired && s.stage == prompt.StageShell {
		if wait == nil {
			return ErrLoginAgain
		}
		return &hint.Error{Err: fmt.Errorf("%s: the password of %s was not changed", s.Host, s.Account), Hint: "log in again to try once more"}
	}
	if s.stage == prompt.StageShell {
		return &hint.Error{Err: fmt.Errorf("%s: the terminal there ended without running gm's command", s.Host), Hint: s.shellHint()}
	}
	return s.exitError(wait)
}

func (s *Bootstrap) noTerminalError(why error, printed string, err error) error {
	if errors.Is(why, errExpired) {
		return &hint.Error{
			Err:  fmt.Errorf("%s: the password of %s has expired and has to be changed: %w", s.Host, s.Account, err),
			Hint: "log in from a terminal once, with gm or with ssh",
		}
	}
	waited := s.Limits.Shell
	if s.slow {
		waited = s.Limits.Slow
	}
	return &hint.Error{
		Err:  fmt.Errorf("%s: the shell of %s did not run gm's command within %s%s", s.Host, s.Account, waited, printed),
		Hint: s.shellHint(),
	}
}

// noticeShell tells the user that the account's shell takes long, and what it has printed.
func (s *Bootstrap) noticeShell() {
	text := fmt.Sprintf("gm: the shell of %s has not run gm's command for %s%s", s.Account, s.Limits.Shell, s.printedSuffix())
	s.Ask.Notice(hint.Lines(text, s.shellHint()))
}

// lateWriter is a writer whose destination is set later. Writes block until then.
type lateWriter struct {
	ready chan struct{}
	to    io.Writer
}

func newLateWriter() *lateWriter { return &lateWriter{ready: make(chan struct{})} }

func (w *lateWriter) set(to io.Writer) {
	w.to = to
	close(w.ready)
}

func (w *lateWriter) Write(b []byte) (int, error) {
	<-w.ready
	return w.to.Write(b)
}
