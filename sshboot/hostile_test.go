//go:build e2e

package sshboot

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/deploy"
	"gm/sshboot/sshboottest"
)

// mounted returns a host whose sessions have the file systems that a shell script mounts,
// in which $HOME is the home. Each session has its own /var/tmp.
func mounted(t *testing.T, mounts string) *sshboottest.Server {
	t.Helper()
	shell := filepath.Join(t.TempDir(), "shell")
	sshboottest.WriteFile(t, shell, "#!/bin/sh\nset -e\nmount -t tmpfs -o mode=1777 tmpfs /var/tmp\n"+mounts+"\nexec sh \"$@\"\n", 0o700)
	return sshboottest.StartConfig(t, sshboottest.Config{Shell: "unshare -m " + shell})
}

// If no program can be put into the home, another place is used and reported.
func TestHostileHomes(t *testing.T) {
	for name, mounts := range map[string]string{
		"read-only":          `mount --bind "$HOME" "$HOME"; mount -o remount,ro,bind "$HOME"`,
		"noexec":             `mount -t tmpfs -o noexec tmpfs "$HOME"`,
		"full":               `mount -t tmpfs -o size=4k tmpfs "$HOME"`,
		"full to the brim":   `mount -t tmpfs -o size=4k tmpfs "$HOME"; echo x >"$HOME/x"`,
		"too small":          `mount -t tmpfs -o size=64k tmpfs "$HOME"`,
		"missing":            `unset XDG_CACHE_HOME; export HOME=/proc/nowhere`,
		"unset":              `unset XDG_CACHE_HOME HOME`,
		"somebody else's":    `mkdir -p "$HOME/.cache/gm"; chown 65534 "$HOME/.cache/gm"`,
		"open":               `chmod 777 "$HOME"`,
		"open to a group":    `chmod 770 "$HOME"; chgrp 65534 "$HOME"`,
		"in an open place":   `chmod 777 "$HOME/.."`,
		"open cache":         `mkdir -m 777 "$HOME/.cache"; chmod 777 "$HOME/.cache"`,
		"cache by a link":    `mkdir -m 777 "$HOME/x"; chmod 777 "$HOME/x"; ln -s x "$HOME/.cache"`,
		"runtime dir noexec": `mount -t tmpfs -o noexec tmpfs "$HOME"; export XDG_RUNTIME_DIR="$HOME"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mounted(t, mounts)
			b, u := bootFor(t, s)
			b.binaries = having(script(t, sshboottest.FakeServer+strings.Repeat("# a program of some size\n", 1<<15)))
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			told := strings.Join(u.Told, "")
			if !strings.Contains(told, "the server is in /var/tmp/gm-0 ") || len(u.Told) != 1 {
				t.Errorf("told %q", u.Told)
			}
			if open := strings.Contains(mounts, "chmod 77") || strings.Contains(mounts, "chown"); open != strings.Contains(told, "other accounts can change "+s.Dir) {
				t.Errorf("told %q", u.Told)
			}
			wantEmpty(t, s)
		})
	}
}

// A directory outside of the home that other accounts could have filled is not used, and
// no program in it is run.
func TestForeignPlaces(t *testing.T) {
	for name, c := range map[string]struct{ prepare, told string }{
		"open to others":      {`mkdir $dir; chmod 777 $dir; fill`, "/var/tmp/gm-0 (mode drwxrwxrwx, owner 0)"},
		"open and sticky":     {`mkdir $dir; chmod 1777 $dir; fill`, "/var/tmp/gm-0 (mode drwxrwxrwt, owner 0)"},
		"open to a group":     {`mkdir $dir; chmod 770 $dir; chgrp 65534 $dir; fill`, "/var/tmp/gm-0 (mode drwxrwx---, owner 0)"},
		"not ours":            {`mkdir -m 700 $dir; fill; chown 65534 $dir`, "/var/tmp/gm-0 (mode drwx------, owner 65534)"},
		"a parent not sticky": {`chmod 777 /var/tmp; mkdir -m 700 $dir; fill`, "/var/tmp (mode drwxrwxrwx, owner 0)"},
		"a parent not ours":   {`chown 65534 /var/tmp; mkdir -m 700 $dir; fill`, "/var/tmp (mode drwxrwxrwt, owner 65534)"},
		"a link":              {`mkdir -m 700 /var/tmp/x; ln -s x $dir; fill`, ""},
		"a file":              {`touch $dir`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := script(t, sshboottest.FakeServer)
			s := mounted(t, `dir=/var/tmp/gm-$(id -u)
fill() { echo 'echo "MOSH CONNECT 60002 `+sshboottest.TestKey+`"' >$dir/gm-`+program.Hash+`; chmod 700 $dir/gm-*; }
`+c.prepare+`
mount --bind "$HOME" /dev/shm; mount -t tmpfs -o noexec tmpfs /tmp
export XDG_CACHE_HOME=/proc/x HOME=/proc/y XDG_RUNTIME_DIR=/proc/z`)
			b, u := bootFor(t, s)
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if told := strings.Join(u.Told, ""); !strings.Contains(told, "the server is in /dev/shm/gm-0 ") || !strings.Contains(told, c.told) {
				t.Errorf("told %q", u.Told)
			}
		})
	}
}

// Write permission of the account's own group is allowed (Debian and Fedora create one for
// each account).
func TestHomesOfPrivateGroups(t *testing.T) {
	for group, private := range map[string]bool{"root:x:0:": true, "root:x:0:root": true, "root:x:0:root,nobody": false, "other:x:0:nobody": false} {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			s := mounted(t, `mkdir "$HOME/.cache"; chmod 770 "$HOME" "$HOME/.cache"; chmod 1777 "$HOME/.."
echo `+group+` >"$HOME/group"; mount --bind "$HOME/group" /etc/group`)
			b, u := bootFor(t, s)
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if used := len(u.Told) == 0; used != private {
				t.Errorf("told %q", u.Told)
			}
		})
	}
}

// A program that others own or can write to is replaced in place.
func TestForeignPrograms(t *testing.T) {
	for name, spoil := range map[string]string{"owned": "chown 65534", "open": "chmod 722", "open to a group": "chmod 720 $program; chgrp 65534"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := script(t, sshboottest.FakeServer)
			s := mounted(t, `dir="$HOME/.cache/gm"; program=$dir/gm-`+program.Hash+`
mkdir -p $dir; chmod 700 $dir; echo 'echo "MOSH CONNECT 60002 `+sshboottest.TestKey+`"' >$program; chmod 755 $program; `+spoil+` $program`)
			b, u := bootFor(t, s)
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if len(u.Told) != 0 || sshboottest.ReadFile(t, filepath.Join(s.Cache, "gm", "gm-"+program.Hash)) != sshboottest.FakeServer {
				t.Errorf("told %q", u.Told)
			}
		})
	}
}

// If there is no place with enough space, the error has a hint.
func TestNoPlaceHasRoom(t *testing.T) {
	s := mounted(t, `for d in /var/tmp /dev/shm "$HOME"; do mount -t tmpfs -o size=64k tmpfs $d; done; mount -t tmpfs -o size=64k,mode=1777 tmpfs /tmp; export HOME=/var/tmp XDG_CACHE_HOME=/var/tmp`)
	b, _ := bootFor(t, s)
	b.binaries = having(script(t, sshboottest.FakeServer+strings.Repeat("# a program of some size\n", 1<<15)))
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "no directory can be written to and run from with enough room", "XDG_CACHE_HOME")
}

func TestUninstall(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"XDG_RUNTIME_DIR=/proc"}})
	b, _ := bootFor(t, s)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	dir := filepath.Join(s.Cache, "gm")
	sshboottest.WriteFile(t, filepath.Join(dir, ".new-here-1"), "", 0o600)
	sshboottest.WriteFile(t, filepath.Join(dir, "sessions", "999999999"), "", 0o600)

	removed := uninstallFrom(t, b)
	if strings.Count(removed, "removed "+dir) != 3 {
		t.Errorf("said %q", removed)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s is still there", dir)
	}
	if again := uninstallFrom(t, b); !strings.Contains(again, "nothing of gm is on 127.0.0.1") {
		t.Errorf("said %q", again)
	}

	foreign := filepath.Join(dir, "notes")
	sshboottest.WriteFile(t, foreign, "mine", 0o600)
	conn, config, err := b.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sshboottest.WantError(t, deploy.Uninstall(t.Context(), &strings.Builder{}, conn.Client, config.Alias), "not removed: "+dir, "other files")
	if sshboottest.ReadFile(t, foreign) != "mine" {
		t.Error("it removed the user's file")
	}
}

// The sockets of sessions that were killed go, in each place of them. A running session
// keeps its socket and directory, and what is not gm's stays.
func TestUninstallSocketsOfSessions(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"XDG_RUNTIME_DIR=/proc"}})
	b, _ := bootFor(t, s)
	state := filepath.Join(s.Home, ".local/state/gm")
	dead, running := "999999999-0123abcd-0123abcd", fmt.Sprintf("%d-0123abcd-0123abcd", os.Getpid())
	old, used, other := filepath.Join(state, "0123abcd"), filepath.Join(state, "4567cdef"), filepath.Join(state, "notes")
	for _, path := range []string{filepath.Join(old, dead), filepath.Join(used, dead), filepath.Join(used, running)} {
		leaveSocket(t, path)
		sshboottest.WriteFile(t, filepath.Join(filepath.Dir(path), "lock"), "", 0o600)
	}
	sshboottest.WriteFile(t, other, "mine", 0o600)

	conn, config, err := b.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var said strings.Builder
	sshboottest.WantError(t, deploy.Uninstall(t.Context(), &said, conn.Client, config.Alias), "not removed: "+used, "a running session")
	for _, path := range []string{filepath.Join(old, dead), filepath.Join(used, dead)} {
		if !strings.Contains(said.String(), "removed "+path+"\n") {
			t.Errorf("said %q, not that %s is removed", said.String(), path)
		}
	}
	if _, err := os.Lstat(old); err == nil {
		t.Errorf("%s is still there", old)
	}
	for _, path := range []string{filepath.Join(used, running), filepath.Join(used, "lock"), other} {
		if _, err := os.Lstat(path); err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(os.RemoveAll(used), os.Remove(other)); err != nil {
		t.Fatal(err)
	}
	leaveSocket(t, filepath.Join(s.Cache, "gm/sessions", dead))
	uninstallFrom(t, b)
	for _, dir := range []string{state, filepath.Join(s.Cache, "gm")} {
		if _, err := os.Lstat(dir); err == nil {
			t.Errorf("%s is still there", dir)
		}
	}
}

// leaveSocket makes a socket to which no process listens.
func leaveSocket(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(path)) // a path of any length
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Base(path), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
}

// uninstallFrom uninstalls and returns the output.
func uninstallFrom(t *testing.T, b boot) string {
	t.Helper()
	conn, config, err := b.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var said strings.Builder
	if err := deploy.Uninstall(t.Context(), &said, conn.Client, config.Alias); err != nil {
		t.Fatalf("%v, said %q", err, said.String())
	}
	return said.String()
}
