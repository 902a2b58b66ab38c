//go:build e2e

package e2e

import (
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestForwardingBesideMosh forwards in a session of mosh-server: over the SSH connection, which
// is made anew when it is lost.
func TestForwardingBesideMosh(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	serveEcho(t, s.there.Listen("127.0.0.1:7007"))
	serveEcho(t, s.here.Listen("127.0.0.1:7008"))
	x := s.shell(racing, nil, "--server=mosh-server", "-L", "8001:127.0.0.1:7007", "-R", "8002:127.0.0.1:7008", "root@10.99.0.1")
	x.ExpectLine("$")
	expect := func(n *harness.Namespace, address string) {
		t.Helper()
		harness.Until(t, "a connection to "+address, harness.Patience, listens(n, "tcp", address), nil)
		conn, err := dialIn(n, "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		expectEcho(t, conn, 1<<20)
	}
	expect(s.here, "127.0.0.1:8001")
	expect(s.there, "127.0.0.1:8002")
	s.Drop()
	expect(s.here, "127.0.0.1:8001")
	expect(s.there, "127.0.0.1:8002")
	s.use(x)
}
