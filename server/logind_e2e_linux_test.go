//go:build e2e

package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// loginHere returns the words that run a command in a login on a host whose systemd
// kills processes at logout: in a control group of that name and with that
// configuration.
func loginHere(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "cgroup2", 0, ""); err != nil {
		t.Fatalf("mount cgroup2: %v", err)
	}
	group := filepath.Join(dir, "session-gm"+strconv.Itoa(os.Getpid())+".scope")
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		eventually(t, "the control group is not left", func() bool { return os.Remove(group) == nil })
		unix.Unmount(dir, 0)
	})
	const enter = `echo $$ >"$0/cgroup.procs" && mkdir -p /etc/systemd && mount -t tmpfs none /etc/systemd &&
echo KillUserProcesses=yes >/etc/systemd/logind.conf && exec "$@"`
	return []string{"unshare", "--mount", "--propagation", "private", "sh", "-c", enter, group}
}

// A server started in such a login leaves it by systemd-run, and warns if it cannot.
func TestSessionSurvivesLogout(t *testing.T) {
	login := loginHere(t)
	for name, c := range map[string]struct{ systemdRun, warning string }{
		"leaves": {`echo "$@" >"$HOME/words"; while [ "$1" != -- ]; do shift; done; shift; exec "$@"`, "loginctl enable-linger"},
		"stays":  {`exit 1`, "the session may end at logout: "},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := serverCommand(t, "new", "-i", "127.0.0.1", "-p", "0", "--", "cat")
			home := strings.TrimPrefix(cmd.Env[0], "HOME=")
			for program, text := range map[string]string{"loginctl": "echo KillUserProcesses=yes", "systemd-run": c.systemdRun} {
				if err := os.WriteFile(filepath.Join(home, program), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			cmd.Env = setenv(cmd.Env, "PATH="+home+":"+os.Getenv("PATH"))
			cmd.Args = slices.Concat(login, cmd.Args)
			cmd.Path = "/usr/bin/unshare"
			cmd.Env = append([]string{"HOME=" + home}, cmd.Env...) // startCommand looks for it in front
			s := startCommand(t, cmd)
			if !strings.Contains(s.stdout, "gm: warning: ") || !strings.Contains(s.stdout, c.warning) {
				t.Errorf("printed %q", s.stdout)
			}
			words, err := os.ReadFile(filepath.Join(home, "words"))
			if left := err == nil && strings.HasPrefix(string(words), "--user --scope "); left != (name == "leaves") {
				t.Errorf("started by %q, %v", words, err)
			}
			client := s.connect(80, 24)
			client.typeKeys("x\r")
			client.see("x\nx")
			client.quit()
			s.gone()
		})
	}
}

// The relay stays in the login, and its connection to the session leaves with it through
// systemd-run.
func TestPipeOfASessionThatLeavesItsLogin(t *testing.T) {
	login := loginHere(t)
	u := newHostUser(t)
	home := getenv(u.environ, "HOME")
	for program, text := range map[string]string{
		"loginctl":    "echo KillUserProcesses=yes",
		"systemd-run": `while [ "$1" != -- ]; do shift; done; shift; exec "$@"`,
	} {
		if err := os.WriteFile(filepath.Join(home, program), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	args := slices.Concat(login, []string{serverBinary, "new", "-i", "127.0.0.1", "-p", "0", "-@", pathNames, "-@", "gm-pipe", "--", "cat"})
	cmd := exec.Command("/usr/bin/unshare", args[1:]...)
	cmd.Env = setenv(u.environ, "PATH="+home+":"+os.Getenv("PATH"))
	r := u.startCommand("MOSH CONNECT ", cmd)
	r.sessionPid()
	c := newPipedClient(t, r.Key, r)
	c.typeKeys("x\r")
	c.see("x\nx")
	c.wire.Shutdown(time.Now())
	c.waitFor("no end", c.wire.Closed)
	c.waitFor("the relay goes on", func() bool { return c.lost })
	r.gone()
}
