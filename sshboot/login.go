package sshboot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/deploy"
	"gm/sshboot/prompt"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
)

// Login is a live SSH connection to a host.
type Login struct {
	Endpoint // of the last Start
	boot     boot
	user     prompt.Prompter // the first boot.ask
	muter    *muter
	conn     *sshclient.Conn
	config   *sshconfig.Config
	once     *sync.Once
	closed   chan struct{} // closed by Close; ends the keepalive requests
	running  atomic.Pointer[deploy.Bootstrap]
	pipe     io.ReadWriteCloser // of the last Start; nil if there is none
}

// Connect logs in to the host of r. Nothing runs there yet. Questions are asked on the
// terminal.
func Connect(ctx context.Context, r Request) (*Login, error) { return newBoot(r).open(ctx) }

func (b boot) open(ctx context.Context) (*Login, error) {
	if b.request.ServerCommand == "" && !b.request.LoginOnly {
		go b.binaries.Set() // while dialing, which takes as long
	}
	l := &Login{user: b.ask, muter: &muter{Prompter: b.ask, stderr: sshclient.ProgramStderr(b.env)}}
	b.ask, b.env.Stderr = l.muter, l.muter
	if b.request.Batch {
		b.ask = batchPrompter(l.muter)
	}
	l.boot = b
	if err := l.connect(ctx); err != nil {
		return nil, toHintError(err)
	}
	return l, nil
}

func (l *Login) connect(ctx context.Context) (err error) {
	if l.conn, l.config, err = l.boot.connect(ctx); err != nil {
		return l.boot.markQuestion(err)
	}
	l.boot.forgetQuestions()
	l.once, l.closed = new(sync.Once), make(chan struct{})
	if l.boot.request.LoginOnly && l.config.Duration("serveraliveinterval") == 0 {
		return nil // as with ssh, the program waits for a silent host
	}
	go sshclient.KeepAlive(l.conn, l.config, l.closed, func() {
		if s := l.running.Load(); s != nil {
			s.HostLost()
		}
	})
	return nil
}

// Client returns the SSH connection, for channels of its own.
func (l *Login) Client() *ssh.Client { return l.conn.Client }

// Config returns the configuration of the host.
func (l *Login) Config() *sshconfig.Config { return l.config }

// Close ends the connection, but not the server on the host. It may be called more than once.
func (l *Login) Close() (err error) {
	l.once.Do(func() {
		close(l.closed)
		err = l.conn.Close()
	})
	return err
}

// Start runs VerbNew, the zero value, or VerbAttach with args on the host, and sets the
// endpoint and the pipe of l. With a pipe the address may be invalid: behind a proxy it may
// be unknown. The error is a [*RefusedError] if the server reports one. Start and Query may
// be called one after another, also after an error of the server.
func (l *Login) Start(ctx context.Context, verb Verb, args []string) error {
	host, err := l.run(ctx, verb, args)
	if err != nil {
		return err
	}
	sshclient.Debugf(l.config, l.boot.ask, "started %s, %d bytes uploaded", host.Path, host.Uploaded)
	addr, err := l.boot.address(l.conn, host, l.config)
	l.Endpoint = Endpoint{Addr: addr, Announcement: host.Announcement, Via: l.conn.Via}
	if l.pipe = host.Pipe; host.InputClosed {
		l.pipe, _ = l.Relay(ctx, host.Announcement.ID)
	}
	if l.pipe != nil {
		l.muter.mute()
		return nil
	}
	return toHintError(err)
}

// Query runs a verb that announces no server, with args, on the host and returns its reply.
// The error is [ErrNoSessions] if gm's server is not there and no session runs.
func (l *Login) Query(ctx context.Context, verb Verb, args []string) (Reply, error) {
	host, err := l.run(ctx, verb, args)
	return host.Reply, err
}

// run runs a verb. It logs in again once if the account's password had to be changed.
func (l *Login) run(ctx context.Context, verb Verb, args []string) (deploy.Result, error) {
	host, err := l.attempt(ctx, verb, args)
	if errors.Is(err, deploy.ErrLoginAgain) {
		l.boot.ask.Notice("gm: now log in with the new password")
		l.Close()
		if err = l.connect(ctx); err == nil {
			host, err = l.attempt(ctx, verb, args)
		}
	}
	return host, toHintError(l.boot.markQuestion(err))
}

func (l *Login) attempt(ctx context.Context, verb Verb, args []string) (deploy.Result, error) {
	s, err := l.bootstrap(cmp.Or(verb, VerbNew), args)
	if err != nil {
		return deploy.Result{}, err
	}
	l.running.Store(s)
	host, err := s.Run(ctx, l.conn.Client)
	if err != nil {
		return deploy.Result{}, err
	}
	l.notify(host)
	return host, nil
}

func (l *Login) bootstrap(verb Verb, args []string) (*deploy.Bootstrap, error) {
	b, config := l.boot, l.config
	if verb == VerbNew {
		var err error
		if args, err = config.WithRemoteCommand(args); err != nil {
			return nil, err
		}
	}
	command := b.request.ServerCommand
	if verb == VerbProbe {
		command = "" // only gm's own server knows it
	}
	s := &deploy.Bootstrap{
		Host:       config.Alias,
		Account:    config.User() + "@" + config.HostName(),
		Launch:     deploy.Launch{Verb: verb, Command: command, Args: args, Pipe: b.request.Pipe, Deploy: cmp.Or(b.request.Deploy, deploy.Auto)},
		Binaries:   b.binaries,
		Env:        config.Environ(),
		Ask:        sshclient.Connector{Ask: b.ask}.Prompter(config),
		WaitNotice: b.wait,
		Limits:     cmp.Or(b.limits, deploy.DefaultLimits),
	}
	s.WaitNotice.SetPrompter(s.Ask)
	if command == "" {
		known, err := b.binaries.Set()
		if err != nil {
			return nil, err
		}
		s.Launch.Known = known
	}
	return s, nil
}

func (l *Login) notify(host deploy.Result) {
	switch {
	case host.OutsideHome == "" && host.First && l.boot.visible:
		sshclient.Connector{Ask: l.boot.ask}.Prompter(l.config).Notice(fmt.Sprintf("gm: put its server (%s) on %s: %s; gm --uninstall %s removes it",
			megabytes(host.Uploaded), l.config.Alias, path.Dir(host.Path), l.config.Alias))
	case host.OutsideHome != "":
		l.boot.ask.Notice(fmt.Sprintf("gm: the server is in %s on %s, because no program can be put into its home%s", host.OutsideHome, l.config.Alias, host.OpenDirsSuffix()))
	}
	for _, warning := range host.Warnings {
		l.boot.ask.Notice(warning)
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
