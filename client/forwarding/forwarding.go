// Package forwarding runs the port and agent forwardings of a session, as ssh_config and the
// command line request them.
package forwarding

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"gm/client/x11"
	"gm/internal/forward"
	"gm/internal/sanitize"
	"gm/sshboot/sshconfig"
	"gm/wire/stream"
)

// Config describes the forwardings of a session. The zero Config has none.
type Config struct {
	Specs []forward.Spec
	// Agent is the socket of the agent to forward; empty for none.
	Agent string
	// ConfirmAgent has the user confirm each signature of the agent: by Confirm, with a
	// context that ends when it is of no more use, or if that is nil by Question and Answer.
	ConfirmAgent bool
	Confirm      func(ctx context.Context, key string) bool
	// X11 is the X server to forward; nil for none. OpenX11 sets it.
	X11    *x11.Server
	askX11 bool // ForwardX11
	x11    x11.Options
	// Refused has the forwardings that sshd forbids, by their texts.
	Refused map[string]bool
	// LoopbackOnly has remote forwardings listen on loopback addresses alone (GatewayPorts of
	// sshd_config).
	LoopbackOnly bool
	// ExitOnFailure ends the session if a forwarding cannot be set up.
	ExitOnFailure bool
	// CommandLineOff has EnableEscapeCommandline forbid the command line. Unlike ssh, the zero
	// value permits it.
	CommandLineOff bool

	Control Control

	GatewayPorts     bool
	PermitRemoteOpen forward.Permits
	Sockets          forward.SocketOptions

	// Accept is called for streams of other kinds that the server begins, and reports whether
	// it keeps the stream; may be nil.
	Accept func(*stream.Stream) bool
}

// Any reports whether there are forwardings other than of X11.
func (c *Config) Any() bool { return len(c.Specs) > 0 || c.Agent != "" }

// Serves reports whether there are forwardings that a program on the host may use at once.
func (c *Config) Serves() bool {
	return c.Agent != "" || slices.ContainsFunc(c.Specs, func(s forward.Spec) bool { return s.Kind == forward.Remote })
}

// Read returns the forwardings of a configuration. An error is in ssh's words.
func Read(c *sshconfig.Config) (Config, error) {
	mask, off := c.BindMask(), c.IsSet("enableescapecommandline") && !c.Flag("enableescapecommandline")
	cfg := Config{
		ExitOnFailure: c.Flag("exitonforwardfailure"), CommandLineOff: off, GatewayPorts: c.Flag("gatewayports"),
		Sockets: forward.SocketOptions{Mask: &mask, Unlink: c.Flag("streamlocalbindunlink")},
	}
	if permits := c.List("permitremoteopen"); len(permits) > 0 && permits[0] != "any" {
		cfg.PermitRemoteOpen = permits
	}
	for _, f := range c.Forwardings() {
		text, err := expandPaths(c, f.Text)
		if err != nil {
			return Config{}, err
		}
		spec, err := parse(f.Kind, text)
		if err != nil {
			return Config{}, err
		}
		cfg.Specs = append(cfg.Specs, spec)
	}
	if socket, ok := c.ForwardAgent(); ok {
		cfg.Agent = agentSocket(c, socket)
	}
	cfg.readX11(c)
	return cfg, nil
}

func parse(kind sshconfig.ForwardKind, text string) (forward.Spec, error) {
	switch kind {
	case sshconfig.ForwardLocal:
		return forward.ParseLocal(text)
	case sshconfig.ForwardRemote:
		return forward.ParseRemote(text)
	}
	return forward.ParseDynamic(text)
}

// expandPaths replaces tokens and variables in the paths of Unix sockets.
func expandPaths(c *sshconfig.Config, text string) (string, error) {
	if !strings.Contains(text, "/") {
		return text, nil
	}
	return c.ExpandPath(text)
}

// agentSocket returns the socket of the agent that ForwardAgent names; empty if there is none.
func agentSocket(c *sshconfig.Config, socket string) string {
	if name, ok := strings.CutPrefix(socket, "$"); ok {
		return os.Getenv(name)
	}
	if socket != "" {
		if path, err := c.ExpandPath(socket); err == nil {
			return path
		}
		return ""
	}
	if identity := c.Word("identityagent"); identity != "" && identity != "SSH_AUTH_SOCK" && !strings.HasPrefix(identity, "$") {
		if path, err := c.Expanded("identityagent"); err == nil && path != "" {
			return path
		}
	}
	return os.Getenv("SSH_AUTH_SOCK")
}

// Forwarding is the forwardings of a running session. It belongs to the session's loop.
type Forwarding struct {
	*forward.Mux
	cfg     Config
	log     func(text string)
	pending map[*forward.Forward]bool // requests that the server has not answered
	failed  error
	answer  *[]string                           // of a command under way, for messages; nil without one
	control net.Listener                        // at ControlPath; nil without it
	waiting map[*forward.Forward]chan<- outcome // requests of control
	ended   chan struct{}
	idle    *idle // nil if the session does not end by it
	x11     x11Forward
	// questions are those that the user has not answered.
	questions []*question
	ssh       *overSSH // nil if the session carries the streams
}

// New returns the forwardings of a session with these streams, none of which has begun. log
// receives messages in ssh's words. start runs a function in a goroutine of its own.
func New(streams *stream.Conn, cfg Config, start func(func()), log func(text string)) *Forwarding {
	f := &Forwarding{cfg: cfg, pending: map[*forward.Forward]bool{}, waiting: map[*forward.Forward]chan<- outcome{}, ended: make(chan struct{})}
	f.log = func(text string) {
		if f.answer != nil {
			*f.answer = append(*f.answer, sanitize.Line(text))
		} else {
			log(text)
		}
	}
	f.Mux = forward.NewMux(streams, forward.Config{
		Start: start, Log: f.log, Changed: f.changed, Permit: cfg.permit,
		Accept: cfg.Accept, RemoteLoopback: cfg.LoopbackOnly, GatewayPorts: cfg.GatewayPorts, PermitRemoteOpen: cfg.PermitRemoteOpen, Sockets: cfg.Sockets,
	})
	return f
}

// Begin listens at this host, and asks the server to listen. Failures are logged.
func (f *Forwarding) Begin() {
	f.serveControl()
	for _, spec := range f.cfg.Specs {
		f.Add(spec)
	}
	if socket := f.cfg.Agent; socket != "" && !f.cfg.Refused[agentName] {
		if request, err := f.Mux.RequestAgent(dialAgent(socket, f.confirmAgent(socket))); err == nil {
			f.pending[request] = true
		}
	}
	f.beginX11()
}

// agentName stands for the agent in Config.Refused.
const agentName = "agent"

var errProhibited = errors.New("administratively prohibited: open failed")

// Add begins a forwarding. A failure is logged, as one of a server's later is.
func (f *Forwarding) Add(spec forward.Spec) {
	var err error
	switch {
	case f.cfg.Refused[key(spec)]:
		err = errProhibited
	case spec.Kind == forward.Remote:
		var request *forward.Forward
		if request, err = f.Mux.RequestRemote(spec); err == nil {
			f.pending[request] = true
		}
	default:
		_, err = f.Mux.ListenLocal(spec)
	}
	if err == nil {
		return
	}
	f.log(err.Error())
	if spec.Kind == forward.Remote {
		f.fail(fmt.Sprintf("remote port forwarding failed for listen %s", listener(spec)))
	} else {
		f.fail("Could not request local forwarding.")
	}
}

func listener(spec forward.Spec) string {
	if spec.Listen.Path != "" {
		return "path " + spec.Listen.Path
	}
	return fmt.Sprintf("port %d", spec.Listen.Port)
}

func (f *Forwarding) changed(request *forward.Forward) {
	if f.answerControl(request) {
		return
	}
	if request == f.x11.request {
		f.x11Changed()
		return
	}
	if !f.pending[request] {
		if request.State == forward.Failed && request.Spec != (forward.Spec{}) {
			f.log("Warning: " + request.Text)
		}
		return
	}
	switch request.State {
	case forward.Listening:
		delete(f.pending, request)
	case forward.Failed:
		delete(f.pending, request)
		if request.Spec != (forward.Spec{}) {
			f.fail(request.Text)
		}
	}
}

func (f *Forwarding) fail(text string) {
	if f.cfg.ExitOnFailure && f.failed == nil {
		f.failed = errors.New(text)
		return
	}
	f.log("Warning: " + text)
}

// Err returns the failure that ends the session; nil if there is none.
func (f *Forwarding) Err() error { return f.failed }

// Pending reports whether the server has not answered all requests yet.
func (f *Forwarding) Pending() bool { return len(f.pending) > 0 }
