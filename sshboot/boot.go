// Package sshboot starts a server on the host that the user named. It resolves the
// configuration, logs in by SSH, finds or uploads the server program, and returns the
// address and the announcement of the server.
package sshboot

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"

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

// Verb is a command of the server program.
type Verb = deploy.Verb

const (
	VerbNew    = deploy.VerbNew
	VerbAttach = deploy.VerbAttach
	VerbList   = deploy.VerbList
	VerbDetach = deploy.VerbDetach
	VerbKill   = deploy.VerbKill
	VerbRelay  = deploy.VerbRelay
	VerbProbe  = deploy.VerbProbe
)

// Reply is the answer of the server program to a verb.
type Reply = deploy.Reply

// RefusedError is the failure of VerbNew, VerbAttach or VerbRelay that the server reported.
type RefusedError = deploy.RefusedError

// ErrNoSessions means that no session runs on the host, and that gm's server is not there.
var ErrNoSessions = deploy.ErrNoSessions

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
	// Verb is the command of the server program for [Boot]. The zero value is VerbNew.
	Verb Verb
	// ServerArgs are the arguments after the verb, including the user's command. They
	// are not quoted.
	ServerArgs []string
	// Pipe asks the server to keep its exec channel open as a path for datagrams, which
	// [Login.Pipe] returns. The extension paths must be requested in ServerArgs.
	Pipe bool
	// RemoteIP is --experimental-remote-ip: local, remote or proxy.
	RemoteIP string
	// Config is the configuration of the host as [Resolve] returned it, nil to resolve it.
	Config *sshconfig.Config
	// LoginOnly requests no server. The caller uses [Login.Client].
	LoginOnly bool
	// Command is the user's command for Match, its words joined by blanks. It replaces the
	// one in ServerArgs.
	Command string
	// Batch fails all questions and shows no notices. If a question would have been
	// asked, the error of the login is an [ErrQuestion].
	Batch bool
	// Wrap replaces the prompter of the login, which shows statuses too. It may be nil.
	Wrap func(prompt.Prompter) prompt.Prompter
	// Plain keeps what was written on the terminal unchanged, for screen readers.
	Plain bool
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
	unlocked *sshclient.Unlocked
	visible  bool // the first upload to a host is reported
}

// newBoot returns a boot with the environment and the terminal of this process.
func newBoot(r Request) boot {
	env := sshconfig.LocalEnvironment()
	ask := prompt.Choose(prompt.NewTerminal(r.Plain), env.Lookup)
	if r.Wrap != nil {
		ask = r.Wrap(ask)
	}
	return boot{
		request:  r,
		env:      env,
		ask:      ask,
		binaries: deploy.LocalBinaries(cacheDirectory(env)),
		wait:     &prompt.WaitNotice{Delay: prompt.NoticeDelay},
		unlocked: new(sshclient.Unlocked),
		visible:  prompt.IsVisible() && r.Wrap == nil,
	}
}

// login runs the verb of the request, VerbNew or VerbAttach.
func (b boot) login(ctx context.Context) (*Login, error) {
	login, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := login.Start(ctx, b.request.Verb, b.request.ServerArgs); err != nil {
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
	config := b.request.Config
	if config == nil {
		config, err = resolver.Resolve(ctx, destination)
	}
	if err != nil {
		return nil, nil, err
	}
	conn, err := sshclient.Connector{Ask: b.ask, Family: b.request.Family, WaitNotice: b.wait, Unlocked: b.unlocked, LoadJump: resolver.ResolveJump}.Connect(ctx, config)
	return conn, config, err
}

// toHintError returns err as a [hint.Error], unless it is an interruption.
func toHintError(err error) error {
	var e *hint.Error
	if err == nil || errors.As(err, &e) || errors.Is(err, prompt.ErrInterrupted) || errors.Is(err, context.Canceled) {
		return err
	}
	return &hint.Error{Err: err}
}

// PrintConfig writes the configuration of the host of r in the format of ssh -G, with the
// algorithms that gm supports and the places of what is set, and returns it.
func PrintConfig(ctx context.Context, w io.Writer, r Request) (*sshconfig.Config, error) {
	config, err := Resolve(ctx, r)
	if err != nil {
		return nil, err
	}
	return config, config.PrintPlaces(w, sshclient.EffectiveAlgorithms(config))
}

// Resolve returns the configuration of the host of r.
func Resolve(ctx context.Context, r Request) (*sshconfig.Config, error) {
	config, err := sshconfig.Resolve(ctx, sshconfig.LocalEnvironment(), r.query())
	return config, toHintError(err)
}

// command returns the user's command with its words joined by blanks, or "" for the login
// shell.
func (r Request) command() string {
	if r.Command != "" {
		return r.Command
	}
	if r.Verb != "" && r.Verb != VerbNew {
		return ""
	}
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
