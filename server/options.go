//go:build unix

package server

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"gm/wire"
	"gm/wire/state"
	"gm/wire/udp"
)

const usage = `Usage: gm server new [-s] [-v] [-i IP] [-p PORT[:PORT2]] [-c COLORS] [-l NAME=VALUE]... [-@ gm-KEY=VALUE]... [-- COMMAND...]
       gm server attach [-s] [-i IP] [-p PORT[:PORT2]] [-@ gm-KEY=VALUE]... [NAME]
       gm server relay ID
       gm server probe [-s] [-i IP] [-p PORT[:PORT2]]
       gm server ls | detach NAME... | kill NAME...
       mosh-server [IP [PORT]]

  -s               listen on the address that the SSH connection came to
  -i IP            listen on this address
  -p PORT[:PORT2]  UDP port, or a range whose first free port is used; with 0 the
                   system chooses (60001:60999)
  -c COLORS        number of colors of the user's terminal
  -l NAME=VALUE    a locale variable, if this host's locale is not UTF-8
  -v               log events to standard error
  -@ gm-name=NAME  name of the session; an existing one is entered
  -@ gm-role=ROLE  take-over, share or read-only (take-over)
  -@ gm-size=SIZE  latest, smallest or largest: the client whose window sets the size
  -@ gm-linger=7d  a session at its shell's prompt ends after this time without a client;
                   never for never
  COMMAND          program to run in place of the login shell, without a shell

  --version, --licenses  print the version, or the licenses of its parts
`

// options are the options of the command line.
type options struct {
	verb       string     // verbNew, or another of the verbs
	names      []string   // of sessions, with a verb other than new
	bind       netip.Addr // the zero Addr for all addresses
	bindSSH    bool       // bind is that of -s
	replaced   netip.Addr // that of -s, if bind is all addresses for both families
	ports      udp.PortRange
	portsSet   bool // ports are not the default
	colors     int
	locale     []string        // NAME=VALUE
	requested  []string        // names of extensions that the client requests
	extensions state.Extension // the known ones of them
	session    sessionOptions
	verbose    bool
	help       bool
	version    bool
	licenses   bool
	command    []string // empty for the login shell
	// warnings are errors in the command line that did not stop the server.
	warnings []string

	strict bool    // bad values are errors, rather than warnings as with mosh-server
	errs   []error // the bad values, if strict is set
}

func (o *options) warn(format string, a ...any) {
	o.warnings = append(o.warnings, fmt.Sprintf(format, a...))
}

func (o *options) complain(format string, a ...any) {
	if o.strict {
		o.errs = append(o.errs, fmt.Errorf(format, a...))
		return
	}
	o.warn(format, a...)
}

// parseOptions parses a command line, which lacks the program's name. getenv returns
// variables of the environment (SSH_CONNECTION). Like mosh-server 1.4.0 it returns an
// error where that exits, and adds to warnings where that goes on.
func parseOptions(args []string, getenv func(string) string) (options, error) {
	o := options{verb: verbNew, ports: udp.DefaultPorts()}
	if i := slices.Index(args, "--"); i >= 0 {
		args, o.command = args[:i], args[i+1:]
	}
	switch {
	case o.requestsInfo(args):
		return o, nil
	case len(args) > 0 && args[0] == verbNew:
		return o, o.parseNew(args[1:], getenv)
	case len(args) > 2:
		return o, errors.New("too many words")
	case len(args) > 0:
		return o, o.parseLegacy(args)
	}
	return o, nil
}

func (o *options) requestsInfo(args []string) bool {
	o.help = slices.Contains(args, "--help") || slices.Contains(args, "-h")
	o.version = slices.Contains(args, "--version")
	o.licenses = slices.Contains(args, "--licenses")
	return o.help || o.version || o.licenses
}

func (o *options) parseLegacy(args []string) error {
	o.bindTo(args[0])
	if len(args) == 1 {
		return nil
	}
	return o.setPorts(args[1])
}

// knownOptions and optionsWithValue are the letters of the options, for getopt.
const (
	knownOptions     = "svipcl@"
	optionsWithValue = "ipcl@"
)

func (o *options) parseNew(args []string, getenv func(string) string) error {
	words, err := o.parseWords(args, getenv)
	for _, word := range words {
		o.warn("ignored: %q (a command follows --)", word)
	}
	return err
}

func (o *options) parseWords(args []string, getenv func(string) string) (words []string, err error) {
	visit := func(option byte, value string) {
		if err := o.set(option, value, getenv); err != nil {
			o.errs = append(o.errs, err)
		}
	}
	words = getopt(args, knownOptions, optionsWithValue, visit, o.complain)
	o.setDefaultPorts(getenv)
	o.bindBothFamilies()
	return words, errors.Join(o.errs...)
}

// parseVerb parses a command line that begins with a verb other than new. Names of
// sessions may precede and follow a "--".
func parseVerb(args []string, getenv func(string) string) (o options, err error) {
	o = options{verb: args[0], ports: udp.DefaultPorts(), strict: true}
	args = args[1:]
	var after []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, after = args[:i], args[i+1:]
	}
	if o.requestsInfo(args) {
		return o, nil
	}
	words, err := o.parseWords(args, getenv)
	if err != nil {
		return o, err
	}
	o.names = append(words, after...)
	return o, o.checkNames()
}

// checkNames returns an error if a name cannot be that of a session, or their number is
// wrong for the verb.
func (o *options) checkNames() error {
	for _, name := range o.names {
		if err := wire.CheckSessionName(name); err != nil {
			return err
		}
	}
	switch {
	case (o.verb == verbList || o.verb == verbProbe) && len(o.names) > 0:
		return fmt.Errorf("%s takes no name of a session, but got %q", o.verb, o.names[0])
	case o.verb == verbAttach && len(o.names) > 1:
		return fmt.Errorf("attach enters one session, but got %q and %q", o.names[0], o.names[1])
	case o.verb == verbRelay && len(o.names) != 1:
		return errors.New("relay needs the ID of one session")
	case o.verb == verbKill && len(o.names) == 0:
		return errors.New("kill needs the name of a session")
	}
	return nil
}

func (o *options) set(option byte, value string, getenv func(string) string) (err error) {
	switch option {
	case 's':
		o.bindToSSH(getenv("SSH_CONNECTION"))
	case 'v':
		o.verbose = true
	case 'i':
		o.bindTo(value)
	case 'p':
		return o.setPorts(value)
	case 'c':
		if o.colors, err = strconv.Atoi(value); errors.Is(err, strconv.ErrSyntax) {
			return fmt.Errorf("bad number of colors %q", value)
		}
	case 'l':
		o.locale = append(o.locale, value)
	case '@':
		o.setOurs(value)
	}
	return nil
}

func (o *options) setPorts(value string) (err error) {
	if o.ports, err = udp.ParsePortRange(value); err != nil {
		return fmt.Errorf("bad UDP port range %q: %w", value, err)
	}
	o.portsSet = true
	return nil
}

// bindTo sets the address to bind. As with mosh-server an invalid one is only a
// warning: a client that uses another address still gets through.
func (o *options) bindTo(ip string) {
	o.bindSSH = false
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		o.complain("bad IP address %q: listening on every address", ip)
	}
	o.bind = addr.Unmap()
}

func (o *options) bindToSSH(connection string) {
	o.bind, o.bindSSH = netip.Addr{}, true
	words := strings.Fields(connection)
	if len(words) == 0 {
		o.warn("SSH_CONNECTION is not set: listening on every address")
		return
	}
	if len(words) != 4 {
		o.warn("bad SSH_CONNECTION %q: listening on every address", connection)
		return
	}
	addr, err := netip.ParseAddr(words[2])
	if err != nil {
		o.warn("bad IP address %q: listening on every address", words[2])
	}
	o.bind = addr.Unmap()
}

// bindBothFamilies makes the session listen on all addresses in place of that of -s, if
// the client wants that, and if sessions share the port, of which another client may come by
// another address.
func (o *options) bindBothFamilies() {
	if o.bindSSH && (o.session.allFamilies || sharesPort(o.ports)) {
		o.replaced, o.bind = o.bind, netip.Addr{}
	}
}

// setOurs handles a value of -@: "gm=name,name" requests extensions, and "gm-key=value"
// is an option of the session. Other values belong to other programs.
func (o *options) setOurs(value string) {
	if names, ok := strings.CutPrefix(value, "gm="); ok {
		o.requested = append(o.requested, strings.Split(names, ",")...)
		o.extensions = grantable(o.requested)
	}
	if setting, ok := strings.CutPrefix(value, "gm-"); ok {
		if err := o.session.set(setting); err != nil {
			o.complain("%v", err)
		}
	}
}
