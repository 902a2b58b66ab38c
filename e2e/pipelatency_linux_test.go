//go:build e2e

package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gm/sshboot/sshboottest"
)

// tripTime is the round trip time of the SSH connection in these tests. It is long, so that
// round trips count, and not the machine.
const tripTime = time.Second

// newFarSite returns a site whose UDP is blocked and whose SSH connection has tripTime, with
// the arguments that lead to it.
func newFarSite(t *testing.T) (s *site, destination []string) {
	t.Helper()
	s = newSite(t, sshboottest.Config{})
	s.there.Filter("wall", "input", noUDP)
	s.here.Filter("wall", "input", noUDP)
	path := s.here.PathTo("10.99.0.1:22", tripTime, 0)
	return s, []string{"--server=" + plain + " server", "--predict=never", "--ssh-option=UpdateHostKeys=no", fmt.Sprintf("root@127.0.0.1:%d", path.Port)}
}

// TestPromptWhileUDPIsBlocked compares the time until the prompt is there with that until
// ssh has run a command: at most one round trip more.
func TestPromptWhileUDPIsBlocked(t *testing.T) {
	t.Parallel()
	s, destination := newFarSite(t)
	for try := range 3 { // a busy machine may delay the one or the other
		began := time.Now()
		x := s.shell(plain, nil, destination...)
		x.ExpectLine("$")
		ours := time.Since(began)
		x.Line("exit")
		s.expectClean(x)

		theirs := s.sshTime(destination[len(destination)-1])
		t.Logf("prompt after %v, ssh runs a command in %v", ours, theirs)
		if ours <= theirs+2*tripTime-tripTime/5 {
			return
		}
		t.Logf("try %d: more than a round trip of %v", try, tripTime)
	}
	t.Error("the prompt comes too late each time")
}

// sshTime returns the time in which ssh runs a command.
func (s *site) sshTime(destination string) time.Duration {
	s.t.Helper()
	args := slices.Concat(s.here.Enter(), []string{"ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "UpdateHostKeys=no",
		"-o", "UserKnownHostsFile=" + filepath.Join(s.home, ".ssh/known_hosts"), "-i", filepath.Join(s.home, ".ssh/id_ed25519"),
		"ssh://" + destination, "true"})
	began := time.Now()
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		s.t.Fatalf("ssh: %v: %s", err, out)
	}
	return time.Since(began)
}

// TestInterruptOnThePipe presses Ctrl-C while a program writes without end: its effect is
// shown within two round trips.
func TestInterruptOnThePipe(t *testing.T) {
	t.Parallel()
	s, destination := newFarSite(t)
	x := s.shell(plain, nil, destination...)
	x.ExpectLine("$")
	for range 3 {
		x.Line("yes; echo stop''ped")
		x.ExpectLine("y")
		<-time.After(3 * tripTime) // the flood fills all that can be filled
		began := time.Now()
		x.Press("C-c")
		x.Expect("^C")
		took := time.Since(began)
		t.Logf("^C after %v", took)
		if took > 2*tripTime+tripTime/2 {
			t.Errorf("Ctrl-C acts after %v, a round trip is %v", took, tripTime)
		}
		x.Line("clear; echo rea''dy")
		x.ExpectLine("ready")
	}
	x.Line("exit")
	s.expectClean(x)
}
