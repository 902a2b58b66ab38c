package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/term"

	"gm/client/forwarding"
	"gm/client/sshexec"
	"gm/client/stdio"
	"gm/client/x11"
	"gm/internal/forward"
	"gm/internal/hint"
	"gm/internal/shellquote"
	"gm/sshboot"
	"gm/sshboot/prompt"
	"gm/wire/state"
)

// stdioExtensions are the extensions of a session without a terminal.
const stdioExtensions = state.ExtExit | state.ExtPaths | state.ExtIdentifiers | state.ExtStreams

// chooseStdio sets whether the session has no terminal, as ssh does: if the user asks for
// none, or if there is a command and standard input or output is no terminal.
func (o *options) chooseStdio() {
	command := len(o.command) > 0 && !(term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())))
	o.stdio = o.program == programGM && o.client == "" && o.verb == "" && o.name == "" && (o.noTTY || o.noProgram || command)
}

// runProgram runs the program of a session without a terminal, with the standard streams of
// this process, and returns its exit status.
func (o *options) runProgram() (status int, err error) {
	streams := sshexec.Standard()
	if o.local {
		err = interruptible(func(ctx context.Context) error {
			r, err := launch(ctx, *o, os.LookupEnv)
			if err == nil {
				status, err = o.carry(ctx, r, stdio.Config{Streams: streams, Log: logForwarding})
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
	p := Program{Command: strings.Join(words, " "), None: o.noProgram, Streams: streams, Log: logForwarding, options: o}
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

// openX11 prepares that X11 is forwarded, if it is to be and sshd permits it.
func (o *options) openX11(ctx context.Context, cfg *forwarding.Config, login *sshboot.Login, log func(string)) {
	cfg.OpenX11(ctx, log)
	cfg.ProbeX11(ctx, login.Client(), log)
	if cfg.X11 != nil {
		o.x11, o.screen = true, cfg.X11.Screen()
	}
}

// logForwarding reports a message of a forwarding to the user.
func logForwarding(text string) { fmt.Fprintln(stderr(), text) }

// confirmByProgram reports whether the user permits the use of a key, by the program of
// SSH_ASKPASS.
func confirmByProgram(ctx context.Context, key string) bool {
	return prompt.ConfirmByProgram(ctx, "May the host use your key "+key+"?", os.Getenv)
}

// Program is a program without a terminal on a host.
type Program struct {
	Command string // for the account's shell; empty for a login shell
	None    bool   // nothing runs, as with ssh -N
	// Subsystem makes Command the name of a subsystem.
	Subsystem bool
	// Connect is an address that the host connects to in place of a program, as with ssh -W;
	// the zero Address is none.
	Connect forward.Address
	// Control is how other processes reach the session.
	Control forwarding.Control
	sshexec.Streams
	// Ready is called once when all forwardings have been set up; may be nil. Its error ends
	// the program.
	Ready func() error
	// Log receives messages of forwardings in ssh's words.
	Log func(text string)

	options *options // nil for those without arguments
}

// ErrNoStreams means that the host runs no server of gm that can forward.
var ErrNoStreams = errors.New("the host runs no server that can forward ports: gm's own was refused, or is too old")

// Run runs the program in a session of its own, which roams, and returns its exit status. On
// a host that runs no server of gm, such as one with a restricted shell, or no such one as
// the program needs, it runs over the SSH connection itself. So does what sshd forbids, and
// fails. A program that ctx ends has the status of ssh's failures.
func (p *Program) Run(ctx context.Context, login *sshboot.Login) (status int, err error) {
	o := p.options
	if o == nil {
		o = &options{program: programGM, destination: login.Config().Alias, bindServer: "ssh", stdio: true}
		if err := o.readConfigOf(ctx, login.Config()); err != nil {
			return sshexec.Failed, err
		}
	}
	cfg, err := forwarding.Read(login.Config())
	if err != nil {
		return sshexec.Failed, err
	}
	cfg.Control, cfg.ConfirmAgent, cfg.Confirm = p.Control, o.confirm, confirmByProgram
	session := p.session(o)
	var later *stdio.Later
	if cfg.Serves() && !session.noProgram && !p.Subsystem {
		later = &stdio.Later{Command: p.Command}
		session.noProgram, session.command, session.shell = true, nil, false
	}
	session.agent = cfg.Agent != ""
	if !session.noProgram {
		session.openX11(ctx, &cfg, login, p.Log)
	}
	refused := make(chan bool, 1)
	go func() { refused <- p.refused(login) }()
	err = login.Start(ctx, "", serverArgs(session, os.LookupEnv))
	if !<-refused && err == nil && state.ParseExtensions(login.Announcement.Extensions).Has(state.ExtStreams) {
		if cfg.Any() {
			cfg.Probe(ctx, login.Client(), login.Announcement.Addresses)
		}
		return session.carry(ctx, reached{Endpoint: login.Endpoint, login: login}, stdio.Config{
			Streams: p.Streams, NoProgram: p.None || later != nil, Connect: p.Connect, Later: later, Forwarding: cfg, Ready: p.Ready, Log: p.Log,
		})
	}
	switch {
	case ctx.Err() != nil:
		return sshexec.Failed, ctx.Err()
	case cfg.Any() && p.Subsystem:
		p.Log(ErrNoStreams.Error())
	case p.None, cfg.Any():
		return sshexec.Failed, cmp.Or(err, ErrNoStreams)
	}
	return p.overSSH(ctx, login, cfg.X11)
}

// session returns the options of the session.
func (p *Program) session(o *options) options {
	session := *o
	session.stdio, session.noProgram, session.command = true, p.None || p.connects(), nil
	switch {
	case p.Subsystem:
		session.subsystem = p.Command
	case p.Command != "":
		session.command, session.shell = []string{p.Command}, true
	}
	return session
}

func (p *Program) connects() bool { return p.Connect != forward.Address{} }

// refused reports whether sshd forbids what is in place of a program.
func (p *Program) refused(login *sshboot.Login) bool {
	switch {
	case p.Subsystem:
		return forwarding.RefusesSubsystem(login.Client(), p.Command)
	case p.connects():
		return forwarding.RefusesConnect(login.Client(), p.Connect)
	}
	return false
}

// overSSH runs the program over the SSH connection, with an X server that may be nil.
func (p *Program) overSSH(ctx context.Context, login *sshboot.Login, display *x11.Server) (status int, err error) {
	if p.Ready != nil {
		if err := p.Ready(); err != nil {
			return sshexec.Failed, err
		}
	}
	if p.connects() {
		if err := sshexec.Connect(ctx, login.Client(), p.Connect, p.Streams); err != nil {
			return sshexec.Failed, err
		}
		return 0, nil
	}
	config := login.Config()
	return sshexec.Run(ctx, login.Client(), sshexec.Program{
		Host: config.HostName(), Command: p.Command, Subsystem: p.Subsystem, Env: config.Environ(), Streams: p.Streams,
		X11: display, Log: p.Log,
	})
}

// carry runs the session of a server that has been reached.
func (o *options) carry(ctx context.Context, r reached, cfg stdio.Config) (status int, err error) {
	limitProcessors()
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
	cfg.Server, cfg.Key, cfg.Roaming, cfg.Extensions = c.server, c.key, c.roaming, granted
	exit, err := stdio.Run(ctx, cfg)
	switch {
	case err == nil && exit.Reason != "":
		return int(exit.Status), fmt.Errorf("start the program on the host: %s", exit.Reason)
	case errors.Is(err, stdio.ErrLost):
		return cmp.Or(int(exit.Status), sshexec.Failed), err
	case err != nil:
		return sshexec.Failed, err
	}
	return int(exit.Status), nil
}
