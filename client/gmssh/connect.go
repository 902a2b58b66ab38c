package gmssh

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"

	"golang.org/x/term"

	"gm/client"
	"gm/client/forwarding"
	"gm/client/sshexec"
	"gm/client/sshline"
	"gm/internal/forward"
	"gm/internal/shellquote"
	"gm/sshboot"
	"gm/sshboot/sshconfig"
)

func isTerminal(fd int) bool { return term.IsTerminal(fd) }

// refusedOptions are the options that gm does not have, with the reason.
var refusedOptions = map[byte]string{
	'w': "gm has no tunnel devices",
}

// warnedOptions are the options without which the program runs all the same, with the
// reason.
var warnedOptions = map[byte]string{
	'I': "gm reads keys of PKCS#11 through ssh-agent alone",
	'K': "gm has no GSSAPI",
}

func (m *invocation) connect() (status int, err error) {
	if err := m.checkRequests(); err != nil {
		return sshexec.Failed, err
	}
	if m.line.Control != "" {
		return m.control()
	}
	for i := range len(m.line.Given) {
		letter := m.line.Given[i]
		if why, ok := refusedOptions[letter]; ok {
			return sshexec.Failed, fmt.Errorf("-%c: %s", letter, why)
		}
	}
	if m.isPersistent() {
		m.persistent = true
		return m.overSSH(leaveForeground)
	}
	if m.isSession() {
		m.warn()
		master, err := m.master()
		if err != nil {
			return sshexec.Failed, err
		}
		return client.Session(m.sessionArgs(), master), nil
	}
	if status, done, err := m.share(); done || err != nil {
		return status, err
	}
	if m.config.Flag("forkafterauthentication") {
		return m.inBackground()
	}
	return m.overSSH(func() error { return nil })
}

// warn prints a warning for each option without which the program runs all the same.
func (m *invocation) warn() {
	for i := range len(m.line.Given) {
		letter := m.line.Given[i]
		if why, ok := warnedOptions[letter]; ok && m.config.Word("loglevel") != "SILENT" {
			fmt.Fprintf(m.errors, "%s: warning: -%c: %s\n", m.name, letter, why)
		}
	}
}

// checkRequests reports ssh's errors for requests that exclude each other.
func (m *invocation) checkRequests() error {
	remote := m.remoteCommand()
	switch {
	case m.line.Command != "" && remote != "":
		return message("Cannot execute command-line and remote command.")
	case m.config.Word("sessiontype") == "subsystem" && m.line.Command == "":
		return &sshline.Error{Text: "You must specify a subsystem to invoke.", Usage: true}
	case m.config.Flag("forkafterauthentication") && m.line.Command == "" && remote == "" && m.config.Word("sessiontype") != "none" && m.line.Control == "":
		return message("Cannot fork into background without a command to execute.")
	}
	return nil
}

func (m *invocation) remoteCommand() string {
	if command := m.config.Word("remotecommand"); !strings.EqualFold(command, "none") {
		return command
	}
	return ""
}

// isSession reports whether the program runs in a session of gm: it has a terminal on both
// sides.
func (m *invocation) isSession() bool {
	c := m.config
	return c.Word("sessiontype") == "default" && c.Word("requesttty") != "false" && m.line.Stdio == "" &&
		!c.Flag("stdinnull") && !c.Flag("forkafterauthentication") && m.isTerminal(0) && m.isTerminal(1)
}

func (m *invocation) sessionArgs() []string {
	words := m.line.SSHCommand()
	for i, word := range words {
		words[i] = shellquote.Quote(word)
	}
	args := []string{"--ssh=" + strings.Join(words, " "), "--", m.line.Destination()}
	if m.line.Command != "" {
		args = append(args, "sh", "-c", sshconfig.RunWithShell, m.line.Command)
	}
	return args
}

// wantsTerminal reports whether a terminal is requested on the host for a program that is
// not in a session of gm.
func (m *invocation) wantsTerminal() bool {
	if m.persistent {
		return false
	}
	c := m.config
	mode := c.Word("requesttty")
	if c.Word("sessiontype") == "none" || mode == "false" {
		return false
	}
	wanted := mode != "auto" || m.line.Command == "" && m.remoteCommand() == "" && c.Word("sessiontype") == "default"
	if mode != "force" && (!m.isTerminal(0) || c.Flag("stdinnull")) {
		if wanted && c.Word("loglevel") != "SILENT" {
			fmt.Fprintln(m.errors, "Pseudo-terminal will not be allocated because stdin is not a terminal.")
		}
		return false
	}
	return wanted
}

// overSSH logs in, calls ready, and runs the program over the SSH connection.
func (m *invocation) overSSH(ready func() error) (status int, err error) {
	m.warn()
	wantsTerminal := m.wantsTerminal()
	ctx, stop := signal.NotifyContext(context.Background(), endingSignals()...)
	defer stop()
	request := m.request()
	roams := !wantsTerminal && m.roams()
	if roams {
		request.LoginOnly, request.Pipe = false, true
	}
	login, err := sshboot.Connect(ctx, request)
	if err != nil {
		return sshexec.Failed, interrupted(ctx, err)
	}
	defer login.Close()
	if err := m.localCommand(ctx); err != nil {
		return sshexec.Failed, err
	}
	if m.config.Flag("stdinnull") {
		m.streams.In = nil
	}
	if roams {
		status, err = m.roaming(ctx, login, ready)
		return status, interrupted(ctx, err)
	}
	if err := ready(); err != nil {
		return sshexec.Failed, err
	}
	if m.config.Word("sessiontype") == "none" {
		return sshexec.Failed, interrupted(ctx, m.waitForEnd(ctx, login))
	}
	status, err = m.program(ctx, login, wantsTerminal)
	return status, interrupted(ctx, err)
}

// localCommand runs LocalCommand with the user's shell. As with ssh, its status has no effect.
func (m *invocation) localCommand(ctx context.Context) error {
	command := m.config.Word("localcommand")
	if !m.config.Flag("permitlocalcommand") || command == "" || strings.EqualFold(command, "none") {
		return nil
	}
	expanded, err := m.config.ExpandTokensWith(command, map[byte]string{'T': "NONE"}) // no tunnel device
	if err != nil {
		return fmt.Errorf("LocalCommand %s: %w", command, err)
	}
	words := sshconfig.ShellCommand(m.config.Env.Shell, expanded)
	words[len(words)-1] = expanded
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = m.streams.In, m.streams.Out, m.streams.Err
	cmd.Run()
	return nil
}

// roams reports whether a session without a terminal does what the line asks for, which is
// more than to be logged in.
func (m *invocation) roams() bool {
	if m.config.Word("sessiontype") != "none" || m.line.Stdio != "" || m.persistent {
		return true
	}
	master, _ := m.master()
	return len(m.config.Forwardings()) > 0 || master.Path != ""
}

// roaming runs the program of the line, or none, in such a session.
func (m *invocation) roaming(ctx context.Context, login *sshboot.Login, ready func() error) (status int, err error) {
	p := client.Program{Subsystem: m.config.Word("sessiontype") == "subsystem", Streams: m.streams, Ready: ready, Log: m.log}
	if m.line.Stdio != "" {
		p.Connect, _ = forward.ParseStdio(m.line.Stdio) // was checked by sshline
	} else {
		p.None = m.config.Word("sessiontype") == "none"
	}
	if p.Command, err = m.command(); err != nil {
		return sshexec.Failed, err
	}
	p.Control, err = m.master()
	switch {
	case err != nil:
		return sshexec.Failed, err
	case m.persistent && p.Control.Path == "": // another process was faster
		return 0, ready()
	case m.persistent:
		p.None, p.Subsystem, p.Command, p.Connect, p.In = true, false, "", forward.Address{}, nil
	}
	switch status, err = p.Run(ctx, login); {
	case errors.Is(err, forwarding.ErrExit):
		err = nil
	case m.persistent && err != nil:
		return statusUnshared, nil
	}
	return status, err
}

// log reports a message of a forwarding.
func (m *invocation) log(text string) {
	if m.config.Word("loglevel") != "SILENT" {
		fmt.Fprintln(m.errors, text)
	}
}

// command returns the command of the line or of the configuration; empty for a shell.
func (m *invocation) command() (string, error) {
	if m.line.Command != "" {
		return m.line.Command, nil
	}
	return m.config.ExpandTokens(m.remoteCommand())
}

// interrupted returns err, or nil if a signal has ended the connection.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (m *invocation) waitForEnd(ctx context.Context, login *sshboot.Login) error {
	defer context.AfterFunc(ctx, func() { login.Close() })()
	login.Client().Wait() // its error is a lost connection in any case
	return message("Connection to " + m.config.HostName() + " closed by remote host.")
}

func (m *invocation) program(ctx context.Context, login *sshboot.Login, wantsTerminal bool) (status int, err error) {
	command, err := m.command()
	if err != nil {
		return sshexec.Failed, err
	}
	forwards, err := forwarding.Read(m.config)
	if err != nil {
		return sshexec.Failed, err
	}
	forwards.OpenX11(ctx, m.log)
	p := sshexec.Program{
		Host: m.config.HostName(), Command: command, Subsystem: m.config.Word("sessiontype") == "subsystem",
		Env: m.config.Environ(), Streams: m.streams, X11: forwards.X11, Log: m.log,
	}
	if wantsTerminal {
		local, restore, err := localTerminal(m.isTerminal(0))
		if err != nil {
			return sshexec.Failed, err
		}
		defer restore()
		p.Terminal = local
	}
	status, err = sshexec.Run(ctx, login.Client(), p)
	if wantsTerminal && err == nil && m.config.Word("loglevel") != "SILENT" {
		fmt.Fprintf(m.errors, "Connection to %s closed.\r\n", m.config.HostName())
	}
	return status, err
}

// localTerminal returns the terminal to request, and puts the one of standard input, if
// there is one, into raw mode until restore is called.
func localTerminal(isTerminal bool) (t *sshexec.Terminal, restore func(), err error) {
	t = &sshexec.Terminal{Term: os.Getenv("TERM")}
	if !isTerminal {
		return t, func() {}, nil
	}
	fd := int(os.Stdin.Fd())
	if t.Cols, t.Rows, err = term.GetSize(fd); err != nil {
		return nil, nil, err
	}
	saved, err := term.MakeRaw(fd)
	if err != nil {
		return nil, nil, err
	}
	sizes, stop := watchSize(fd)
	t.Resized = sizes
	return t, func() {
		stop()
		term.Restore(fd, saved)
	}, nil
}
