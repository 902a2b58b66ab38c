package client

import (
	"errors"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"gm/client/stdio"
	"gm/internal/hint"
	"gm/wire/state"
)

// stdioExtensions are the extensions of a session without a terminal.
const stdioExtensions = state.ExtExit | state.ExtPaths | state.ExtIdentifiers | state.ExtStreams

// chooseStdio sets whether the session has no terminal, as ssh does: if the user asks for
// none, or if there is a command and standard input or output is no terminal.
func (o *options) chooseStdio() {
	command := len(o.command) > 0 && !(term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())))
	o.stdio = o.program != programMosh && o.client == "" && o.verb == "" && (o.noTTY || command)
}

// runStdio runs the program of a session without a terminal, and returns its exit status.
func runStdio(c connection, granted state.Extension) (status int, err error) {
	if !granted.Has(state.ExtStreams) {
		return exitFailed, &hint.Error{
			Err:  errors.New("the server cannot run a program without a terminal"),
			Hint: "it is older than this gm or a mosh-server; without --server, gm brings its own",
		}
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, quitSignals()...)
	defer signal.Stop(signals)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // which would end this program; the write fails too
	exit, err := stdio.Run(stdio.Config{
		Server: c.server, Key: c.key, Roaming: c.roaming, Extensions: granted,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Signals: signals,
	})
	if err == nil && exit.Reason != "" {
		err = errors.New("start the program on the host: " + exit.Reason)
	}
	if err != nil && !errors.Is(err, stdio.ErrLost) {
		return exitUsage, err
	}
	return int(exit.Status), err
}
