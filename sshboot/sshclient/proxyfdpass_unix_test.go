//go:build e2e && unix

package sshclient

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"gm/sshboot/sshboottest"
)

// passing is an environment variable that selects what the test, run as a ProxyCommand,
// passes.
const passing = "GM_TEST_PASSING"

// TestProxyUseFdpass runs the test itself as a ProxyCommand of ssh and gm.
func TestProxyUseFdpass(t *testing.T) {
	if what := os.Getenv(passing); what != "" {
		passConn(what, net.JoinHostPort(flag.Arg(0), flag.Arg(1)))
	}
	s := sshboottest.Start(t)
	for _, c := range []struct {
		what string
		ok   bool
		want string // part of the error
	}{
		{"connection", true, ""}, {"two", true, ""}, {"connection and stay", true, ""}, {"nothing", false, "passed no connection"},
		{"bytes", false, "passed no connection"}, {"file", false, "ProxyCommand"},
	} {
		t.Run(c.what, func(t *testing.T) {
			b, _ := bootFor(t, s)
			options := []string{
				"ProxyUseFdpass=yes", "IdentityFile=" + filepath.Join(b.env.Home, ".ssh/id_ed25519"),
				"ProxyCommand=env " + passing + "='" + c.what + "' " + os.Args[0] + " -test.run='^TestProxyUseFdpass$' %h %p",
			}
			conn, _, err := withOptions(b, options...).connect(t.Context())
			if err == nil {
				if conn.Addr.IsValid() {
					t.Errorf("the address %v may be a proxy's", conn.Addr)
				}
				conn.Close()
			}
			if (err == nil) != c.ok {
				t.Fatal(err)
			}
			if !c.ok {
				sshboottest.WantError(t, err, c.want)
			}
			if c.what != "connection and stay" && sshLogsIn(t, b, s, options...) != c.ok { // ssh waits for the program
				t.Error("ssh has another result")
			}
		})
	}
	b, _ := bootFor(t, s)
	ctx, cancel := sshboottest.ContextAfterFile(t, filepath.Join(b.env.Home, "waiting"))
	defer cancel()
	_, _, err := withOptions(b, "ProxyUseFdpass=yes", "ProxyCommand=sh -c 'touch "+filepath.Join(b.env.Home, "waiting")+"; exec sleep 1000'").connect(ctx)
	if err != context.Canceled {
		t.Errorf("canceled: %v", err)
	}
}

// passConn passes what over standard output, and exits.
func passConn(what, address string) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	file, _ := conn.(*net.TCPConn).File()
	switch fd := int(file.Fd()); what {
	case "connection", "connection and stay":
		unix.Sendmsg(1, []byte{0}, unix.UnixRights(fd), nil, 0)
	case "two":
		unix.Sendmsg(1, []byte{0}, unix.UnixRights(fd, fd), nil, 0)
	case "file":
		unix.Sendmsg(1, []byte{0}, unix.UnixRights(2), nil, 0)
	case "bytes":
		unix.Write(1, []byte{0})
	}
	if what == "connection and stay" {
		var pipe [2]int
		unix.Pipe(pipe[:])
		unix.Read(pipe[0], make([]byte, 1)) // until the program is killed
	}
	os.Exit(0)
}
