//go:build e2e && unix

package server

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/sshboot/sshboottest"
	"gm/wire/control"
)

// sshUser is a user of the server who comes by SSH.
type sshUser struct {
	*hostUser
	sshd *sshboottest.Server
	home string // of the client
}

// newSSHUser returns a user of a real sshd.
func newSSHUser(t *testing.T, options ...string) *sshUser {
	t.Helper()
	u := newHostUser(t)
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: options})
	return &sshUser{u, s, s.ClientHome(t)}
}

// start runs the server by the ssh of OpenSSH, whose standard streams are then the pipe.
func (u *sshUser) start(last string, args ...string) *relayProcess {
	u.t.Helper()
	line := "exec env '" + strings.Join(u.environ, "' '") + "' " + serverBinary + " '" + strings.Join(args, "' '") + "'"
	cmd := exec.Command("ssh", "-F", "none", "-T", "-p", fmt.Sprint(u.sshd.Port), "-i", filepath.Join(u.home, ".ssh/id_ed25519"),
		"-o", "UserKnownHostsFile="+filepath.Join(u.home, ".ssh/known_hosts"), "-o", "BatchMode=yes", u.sshd.User+"@127.0.0.1", line)
	return u.startCommand(last, cmd)
}

func (u *sshUser) begin(args ...string) *relayProcess {
	u.t.Helper()
	return u.start("MOSH CONNECT ", append([]string{"new", "-s", "-p", "0", "-@", pathNames, "-@", "gm-families=all", "-@", "gm-pipe"}, args...)...)
}

// The ends of an SSH connection end the relay. The session goes on, and the client comes
// back by the next connection, with its old key and without losing or repeating a key.
func TestSessionOutlivesItsSSHConnections(t *testing.T) {
	u := newSSHUser(t, "MaxSessions 1", "AllowTcpForwarding no", "PermitTTY no")
	r := u.begin("-@", "gm-name=work", "--", "cat")
	pid := r.sessionPid()
	c := newPipedClient(t, r.Key, r)
	var want []string
	for i, end := range []func(*relayProcess){
		func(r *relayProcess) { r.in.Close() },
		func(r *relayProcess) { r.cmd.Process.Kill() },
		func(*relayProcess) { killRelays(t, u, syscall.SIGHUP) },
		func(*relayProcess) { killRelays(t, u, syscall.SIGKILL) },
		func(*relayProcess) { killSSHD(t, u) },
	} {
		line := fmt.Sprintf("line %d", i)
		want = append(want, line, line)
		c.typeKeys(line + "\r")
		c.see(strings.Join(want, "\n"))
		if s := u.list()["work"]; s.State != control.Attached || s.From != "127.0.0.1" {
			t.Errorf("attempt %d: %+v", i, s)
		}
		end(c.relay)
		c.waitFor("the pipe is open", func() bool { return c.lost })
		c.typeKeys("x")
		c.turn(time.Now().Add(20 * time.Millisecond))
		c.typeKeys("\x7f")
		c.use(u.start("GM PIPE", "server", "relay", "-@", "gm-verb=relay", "--", r.ID))
		eventually(t, "old relays are left", func() bool { return len(relays(t, u)) == 1 })
	}
	if !running(pid) {
		t.Fatal("the session has ended")
	}
	c.typeKeys("last\r")
	c.see(strings.Join(append(want, "last", "last"), "\n"))
	c.wire.Shutdown(time.Now())
	c.waitFor("no end", c.wire.Closed)
	c.waitFor("the relay goes on", func() bool { return c.lost })
	eventually(t, "a relay is left", func() bool { return len(relays(t, u)) == 0 })
}

// relays returns the processes of the user's relays.
func relays(t *testing.T, u *sshUser) (pids []int) {
	t.Helper()
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range environs {
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), "\x00"+relayVariable+"=") || !strings.Contains(string(text), "HOME="+getenv(u.environ, "HOME")+"\x00") {
			continue
		}
		var pid int
		if fmt.Sscanf(path, "/proc/%d/", &pid); pid > 0 {
			pids = append(pids, pid)
		}
	}
	return pids
}

func killRelays(t *testing.T, u *sshUser, with syscall.Signal) {
	t.Helper()
	eventually(t, "there is no relay", func() bool { return len(relays(t, u)) == 1 })
	syscall.Kill(relays(t, u)[0], with)
}

// killSSHD kills the process of sshd above the relay.
func killSSHD(t *testing.T, u *sshUser) {
	t.Helper()
	eventually(t, "there is no relay", func() bool { return len(relays(t, u)) == 1 })
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", relays(t, u)[0]))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var parent int
	fmt.Sscan(fields[1], &parent)
	syscall.Kill(parent, syscall.SIGKILL)
}

// The announcement is as fast with a pipe as without.
func BenchmarkNew(b *testing.B) {
	for name, options := range map[string][]string{"without": {"-@", pathNames}, "with": {"-@", pathNames, "-@", "gm-pipe"}} {
		b.Run(name, func(b *testing.B) {
			u := newHostUser(b)
			for b.Loop() {
				r := u.startRelay("MOSH CONNECT ", append(append([]string{"new", "-i", "127.0.0.1", "-p", "0"}, options...), "--", "cat")...)
				b.StopTimer()
				syscall.Kill(r.sessionPid(), syscall.SIGTERM)
				r.gone()
				b.StartTimer()
			}
		})
	}
}
