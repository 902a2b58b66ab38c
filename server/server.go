//go:build unix

package server

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/term"

	"gm/internal/licenses"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// Main runs mosh-server with the command line args, which lacks the program's name, and
// returns the exit status. --version and the terminal's reply to XTVERSION contain
// version.
func Main(version string, args []string) int {
	h, second, err := inherited()
	if second {
		return serveDetached(version, h, err, args)
	}
	o, err := parseOptions(args, os.Getenv)
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "gm: %s\n%s", oneLine(err), usage)
		return 1
	case o.help:
		fmt.Print(usage)
		return 0
	case o.licenses:
		fmt.Print(licenses.ThirdParty)
		return 0
	case o.version:
		fmt.Println("gm server " + version)
		return 0
	}
	for _, w := range o.warnings {
		fmt.Fprintf(os.Stderr, "gm: %s\n", w)
	}
	if err := launchServer(version, o, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "gm: %v\n", err)
		return 1
	}
	return 0
}

// launchServer is the first process: it opens the socket, generates the key, starts the
// second process and prints the announcement.
func launchServer(version string, o options, stdout, stderr io.Writer) error {
	conn, err := listen(o.bind, o.ports, stderr)
	if err != nil {
		return err
	}
	defer conn.Close()
	key, err := datagram.NewKey()
	if err != nil {
		return err
	}
	defer key.Wipe()
	wrapper, warning := leaveLogin()
	pid, err := detach(conn, &key, o.verbose, wrapper)
	if err != nil && wrapper != nil {
		warning = fmt.Sprintf("the session may end at logout: %s: %v", wrapper[0], err)
		pid, err = detach(conn, &key, o.verbose, nil)
	}
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	var text []byte
	if warning != "" {
		text = append(text, "gm: warning: "+warning+"\n"...)
	}
	if term.IsTerminal(int(os.Stdin.Fd())) {
		text = append(text, '\n')
	}
	a := wire.Announcement{Port: conn.Local().Port(), Key: key, Extensions: o.extensions.Names()}
	if text, err = a.AppendText(text); err != nil {
		return err
	}
	defer clear(text)
	if _, err := stdout.Write(text); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "\ngm server %s\n\n[gm server detached, pid = %d]\n", version, pid)
	return nil
}

func listen(addr netip.Addr, ports udp.PortRange, stderr io.Writer) (*udp.Conn, error) {
	conn, err := udp.Listen(addr, ports)
	if err == nil || !addr.IsValid() {
		return conn, err
	}
	fmt.Fprintf(stderr, "gm: %v: listening on every address\n", err)
	return udp.Listen(netip.Addr{}, ports)
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
