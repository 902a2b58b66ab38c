// Package gmssh is gm under the names gmssh and ssh: it has the command line of OpenSSH's ssh
// (doc/ssh.md). With a terminal it runs a session of gm, otherwise a program over the SSH
// connection.
package gmssh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gm/client/sshexec"
	"gm/client/sshline"
	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
)

// OpenSSHVersion is the version of ssh whose command line and configuration gm has. Programs
// look for this form in the output of ssh -V.
const OpenSSHVersion = "OpenSSH_10.6p1"

// Main runs ssh with the command line argv and returns its exit status: that of the program
// on the host, or 255. version is gm's.
func Main(version string, argv []string) int {
	m := invocation{
		name: filepath.Base(argv[0]), args: argv[1:], version: version,
		streams: sshexec.Standard(), errors: sanitize.NewWriter(os.Stderr), isTerminal: isTerminal,
	}
	status, err := m.run()
	if err != nil {
		m.report(err)
	}
	return status
}

// invocation is one run of ssh.
type invocation struct {
	name, version string
	args          []string
	streams       sshexec.Streams
	errors        io.Writer // for messages
	// isTerminal reports whether a standard stream, 0 to 2, is a terminal.
	isTerminal func(fd int) bool

	line   sshline.Line
	config *sshconfig.Config // nil before it is resolved
	// persistent makes it the master of ControlPersist, in the background and without a program.
	persistent bool
}

// message is an error in ssh's words, which the name of the program does not precede.
type message string

func (m message) Error() string { return string(m) }

func (m *invocation) run() (status int, err error) {
	line, err := sshline.Parse(m.args, optionChecker())
	if err != nil {
		return sshexec.Failed, err
	}
	m.line = line
	switch {
	case line.Version:
		fmt.Fprintf(m.errors, "%s, gm %s\n", OpenSSHVersion, m.version)
		return 0, nil
	case line.Query != "":
		return m.query(line.Query)
	}
	if err := m.checkUser(); err != nil {
		return sshexec.Failed, err
	}
	if line.Verbose > 0 {
		fmt.Fprintf(m.errors, "%s, gm %s\n", OpenSSHVersion, m.version)
	}
	if line.LogFile != "" {
		if err := m.openLog(line.LogFile); err != nil {
			return 1, err // ssh's status for this error
		}
	}
	if m.config, err = sshboot.Resolve(context.Background(), m.request()); err != nil {
		return sshexec.Failed, err
	}
	if line.PrintConfig {
		return 0, m.config.Print(m.streams.Out, sshclient.EffectiveAlgorithms(m.config))
	}
	return m.connect()
}

func (m *invocation) request() sshboot.Request {
	return sshboot.Request{
		Destination: m.line.Destination(), SSHCommand: m.line.SSHCommand(), Family: sshboot.PreferInet,
		Command: m.line.Command, Config: m.config, LoginOnly: true,
	}
}

// queries are the kinds that -Q help lists.
const queries = "cipher\ncipher-auth\ncompression\nkex\nkey\nkey-ca-sign\nkey-cert\nkey-plain\nkey-sig\nmac\nprotocol-version\nsig"

func (m *invocation) query(kind string) (status int, err error) {
	names, ok := sshclient.Supported(kind)
	switch kind {
	case "help":
		names, ok = []string{queries}, true
	case "protocol-version":
		names, ok = []string{"2"}, true
	case "compression":
		names, ok = []string{"none"}, true
	}
	if !ok {
		return sshexec.Failed, message(fmt.Sprintf("Unsupported query %q", kind))
	}
	_, err = fmt.Fprintln(m.streams.Out, strings.Join(names, "\n"))
	return 0, err
}

// optionChecker returns a function that checks the settings of a command line in their order
// and returns the errors of ssh.
func optionChecker() func(sshline.Setting) error {
	c := sshconfig.New("", sshconfig.LocalEnvironment())
	return func(s sshline.Setting) error {
		if s.Option == 'c' || s.Option == 'm' {
			return checkAlgorithms(s)
		}
		if err := c.SetLine(s.Value); err != nil {
			return message(sshconfig.LineError("command-line", 0, err))
		}
		return nil
	}
}

func (m *invocation) checkUser() error {
	c := sshconfig.New("", sshconfig.LocalEnvironment())
	for _, s := range m.line.Settings {
		if s.Option == 'o' || s.Option == 'l' || s.Option == 0 {
			c.SetLine(s.Value) // was checked
		}
	}
	if !sshconfig.ValidUser(c.User()) {
		return message("remote username contains invalid characters")
	}
	return nil
}

// checkAlgorithms reports an error for a list of -c or -m that has a name which gm does not
// support.
func checkAlgorithms(s sshline.Setting) error {
	kind := "cipher"
	if s.Option == 'm' {
		kind = "mac"
	}
	supported, _ := sshclient.Supported(kind)
	_, quoted, _ := strings.Cut(s.Value, " ")
	list := strings.Trim(quoted, `"`)
	for name := range strings.SplitSeq(strings.TrimLeft(list, "+-^"), ",") {
		if !slices.ContainsFunc(supported, func(a string) bool { return sshconfig.MatchPattern(a, name) }) {
			return message(fmt.Sprintf("Unknown %s type '%s'", kind, list))
		}
	}
	return nil
}

// openLog has messages written to a file. The standard error of the program on the host is
// not redirected.
func (m *invocation) openLog(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		cause := err.Error()
		if e, ok := errors.AsType[*os.PathError](err); ok {
			cause = e.Err.Error()
		}
		return message("Couldn't open logfile " + path + ": " + strings.ToUpper(cause[:1]) + cause[1:])
	}
	os.Stderr = f // of notices and of programs such as ProxyCommand
	m.errors = sanitize.NewWriter(f)
	return nil
}

// report writes an error, unless LogLevel is QUIET.
func (m *invocation) report(err error) {
	if m.config != nil && m.config.Word("loglevel") == "SILENT" {
		return
	}
	if e, ok := errors.AsType[*sshline.Error](err); ok {
		if e.Text != "" {
			fmt.Fprintln(m.errors, e.Text)
		}
		if e.Usage {
			fmt.Fprint(m.errors, sshline.Usage)
		}
		return
	}
	text, advice := err.Error(), ""
	if e, ok := errors.AsType[*hint.Error](err); ok {
		advice = e.Hint
	}
	ssh, whole := sshclient.OpenSSHText(err)
	if ssh != "" {
		fmt.Fprintln(m.errors, ssh)
	}
	switch _, plain := errors.AsType[message](err); {
	case whole:
	case plain, sshconfig.IsLineError(err), sshexec.IsMessage(err):
		fmt.Fprintln(m.errors, text)
	case strings.HasPrefix(text, "bad owner or permissions on "): // programs look for it
		fmt.Fprintln(m.errors, "B"+text[1:])
	default:
		fmt.Fprintf(m.errors, "%s: %s\n", m.name, text)
	}
	if advice != "" {
		fmt.Fprintf(m.errors, "hint: %s\n", advice)
	}
}
