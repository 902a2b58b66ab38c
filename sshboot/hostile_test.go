package sshboot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// mounted is a host whose sessions see the file systems that a shell script
// mounts, where $HOME is the home. /var/tmp is their own.
func mounted(t *testing.T, mounts string) *sshboottest.Server {
	t.Helper()
	shell := filepath.Join(t.TempDir(), "shell")
	writeFile(t, shell, "#!/bin/sh\nset -e\nmount -t tmpfs -o mode=1777 tmpfs /var/tmp\n"+mounts+"\nexec sh \"$@\"\n", 0o700)
	return sshboottest.StartConfig(t, sshboottest.Config{Shell: "unshare -m " + shell})
}

// Where the home does not take programs another place does, and the user is
// told of it.
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
		"runtime dir noexec": `mount -t tmpfs -o noexec tmpfs "$HOME"; export XDG_RUNTIME_DIR="$HOME"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mounted(t, mounts)
			b, u := bootFor(t, s)
			b.programs = having(script(t, fakeServer+strings.Repeat("# a program of some size\n", 1<<15)))
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if told := strings.Join(u.told, ""); !strings.Contains(told, "/var/tmp/gm-") || len(u.told) != 1 {
				t.Errorf("told %q", u.told)
			}
			wantEmpty(t, s)
		})
	}
}

// A directory outside of the home that others could have filled is not used, and
// no program in it is run.
func TestForeignPlaces(t *testing.T) {
	for name, prepare := range map[string]string{
		"open to others": `mkdir $dir; chmod 777 $dir; fill`,
		"not ours":       `mkdir -m 700 $dir; fill; chown 65534 $dir`,
		"a link":         `mkdir -m 700 /var/tmp/x; ln -s x $dir; fill`,
		"a file":         `touch $dir`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := script(t, fakeServer)
			s := mounted(t, `dir=/var/tmp/gm-$(id -u)
fill() { echo 'echo "MOSH CONNECT 60002 `+testKey+`"' >$dir/gm-`+program.Hash+`; chmod 700 $dir/gm-*; }
`+prepare+`
mount --bind "$HOME" /dev/shm; mount -t tmpfs -o noexec tmpfs /tmp
export XDG_CACHE_HOME=/proc/x HOME=/proc/y XDG_RUNTIME_DIR=/proc/z`)
			b, u := bootFor(t, s)
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if told := strings.Join(u.told, ""); strings.Contains(told, "/var/tmp") || !strings.Contains(told, "/dev/shm/gm-") {
				t.Errorf("told %q", u.told)
			}
		})
	}
}

// Nowhere at all: the error says what to do.
func TestNoPlaceHasRoom(t *testing.T) {
	s := mounted(t, `for d in /var/tmp /dev/shm "$HOME"; do mount -t tmpfs -o size=64k tmpfs $d; done; mount -t tmpfs -o size=64k,mode=1777 tmpfs /tmp; export HOME=/var/tmp XDG_CACHE_HOME=/var/tmp`)
	b, _ := bootFor(t, s)
	b.programs = having(script(t, fakeServer+strings.Repeat("# a program of some size\n", 1<<15)))
	_, err := b.run(t.Context())
	wantError(t, err, "no directory can be written to and run from with enough room", "XDG_CACHE_HOME")
}

func TestUninstall(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"XDG_RUNTIME_DIR=/proc"}})
	b, _ := bootFor(t, s)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	dir := filepath.Join(s.Cache, "gm")
	writeFile(t, filepath.Join(dir, ".new-here-1"), "", 0o600)
	writeFile(t, filepath.Join(dir, "sessions", "999999999"), "", 0o600)

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
	writeFile(t, foreign, "mine", 0o600)
	conn, config, err := b.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	wantError(t, uninstall(t.Context(), &strings.Builder{}, conn.Client, config.Alias), "not removed: "+dir, "other files")
	if readFile(t, foreign) != "mine" {
		t.Error("it removed the user's file")
	}
}

// uninstallFrom gives what is said.
func uninstallFrom(t *testing.T, b boot) string {
	t.Helper()
	conn, config, err := b.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var said strings.Builder
	if err := uninstall(t.Context(), &said, conn.Client, config.Alias); err != nil {
		t.Fatalf("%v, said %q", err, said.String())
	}
	return said.String()
}
