package client

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/term"

	"gm/internal/sanitize"
	"gm/wire/state"
)

// endReason is the way in which a session ended.
type endReason uint8

const (
	endNone           endReason = iota // the session is running
	endClean                           // acknowledged by both sides
	endUnclean                         // the server did not acknowledge the shutdown
	endNeverConnected                  // the server never answered
)

// sessionResult describes how the client has left a session.
type sessionResult struct {
	reason endReason
	exit   state.ExitStatus // of the program, as far as the server has reported it
	// detached reports whether the user has detached from the session. sentAway is the
	// reason if the server has detached the client.
	detached  bool
	sentAway  state.Detachment
	sendError string // of the last datagram, or empty
	refused   string // the error that ICMP reported, or empty
	path      pathStatus
}

// left reports whether the session goes on, or may go on, without the client.
func (r *sessionResult) left() bool {
	return (r.detached || r.sentAway.Reason != state.DetachNone) && r.reason != endNeverConnected
}

// ended reports whether the session is known to be over.
func (r *sessionResult) ended() bool { return r.reason == endClean && !r.left() }

// printExit reports the end of a session to the user and returns the exit status,
// which is the program's if known, and 0 if the session goes on.
func printExit(w io.Writer, end sessionResult, server netip.AddrPort, s *settings) (status int, err error) {
	if end.left() {
		fmt.Fprintf(w, "[gm: %s. Back: %s]\n", sanitize.Line(leftNotice(&end, s)), sanitize.Line(s.wayBack()))
		return exitOK, nil
	}
	status = int(end.exit.Status)
	switch {
	case end.reason == endUnclean:
		fmt.Fprint(w, "gm did not shut down cleanly: the server did not answer and may still run on the host.\n")
		status = exitFailed
	case end.reason == endNeverConnected:
		status, err = exitFailed, suggestDoctor(connectError(server, end, s.loginProxy), s.loginWords, s.host)
	case end.exit.Reason != "":
		err = fmt.Errorf("start the program on the host: %s", sanitize.Line(end.exit.Reason))
	case end.exit.Stopped != "":
		err = fmt.Errorf("the session was ended on the host: %s", sanitize.Line(end.exit.Stopped))
	}
	fmt.Fprintln(w, "[gm is exiting.]")
	return status, err
}

func leftNotice(end *sessionResult, s *settings) string {
	by := ""
	if end.sentAway.By != "" {
		by = " by " + clientName(end.sentAway.By)
	}
	if end.sentAway.From != "" {
		by += " from " + clientName(end.sentAway.From)
	}
	switch {
	case end.sentAway.Reason == state.DetachedTakenOver:
		return s.place() + " was taken over" + by
	case end.reason == endUnclean:
		return "detached from " + s.place() + "; the server did not answer, and the session goes on there"
	}
	return "detached from " + s.place() + by
}

// maxClientName bounds the user, host and address of another client in a message, in bytes,
// so that the rest of the message is shown.
const maxClientName = 100

func clientName(name string) string {
	if name = sanitize.Line(name); len(name) > maxClientName {
		name = strings.ToValidUTF8(name[:maxClientName], "") + "..."
	}
	return name
}

// signalError is the error of a login that was ended by a signal.
type signalError struct{ signal os.Signal }

func (i signalError) Error() string { return fmt.Sprintf("ended by a signal: %v", i.signal) }

// interruptible calls do with a context that the first of quitSignals cancels. The
// error is then a signalError, whatever do has returned.
func interruptible(do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, quitSignals()...)
	defer signal.Stop(signals)
	go func() {
		select {
		case s := <-signals:
			cancel(signalError{s})
		case <-ctx.Done():
		}
	}()
	err := do(ctx)
	if i, ok := context.Cause(ctx).(signalError); ok {
		return i
	}
	return err
}

// raise ends the program by the signal, as without a handler. Where that is not
// possible it returns the exit status that shells use.
func (i signalError) raise() (status int) {
	if term.IsTerminal(int(os.Stderr.Fd())) {
		fmt.Fprintln(stderr()) // after the prompt, or the ^C
	}
	return endBySignal(i.signal)
}
