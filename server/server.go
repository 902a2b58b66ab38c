//go:build unix

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"gm/internal/licenses"
	"gm/server/registry"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

// Main runs mosh-server with the command line args, which lacks the program's name, and
// returns the exit status. --version and the terminal's reply to XTVERSION contain
// version.
func Main(version string, args []string) int {
	if runInheritedRelay() {
		return 0
	}
	h, second, err := inherited()
	if second {
		return serveDetached(version, h, err, args)
	}
	o, err := parseOptions(args, os.Getenv)
	if err != nil {
		fmt.Fprintf(os.Stderr, "gm: %s\n%s", oneLine(err), usage)
		return 1
	}
	if o.printsText(version) {
		return 0
	}
	for _, w := range o.warnings {
		fmt.Fprintf(os.Stderr, "gm: %s\n", w)
	}
	session, err := launchServer(version, o, os.Stdout, os.Stderr)
	if err != nil {
		printError(os.Stderr, err)
		return 1
	}
	becomeRelay(session)
	return 0
}

// printsText prints the text that the options request in place of their command. It reports
// whether there is one.
func (o *options) printsText(version string) bool {
	switch {
	case o.help:
		fmt.Print(usage)
	case o.licenses:
		fmt.Print(licenses.ThirdParty)
	case o.version:
		fmt.Println("gm server " + version)
	default:
		return false
	}
	return true
}

// lockTimeout bounds how long another process of the user is waited for that begins a
// session.
const lockTimeout = 10 * time.Second

// launchServer is the first process. It enters the session with the name that the user
// has given, or begins one. Other processes that do the same wait, so that there is one
// session of a name. It returns the connection to the session if it has announced a pipe.
func launchServer(version string, o options, stdout, stderr io.Writer) (*net.UnixConn, error) {
	r := registry.Open(os.Getenv)
	ctx, cancel := context.WithTimeout(context.Background(), lockTimeout)
	defer cancel()
	unlock, err := r.Lock(ctx)
	if err == nil {
		defer unlock()
	}
	name, path, err := chooseSession(r, o.session.name, err == nil)
	if err != nil {
		return nil, withName(name, err)
	}
	if path != "" {
		session, err := o.enter(context.Background(), path, stdout)
		switch {
		case err == nil:
			return session, nil
		case !errors.Is(err, registry.ErrNoSession):
			return nil, withName(name, err)
		}
	}
	return begin(version, name, o, stdout, stderr)
}

// chooseSession returns the name of the session to begin, or the socket of the one with
// the wanted name. Without the lock, which a process that hangs may hold, or for which
// there is no directory, the number is one that no other process chooses.
func chooseSession(r registry.Registry, wanted string, locked bool) (name, path string, err error) {
	switch {
	case wanted == "" && locked:
		return r.NextNumber(), "", nil
	case wanted == "":
		return strconv.Itoa(os.Getpid()), "", nil
	}
	entry, err := r.Find(context.Background(), wanted)
	if entry.Err != nil {
		return wanted, "", noAnswer(entry, err)
	}
	return wanted, entry.Path, nil
}

// begin begins a session: it opens the socket, generates the key, starts the second
// process and prints the announcement.
func begin(version, name string, o options, stdout, stderr io.Writer) (*net.UnixConn, error) {
	conn, err := listen(registry.Open(os.Getenv), &o, stderr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	key, err := datagram.NewKey()
	if err != nil {
		return nil, err
	}
	defer key.Wipe()
	wrapper, warning := leaveLogin()
	second := secondProcess{socket: conn, key: &key, name: name, verbose: o.verbose, relayed: o.relays()}
	ready, err := second.start(wrapper)
	if err != nil && wrapper != nil {
		warning = fmt.Sprintf("the session may end at logout: %s: %v", wrapper[0], err)
		ready, err = second.start(nil)
	}
	if err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	warnings := ready.warnings
	if warning != "" {
		warnings = append(warnings, warning)
	}
	if !ready.listed {
		o.extensions &^= state.ExtSessions
	}
	a := wire.Announcement{
		Port: conn.Local().Port(), Key: key, Extensions: o.extensions.Names(), Session: name,
		ID: ready.id, Addresses: o.addresses(), Pipe: ready.relay != nil,
	}
	defer a.Key.Wipe()
	if err := announce(stdout, warnings, a); err != nil {
		return nil, err
	}
	fmt.Fprintf(stderr, "\ngm server %s\n\n[gm server detached, pid = %d]\n", version, ready.pid)
	return ready.relay, nil
}

// listen opens the first socket of a session. If the address cannot be bound, the socket
// is bound to all, and the options have no address any more.
func listen(r registry.Registry, o *options, stderr io.Writer) (*udp.Conn, error) {
	sharer := sharer{registry: r, client: o.replaced}
	conn, err := sharer.listen(o.bind, o.ports, o.extensions.Names())
	if err == nil && o.replaced.Is6() && conn.Local().Addr().Is4() { // OpenBSD has no socket of both
		conn.Close()
		o.bind = o.replaced
		conn, err = sharer.listen(o.bind, o.ports, o.extensions.Names())
	}
	if err == nil || !o.bind.IsValid() {
		return conn, err
	}
	fmt.Fprintf(stderr, "gm: %v: listening on every address\n", err)
	o.bind = netip.Addr{}
	return sharer.listen(netip.Addr{}, o.ports, o.extensions.Names())
}

func printError(stderr io.Writer, err error) {
	fmt.Fprintf(stderr, "gm: %s\n", oneLine(err))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", hint)
	}
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
