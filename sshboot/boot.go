// Package sshboot starts a server on the host that the user named. It resolves the
// configuration, logs in by SSH, finds or uploads the server program, and returns the
// address and the announcement of the server.
package sshboot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gm/internal/hint"
	"gm/sshboot/deploy"
	"gm/sshboot/prompt"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
	"gm/wire"
)

// Family selects the addresses of a host that are tried, as in mosh --family.
type Family = sshclient.Family

const (
	Inet        = sshclient.Inet
	Inet6       = sshclient.Inet6
	PreferInet  = sshclient.PreferInet
	PreferInet6 = sshclient.PreferInet6
	Auto        = sshclient.Auto
	All         = sshclient.All
)

// Deploy is whether gm uploads its own server to a host.
type Deploy = deploy.Mode

const (
	DeployAuto   = deploy.Auto
	DeployAlways = deploy.Always
	DeployNever  = deploy.Never
)

// Request is a login and the server to start.
type Request struct {
	Destination string // [user@]host[:port] or ssh://[user@]host[:port]
	SSHPort     int    // --ssh-port, 0 for the configured one
	// SSHCommand is --ssh split into words: "ssh" and its options, followed by gm's own
	// options -i, -F, -J, -v and -o.
	SSHCommand []string
	Family     Family
	// ServerCommand is --server, a shell fragment that starts the server. If it is
	// empty, gm's own server is found or uploaded.
	ServerCommand string
	// Deploy is --deploy. The zero value is DeployAuto.
	Deploy Deploy
	// ServerArgs are the arguments after "server new", or after "new" for a
	// ServerCommand, including the user's command. They are not quoted.
	ServerArgs []string
	// RemoteIP is --experimental-remote-ip: local, remote or proxy.
	RemoteIP string
}

// Endpoint is the address and the announcement of a server.
type Endpoint struct {
	Addr         netip.Addr
	Announcement wire.Announcement
	// Via is "the jump host NAME" or "the ProxyCommand" if the login went through one.
	// Datagrams do not.
	Via string
}

// Boot logs in to the host, starts a server there and returns the login, which the
// caller closes. Questions are asked on the terminal.
func Boot(ctx context.Context, r Request) (*Login, error) { return newBoot(r).login(ctx) }

// boot is the state of Boot, which tests replace.
type boot struct {
	request  Request
	env      sshconfig.Environment
	ask      prompt.Prompter
	binaries deploy.Binaries
	wait     *prompt.WaitNotice
	limits   deploy.Limits // the zero value means deploy.DefaultLimits
}

// newBoot returns a boot with the environment and the terminal of this process.
func newBoot(r Request) boot {
	env := sshconfig.LocalEnvironment()
	return boot{
		request:  r,
		env:      env,
		ask:      prompt.Choose(prompt.NewTerminal(), env.Lookup),
		binaries: deploy.LocalBinaries(cacheDirectory(env)),
		wait:     &prompt.WaitNotice{Delay: prompt.NoticeDelay},
	}
}

func (b boot) login(ctx context.Context) (*Login, error) {
	if b.request.ServerCommand == "" {
		go b.binaries.Set() // while dialing, which takes as long
	}
	for first := true; ; first = false {
		login, err := b.attempt(ctx)
		if first && errors.Is(err, deploy.ErrLoginAgain) {
			b.ask.Notice("gm: now log in with the new password")
			continue
		}
		return login, toHintError(err)
	}
}

func (b boot) attempt(ctx context.Context) (*Login, error) {
	conn, config, err := b.connect(ctx)
	if err != nil {
		return nil, err
	}
	login := newLogin(conn)
	if login.Endpoint, err = b.launch(ctx, login, config); err != nil {
		login.Close()
		return nil, err
	}
	return login, nil
}

func (b boot) connect(ctx context.Context) (*sshclient.Conn, *sshconfig.Config, error) {
	destination, resolver, err := sshconfig.NewResolver(b.env, b.request.query())
	if err != nil {
		return nil, nil, err
	}
	config, err := resolver.Resolve(ctx, destination)
	if err != nil {
		return nil, nil, err
	}
	conn, err := sshclient.Connector{Ask: b.ask, Family: b.request.Family, WaitNotice: b.wait, LoadJump: resolver.ResolveJump}.Connect(ctx, config)
	return conn, config, err
}

func (b boot) launch(ctx context.Context, login *Login, config *sshconfig.Config) (Endpoint, error) {
	args, err := config.WithRemoteCommand(b.request.ServerArgs)
	if err != nil {
		return Endpoint{}, err
	}
	s := &deploy.Bootstrap{
		Host:       config.Alias,
		Account:    config.User() + "@" + config.HostName(),
		Launch:     deploy.Launch{Command: b.request.ServerCommand, Args: args, Deploy: cmp.Or(b.request.Deploy, deploy.Auto)},
		Binaries:   b.binaries,
		Env:        config.Environ(),
		Progress:   deploy.NewProgressBar(b.ask, time.Now),
		Ask:        sshclient.Connector{Ask: b.ask}.Prompter(config),
		WaitNotice: b.wait,
		Limits:     cmp.Or(b.limits, deploy.DefaultLimits),
	}
	s.WaitNotice.SetPrompter(s.Ask)
	if b.request.ServerCommand == "" {
		known, err := b.binaries.Set()
		if err != nil {
			return Endpoint{}, err
		}
		s.Launch.Known = known
	}
	go sshclient.KeepAlive(login.conn.Client, config, login.closed, s.HostLost)
	host, err := s.Run(ctx, login.conn.Client)
	if err != nil {
		return Endpoint{}, err
	}
	if host.OutsideHome != "" {
		b.ask.Notice(fmt.Sprintf("gm: the server is in %s on %s, because no program can be put into its home%s", host.OutsideHome, config.Alias, host.OpenDirsSuffix()))
	}
	for _, warning := range host.Warnings {
		b.ask.Notice(warning)
	}
	sshclient.Debugf(config, b.ask, "started %s, %d bytes uploaded", host.Path, host.Uploaded)
	addr, err := b.address(login.conn, host, config)
	return Endpoint{Addr: addr, Announcement: host.Announcement, Via: login.conn.Via}, err
}

// toHintError returns err as a [hint.Error], unless it is an interruption.
func toHintError(err error) error {
	var e *hint.Error
	if err == nil || errors.As(err, &e) || errors.Is(err, prompt.ErrInterrupted) || errors.Is(err, context.Canceled) {
		return err
	}
	return &hint.Error{Err: err}
}

// PrintConfig writes the configuration of the host of r in the format of ssh -G. It
// contains the keywords that take effect.
func PrintConfig(ctx context.Context, w io.Writer, r Request) error {
	config, err := sshconfig.Resolve(ctx, sshconfig.LocalEnvironment(), r.query())
	if err != nil {
		return toHintError(err)
	}
	return config.Print(w)
}

// command returns the user's command with its words joined by blanks, or "" for the login
// shell.
func (r Request) command() string {
	if i := slices.Index(r.ServerArgs, "--"); i >= 0 {
		return strings.Join(r.ServerArgs[i+1:], " ")
	}
	return ""
}

func cacheDirectory(env sshconfig.Environment) string {
	cache, found := env.Lookup("XDG_CACHE_HOME")
	if !found || !filepath.IsAbs(cache) {
		cache = filepath.Join(env.Home, ".cache")
	}
	return filepath.Join(cache, "gm")
}

func (r Request) query() sshconfig.Query {
	return sshconfig.Query{Destination: r.Destination, Port: r.SSHPort, SSHCommand: r.SSHCommand, Command: r.command()}
}

// IsUnreachable reports whether a login failed because no address of the host accepted a
// connection to the SSH port.
func IsUnreachable(err error) bool { return sshclient.IsUnreachable(err) }
