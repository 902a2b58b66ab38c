//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// over returns the options with which gm reaches h by a path.
func (h *host) over(p *harness.Path) []string {
	return []string{"--ssh-option=HostKeyAlias=far", "--ssh-option=UpdateHostKeys=no", fmt.Sprintf("%s@127.0.0.1:%d", h.User, p.Port)}
}

// newFarHost knows the host as "far", whatever the path's port is.
func newFarHost(t *testing.T) *host {
	t.Helper()
	h := newHost(t, sshboottest.Config{})
	known := strings.ReplaceAll(h.KnownHosts(), fmt.Sprintf("[127.0.0.1]:%d", h.Port), "far")
	if err := os.WriteFile(filepath.Join(h.home, ".ssh", "known_hosts"), []byte(known), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

// lastTrip waits for the n-th connection over p to end.
func lastTrip(t *testing.T, p *harness.Path, n int) harness.Trip {
	t.Helper()
	harness.Until(t, "end of the connection", harness.Patience, func() bool { return len(p.Trips()) >= n }, nil)
	return p.Trips()[n-1]
}

// TestRoundTrips compares the round trips of a login with those of ssh, over a
// path so long that messages do not cross by chance.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	const rtt = 500 * time.Millisecond
	h := newFarHost(t)
	h.use(h.shell(plain, nil, "--ssh-option=HostKeyAlias=far", h.Destination())) // the server is there after this
	path := harness.NewPath(t, h.Port, rtt, 0)
	h.use(h.shell(plain, nil, h.over(path)...))
	ours := lastTrip(t, path, 1)

	ssh := exec.Command("ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "HostKeyAlias=far", "-o", "UpdateHostKeys=no",
		"-o", "UserKnownHostsFile="+filepath.Join(h.home, ".ssh/known_hosts"), "-i", filepath.Join(h.home, ".ssh/id_ed25519"),
		"-p", fmt.Sprint(path.Port), h.User+"@127.0.0.1", "true")
	if out, err := ssh.CombinedOutput(); err != nil {
		t.Fatalf("ssh: %v: %s", err, out)
	}
	theirs := lastTrip(t, path, 2)
	t.Logf("round trips: gm %d in %v, ssh %d in %v", ours.RoundTrips, ours.Lasted, theirs.RoundTrips, theirs.Lasted)
	if ours.RoundTrips > theirs.RoundTrips {
		t.Errorf("gm needs %d round trips, ssh %d", ours.RoundTrips, theirs.RoundTrips)
	}
}

// TestUploadFillsThePath wants as many bytes on the way as a round trip of
// 100 ms takes at 100 Mbit/s. Its path is five times as slow and as long, so
// that no processor is what limits.
func TestUploadFillsThePath(t *testing.T) {
	t.Parallel()
	const rtt, rate = 500 * time.Millisecond, 20_000_000 / 8
	h := newFarHost(t)
	path := harness.NewPath(t, h.Port, rtt, rate)
	h.use(h.shell(plain, nil, h.over(path)...))
	trip := lastTrip(t, path, 1)
	t.Logf("%d bytes in %v, %d at once on the way", trip.Sent, trip.Lasted, trip.MaxInFlight)
	if want := int64(rate / 2); trip.MaxInFlight < want {
		t.Errorf("at most %d bytes were on the way, want %d", trip.MaxInFlight, want)
	}
}
