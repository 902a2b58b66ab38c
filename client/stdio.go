package client

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/term"

	"gm/client/sshexec"
	"gm/client/stdio"
	"gm/internal/hint"
	"gm/internal/shellquote"
	"gm/sshboot"
	"gm/wire/state"
)

// stdioExtensions are the extensions of a session without a terminal.
const stdioExtensions = state.ExtExit | state.ExtPaths | state.ExtIdentifiers | state.ExtStreams

// chooseStdio sets whether the session has no terminal, as ssh does: if the user asks for
// none, or if there is a command and standard input or output is no terminal.
func (o *options) chooseStdio() {
	command := len(o.command) > 0 && !(term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())))
	o.stdio = o.program == programGM && o.client == "" && o.verb == "" && o.name == "" && (o.noTTY || command)
}

// runProgram runs the program of a session without a terminal, with the standard streams of
// this process, and returns its exit status.
func (o *options) runProgram() (status int, err error) {
	streams := sshexec.Standard()
	if o.local {
		err = interruptible(func(ctx context.Context) error {
			r, err := launch(ctx, *o, os.LookupEnv)
			if err == nil {
				status, err = o.carry(ctx, r, streams)
			}
			return err
		})
		return status, err
	}
	request, err := o.request(os.LookupEnv)
	if err != nil {
		return exitUsage, err
	}
	words := make([]string, len(o.command))
	for i, word := range o.command {
		words[i] = shellquote.Quote(word)
	}
	p := Program{Command: strings.Join(words, " "), Streams: streams, options: o}
	status = sshexec.Failed
	err = interruptible(func(ctx context.Context) error {
		login, err := sshboot.Connect(ctx, request)
		if err != nil {
			return err
		}
		defer login.Close()
		if len(words) > 0 {
			if _, err := login.Config().WithRemoteCommand([]string{"--"}); err != nil {
				return err
			}
		}
		status, err = p.Run(ctx, login)
		return err
	})
	return status, err
}

// Program is a program without a terminal on a host.
type Program struct {
	Command string // for the account's shell; empty for a login shell
	sshexec.Streams

	options *options // nil for those without arguments
}

// Run runs the program in a session of its own, which roams, and returns its exit status. On
// a host that runs no server of gm, such as one with a restricted shell, the program runs
// over the SSH connection itself. A program that ctx ends has the status of ssh's failures.
func (p *Program) Run(ctx context.Context, login *sshboot.Login) (status int, err error) {
	o := p.options
	if o == nil {
		o = &options{program: programGM, destination: login.Config().Alias, bindServer: "ssh"}
	}
	session := *o
	session.stdio, session.command = true, nil
	if p.Command != "" {
		session.command, session.shell = []string{p.Command}, true
	}
	err = login.Start(ctx, "", serverArgs(session, os.LookupEnv))
	if err == nil && state.ParseExtensions(login.Announcement.Extensions).Has(state.ExtStreams) {
		return session.carry(ctx, reached{login.Endpoint, login}, p.Streams)
	}
	if ctx.Err() != nil {
		return sshexec.Failed, ctx.Err()
	}
	config := login.Config()
	return sshexec.Run(ctx, login.Client(), sshexec.Program{
		Host: config.HostName(), Command: p.Command, Env: config.Environ(), Streams: p.Streams,
	})
}

// carry runs the session of a server that has been reached.
func (o *options) carry(ctx context.Context, r reached, streams sshexec.Streams) (status int, err error) {
	granted := state.ParseExtensions(r.Announcement.Extensions)
	if !granted.Has(state.ExtStreams) {
		return sshexec.Failed, &hint.Error{
			Err:  errors.New("the server cannot run a program without a terminal"),
			Hint: "it is older than this gm, or mosh-server: choose another one with --server",
		}
	}
	server, cut, err := o.throughSimnet(netip.AddrPortFrom(r.Addr, r.Announcement.Port))
	if err != nil {
		return sshexec.Failed, err
	}
	defer cut()
	c, err := r.connection(server, o)
	if err != nil {
		return sshexec.Failed, err
	}
	exit, err := stdio.Run(ctx, stdio.Config{
		Server: c.server, Key: c.key, Roaming: c.roaming, Extensions: granted, Streams: streams,
	})
	switch {
	case err == nil && exit.Reason != "":
		return int(exit.Status), fmt.Errorf("start the program on the host: %s", exit.Reason)
	case errors.Is(err, stdio.ErrLost):
		return int(exit.Status), err
	case err != nil:
		return sshexec.Failed, err
	}
	return int(exit.Status), nil
}
