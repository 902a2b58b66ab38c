//go:build unix

package server

import (
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"gm/internal/alarm"
	"gm/internal/forward"
	"gm/internal/nodump"
	"gm/server/login"
	"gm/server/pty"
	"gm/server/registry"
	"gm/server/session"
	"gm/vt"
	"gm/wire/control"
	"gm/wire/state"
)

// serveDetached is the second process. err is the error of the handover, if any.
func serveDetached(version string, h handover, err error, args []string) int {
	o, wrong := parseOptions(args, os.Getenv)
	if err == nil {
		err = wrong
	}
	if err == nil {
		err = o.findSubsystem()
	}
	if err == nil {
		err = serve(version, &h, o)
	}
	if err != nil {
		h.fail(err)
		return 1
	}
	return 0
}

func serve(version string, h *handover, o options) error {
	users, err := disableDumps()
	if err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, watchedSignals()...)
	env := &sessionEnv{options: o, environ: os.Environ(), users: users}
	env.display.env = env.environ
	defer env.display.close()
	defer env.agent.close()
	pipe, err := h.pipe()
	if err != nil {
		return err
	}
	sharer := sharer{registry.Open(os.Getenv), o.replaced, env.logger()}
	socket, unshared := sharer.join(h.conn, o.ports)
	l := newLoop(loopConfig{
		timer: alarm.New(), socket: socket, open: sharer.open, bind: o.bind, pipe: pipe, from: sshClient(), launch: env.launch, exec: env.exec, listenX11: env.display.listen,
		changed: env.clientChanged,
		signals: signals, logger: env.logger(), size: sizePolicies[o.session.size],
	})
	release, _, _ := strings.Cut(version, " ") // without the commit
	l.identity = identity{name: h.name, version: release, program: env.programName()}
	ready := l.openControl(sharer.registry)
	if !ready.listed {
		o.extensions &^= state.ExtSessions
	}
	env.identity = l.identity
	if env.agent.path = agentPath(l.identity); env.agent.path != "" {
		l.listenAgent = env.agent.listen
	}
	limits, warning := readLimits(o, os.LookupEnv)
	ready.warn(warning)
	ready.warn(unshared)
	err = l.run(session.Config{
		Terminal: terminalOptions(release, o.extensions.Has(state.ExtScreen)),
		Timeouts: limits,
		Piped:    o.session.stdio,
	}, session.ClientConfig{
		Key:        &h.key,
		Dialect:    dialectFor(o.extensions),
		Extensions: o.extensions,
		Role:       roles[o.session.role],
		By:         o.session.by,
		History:    o.session.history,
	}, func() error {
		defer env.listOthers() // after the announcement, so that the client does not wait for it
		return h.reply(ready)
	})
	if o.verbose {
		fmt.Fprintln(os.Stderr, "[gm server is exiting.]")
	}
	return err
}

// disableDumps keeps this process's memory, with the session's key in it, out of
// core dumps. users is the user's own limit.
func disableDumps() (users pty.CoreLimit, err error) {
	if users, err = pty.DisableCoreDumps(); err != nil {
		return users, err
	}
	return users, nodump.Disable()
}

// terminalOptions returns the options of a session's terminal. With full, for a client
// that is gm, lines that have scrolled off come back when the window grows: as many as
// the tallest window has.
func terminalOptions(release string, full bool) vt.Options {
	o := vt.Options{Version: release, Checksums: os.Getenv("GM_CHECKSUMS") == "1", Reflow: full, Passages: true, Pictures: true}
	if full {
		o.History = vt.MaxRows
	}
	return o
}

// sessionEnv starts the session's program and records its logins.
type sessionEnv struct {
	options  options
	identity identity
	environ  []string
	users    pty.CoreLimit
	recorder *login.Recorder
	display  sessionDisplay
	agent    agentSocket
	others   <-chan []control.Status // the user's sessions; nil if they are not to be mentioned
}

func (e *sessionEnv) launch(cols, rows int) (program, []byte, error) {
	var hello []byte
	if e.runsShell() {
		hello = login.Greeting(getenv(e.environ, "HOME"), e.notice)
	}
	if e.options.session.idle {
		return newNoProgram(), nil, nil
	}
	if e.options.session.agent && e.agent.path != "" {
		e.agent.expect()
	}
	command, notice := e.command(e.options)
	if e.options.session.stdio {
		p, err := e.startPiped(command)
		if err != nil {
			return nil, nil, err
		}
		return newPipedProgram(p), nil, nil
	}
	hello = append(hello, notice...)
	c, err := pty.Start(command, e.users, cols, rows)
	if err != nil {
		return nil, hello, err
	}
	e.recorder = login.NewRecorder(c, getenv(e.environ, "USER"))
	return &recordedProgram{c, e.recorder, e.runsShell()}, hello, nil
}

// command returns the command of o in the session's environment.
func (e *sessionEnv) command(o options) (c pty.Command, notice string) {
	c, notice = sessionCommand(o, e.environ)
	c.Env = sessionEnvironment(c.Env, e.identity)
	if path := e.agent.path; o.session.agent && path != "" {
		c.Env = setenv(c.Env, "SSH_AUTH_SOCK="+path)
	}
	if o.session.x11 {
		if display, err := e.display.variable(o.session.screen); err == nil { // the client gets the error later
			c.Env = setenv(c.Env, display)
		}
	}
	return c, notice
}

func (e *sessionEnv) startPiped(c pty.Command) (*pty.Piped, error) {
	c.Env = withoutTerminal(c.Env)
	return pty.StartPiped(c, e.users)
}

// exec starts a command of the login shell, which runs without one if it is empty, or a
// subsystem beside the session's program.
func (e *sessionEnv) exec(command string, subsystem bool) (forward.ExecProgram, error) {
	o := e.options
	o.session.shell, o.command = true, nil
	switch {
	case subsystem:
		o.session.subsystem = command
		if err := o.findSubsystem(); err != nil {
			return forward.ExecProgram{}, err
		}
	case command != "":
		o.command = []string{command}
	}
	c, _ := e.command(o)
	p, err := e.startPiped(c)
	if err != nil {
		return forward.ExecProgram{}, err
	}
	return forward.ExecProgram{Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Wait: p.Wait, HangUp: p.HangUp}, nil
}

func (e *sessionEnv) runsShell() bool { return len(e.options.command) == 0 }

func (e *sessionEnv) programName() string {
	if e.runsShell() {
		return filepath.Base(loginShell(e.environ))
	}
	return filepath.Base(e.options.command[0])
}

// listOthers begins to list the user's sessions if the login is to mention them.
func (e *sessionEnv) listOthers() {
	if e.runsShell() && !e.options.session.noNotice && getenv(e.environ, noticeVariable) != "no" {
		e.others = listOthers(registry.Open(os.Getenv), e.identity.id)
	}
}

func (e *sessionEnv) notice() string {
	if e.others == nil {
		return ""
	}
	return notice(e.others, hostName(e.options.session.host))
}

// clientChanged records the client's address. A program that could not be started has
// no login to record.
func (e *sessionEnv) clientChanged(client netip.Addr) {
	if e.recorder != nil {
		e.recorder.SetClient(client)
	}
}

func (e *sessionEnv) logger() func(format string, a ...any) {
	if !e.options.verbose {
		return func(string, ...any) {}
	}
	return func(format string, a ...any) { fmt.Fprintf(os.Stderr, format+"\n", a...) }
}

// recordedProgram is a program whose login is recorded until it is closed.
type recordedProgram struct {
	*pty.Program
	recorder *login.Recorder
	shell    bool // it is the login shell
}

func (p *recordedProgram) Idle() bool { return p.shell && p.Program.Idle() }

func (p *recordedProgram) Close() error {
	p.recorder.Stop()
	return p.Program.Close()
}
