//go:build unix

package server

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"gm/server/pty"
	"gm/vt"
	"gm/wire/state"
	"gm/wire/udp"
)

const usage = `Usage: gm server new [-s] [-v] [-i IP] [-p PORT[:PORT2]] [-c COLORS] [-l NAME=VALUE]... [-- COMMAND...]
       mosh-server [IP [PORT]]

  -s               listen on the address that the SSH connection came to
  -i IP            listen on this address
  -p PORT[:PORT2]  UDP port, or a range whose first free port is used; with 0 the
                   system chooses (60001:60999)
  -c COLORS        number of colors of the user's terminal
  -l NAME=VALUE    a locale variable, if this host's locale is not UTF-8
  -v               log events to standard error
  COMMAND          program to run in place of the login shell, without a shell

  --version, --licenses  print the version, or the licenses of its parts
`

// options are the options of the command line.
type options struct {
	bind       netip.Addr // the zero Addr for all addresses
	ports      udp.PortRange
	colors     int
	locale     []string        // NAME=VALUE
	extensions state.Extension // requested by the client and known
	verbose    bool
	help       bool
	version    bool
	licenses   bool
	command    []string // empty for the login shell
	// warnings are errors in the command line that did not stop the server.
	warnings []string
}

func (o *options) dialect() vt.Dialect {
	d := vt.Stock()
	if o.extensions.Has(state.ExtScreen) {
		d = vt.Full()
		d.ExplicitWidths = o.extensions.Has(state.ExtTerminal)
	}
	d.KeyModes = o.extensions.Has(state.ExtKeys)
	d.SetColors = o.extensions.Has(state.ExtColors)
	d.Marks = false // in the diff, where an older client does not know them
	d.Pointer, d.Notes = o.extensions.Has(state.ExtEvents), o.extensions.Has(state.ExtEvents)
	if o.extensions.Has(state.ExtEvents) {
		d.EventsApart, d.Notifications, d.Progress = true, false, true
	}
	return d
}

func (o *options) warn(format string, a ...any) {
	o.warnings = append(o.warnings, fmt.Sprintf(format, a...))
}

// parseOptions parses a command line, which lacks the program's name. getenv returns
// variables of the environment (SSH_CONNECTION). Like mosh-server 1.4.0 it returns an
// error where that exits, and adds to warnings where that goes on.
func parseOptions(args []string, getenv func(string) string) (options, error) {
	o := options{ports: udp.DefaultPorts()}
	if i := slices.Index(args, "--"); i >= 0 {
		args, o.command = args[:i], args[i+1:]
	}
	o.help = slices.Contains(args, "--help") || slices.Contains(args, "-h")
	o.version = slices.Contains(args, "--version")
	o.licenses = slices.Contains(args, "--licenses")
	switch {
	case o.help || o.version || o.licenses:
		return o, nil
	case len(args) > 0 && args[0] == "new":
		return o, o.parseNew(args[1:], getenv)
	case len(args) > 2:
		return o, errors.New("too many words")
	case len(args) > 0:
		return o, o.parseLegacy(args)
	}
	return o, nil
}

func (o *options) parseLegacy(args []string) error {
	o.bindTo(args[0])
	if len(args) == 1 {
		return nil
	}
	return o.setPorts(args[1])
}

func (o *options) parseNew(args []string, getenv func(string) string) error {
	var errs []error
	visit := func(option byte, value string) {
		if err := o.set(option, value, getenv); err != nil {
			errs = append(errs, err)
		}
	}
	for _, word := range getopt(args, "svipcl@", "ipcl@", visit, o.warn) {
		o.warn("ignored: %q (a command follows --)", word)
	}
	return errors.Join(errs...)
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
		o.requestExtensions(value)
	}
	return nil
}

func (o *options) setPorts(value string) (err error) {
	if o.ports, err = udp.ParsePortRange(value); err != nil {
		return fmt.Errorf("bad UDP port range %q: %w", value, err)
	}
	return nil
}

// bindTo sets the address to bind. As with mosh-server an invalid one is only a
// warning: a client that uses another address still gets through.
func (o *options) bindTo(ip string) {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		o.warn("bad IP address %q: listening on every address", ip)
	}
	o.bind = addr.Unmap()
}

func (o *options) bindToSSH(connection string) {
	o.bind = netip.Addr{}
	words := strings.Fields(connection)
	if len(words) == 0 {
		o.warn("SSH_CONNECTION is not set: listening on every address")
		return
	}
	if len(words) != 4 {
		o.warn("bad SSH_CONNECTION %q: listening on every address", connection)
		return
	}
	o.bindTo(words[2])
}

// requestExtensions adds the extensions of "gm=name,name". Other values of -@ belong to
// other programs.
func (o *options) requestExtensions(value string) {
	names, ours := strings.CutPrefix(value, "gm=")
	if !ours {
		return
	}
	o.extensions |= state.ParseExtensions(strings.Split(names, ","))
	o.extensions &^= state.ExtSessions // not served yet
	if !pty.ReadsDiscipline {
		o.extensions &^= state.ExtEcho
	}
}
