// Package sshboot goes from a name to an endpoint: it reads the configuration,
// dials, checks the host key, logs in, finds or uploads the server, starts it,
// and reads where it listens.
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

	"gm/wire"
)

// Request is what the user asked for.
type Request struct {
	Destination string // [user@]host[:port] or ssh://[user@]host[:port]
	SSHPort     int    // --ssh-port, 0 for the configured one
	// SSHCommand is --ssh, split into words: "ssh" and options, which gm
	// interprets itself. Further options (-i, -F, -J, -v, -o) are appended.
	SSHCommand []string
	Family     Family
	// ServerCommand is --server, a shell fragment in place of gm's own server;
	// empty to find or upload that.
	ServerCommand string
	// Deploy is --deploy; empty is DeployAuto.
	Deploy Deploy
	// ServerArgs follow "server new", or "new" for a ServerCommand, among them
	// the user's command. They are quoted here.
	ServerArgs []string
	// RemoteIP is --experimental-remote-ip: local, remote or proxy.
	RemoteIP string
}

// Endpoint is where the server is and what it answered.
type Endpoint struct {
	Addr         netip.Addr
	Announcement wire.Announcement
	// Past is what the login went through, "the jump host x" or "the ProxyCommand".
	// It is empty for a direct one. Datagrams go past it.
	Past string
}

// Boot starts a server on the host. Questions are asked on the terminal.
func Boot(ctx context.Context, r Request) (Endpoint, error) { return newBoot(r).run(ctx) }

// boot is one way from a name to an endpoint.
type boot struct {
	request  Request
	env      environment
	ask      prompter
	programs library
	waits    *waits
	limits   hostLimits // zero for the default ones
}

// newBoot takes home, agent and terminal from the process.
func newBoot(r Request) boot {
	env := localEnvironment()
	return boot{
		request:  r,
		env:      env,
		ask:      choosePrompter(newTerminal(), env.lookup),
		programs: localLibrary(cacheDirectory(env)),
		waits:    &waits{delay: noticeDelay},
	}
}

func (b boot) run(ctx context.Context) (Endpoint, error) {
	if b.request.ServerCommand == "" {
		go b.programs.set() // reading them takes as long as dialing
	}
	for first := true; ; first = false {
		endpoint, err := b.once(ctx)
		if first && errors.Is(err, errLoginAgain) {
			b.ask.notice("gm: now log in with the new password")
			continue
		}
		return endpoint, asError(err)
	}
}

// once logs in and starts the server.
func (b boot) once(ctx context.Context) (Endpoint, error) {
	conn, config, err := b.connect(ctx)
	if err != nil {
		return Endpoint{}, err
	}
	defer conn.Close()
	return b.launch(ctx, conn, config)
}

// connect logs in.
func (b boot) connect(ctx context.Context) (*connection, *Config, error) {
	d, hosts, err := newResolver(b.env, b.request.query())
	if err != nil {
		return nil, nil, err
	}
	config, err := hosts.resolve(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	conn, err := connector{b.ask, b.request.Family, b.waits, hosts.resolveJump}.connect(ctx, config)
	return conn, config, err
}

// launch starts the server through the connection.
func (b boot) launch(ctx context.Context, conn *connection, config *Config) (Endpoint, error) {
	args, err := config.withRemoteCommand(b.request.ServerArgs)
	if err != nil {
		return Endpoint{}, err
	}
	s := &starter{
		host:     config.Alias,
		account:  config.user() + "@" + config.hostName(),
		launch:   launch{marker: newMarker(), command: b.request.ServerCommand, args: args, deploy: cmp.Or(b.request.Deploy, DeployAuto)},
		programs: b.programs,
		env:      config.environ(),
		meter:    newMeter(b.ask, time.Now),
		ask:      connector{ask: b.ask}.prompter(config),
		waits:    b.waits,
		limits:   cmp.Or(b.limits, defaultLimits),
	}
	s.waits.via(s.ask)
	if b.request.ServerCommand == "" {
		known, err := b.programs.set()
		if err != nil {
			return Endpoint{}, err
		}
		s.launch.known = known
	}
	done := make(chan struct{})
	defer close(done)
	go keepAlive(conn.Client, config, done, s.hostLost)
	host, err := s.start(ctx, conn.Client)
	if err != nil {
		return Endpoint{}, err
	}
	if host.outside != "" {
		b.ask.notice(fmt.Sprintf("gm: the server is in %s on %s, as its home does not take programs%s", host.outside, config.Alias, host.why()))
	}
	for _, warning := range host.warnings {
		b.ask.notice(warning)
	}
	debugf(config, b.ask, "started %s, %d bytes uploaded", host.path, host.uploaded)
	addr, err := b.address(conn, host, config)
	return Endpoint{Addr: addr, Announcement: host.announcement, Past: conn.past}, err
}

// asError makes an *Error of any error.
func asError(err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) || errors.Is(err, errInterrupted) || errors.Is(err, context.Canceled) {
		return err
	}
	return &Error{Err: err}
}

// PrintConfig writes what the configuration says of the host of r, in the form
// of ssh -G, for the keywords that take effect.
func PrintConfig(ctx context.Context, w io.Writer, r Request) error {
	config, err := resolve(ctx, localEnvironment(), r.query())
	if err != nil {
		return asError(err)
	}
	return config.print(w)
}

// command returns the user's command, its words joined by blanks. It is empty for the
// login shell.
func (r Request) command() string {
	if i := slices.Index(r.ServerArgs, "--"); i >= 0 {
		return strings.Join(r.ServerArgs[i+1:], " ")
	}
	return ""
}

// cacheDirectory returns the directory for the servers of hosts.
func cacheDirectory(env environment) string {
	cache, found := env.lookup("XDG_CACHE_HOME")
	if !found || !filepath.IsAbs(cache) {
		cache = filepath.Join(env.home, ".cache")
	}
	return filepath.Join(cache, "gm")
}

// query returns the request as the configuration needs it.
func (r Request) query() query {
	return query{destination: r.Destination, port: r.SSHPort, sshCommand: r.SSHCommand, command: r.command()}
}
