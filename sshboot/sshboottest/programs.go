package sshboottest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Tools returns a directory for PATH that contains only the named programs, and sh.
func Tools(t *testing.T, sh string, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	link := func(program, name string) {
		path, err := exec.LookPath(program)
		if err == nil {
			path, err = filepath.EvalSymlinks(path)
		}
		if err == nil {
			err = os.Symlink(path, filepath.Join(dir, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	link(sh, "sh")
	for _, name := range names {
		link(name, name)
	}
	return dir
}

// Needed are the programs that the bootstrap script requires.
var Needed = []string{"cat", "chmod", "id", "ls", "mkdir", "mv", "rm", "uname"}

// EverySh are programs that are sh on some system.
var EverySh = []string{"dash", "bash", "zsh", "busybox", "mksh", "ksh93"}

// Shells are the login shells with which command lines are tested.
var Shells = [][]string{{"sh"}, {"dash"}, {"bash"}, {"zsh"}, {"csh"}, {"tcsh"}, {"fish"}, {"busybox", "sh"}, {"rbash"}}

// TestKey is the key that FakeServer announces.
const TestKey = "4NeCCgvZFe2RnPgrcU1PQw"

// FakeServer is a program that announces itself like gm's server. It writes its arguments
// to $HOME/args, each terminated by NUL.
const FakeServer = `#!/bin/sh
[ "$1" = --version ] && echo gm test && exit 0
printf '%s\000' "$@" >"$HOME/args"
echo "GM EXTENSIONS one two"
echo "MOSH CONNECT 60001 ` + TestKey + `"
`

// FakeSessions is a program that answers the verbs of gm's server, with a session called
// work. It appends its arguments to $HOME/args, each call ended by a newline.
const FakeSessions = `#!/bin/sh
[ "$1" = --version ] && echo gm test && exit 0
echo "$*" >>"$HOME/args"
verb=$2
for name in "$@"; do :; done
case $verb:$name in
ls:*) echo "GM STATUS work" ;;
detach:work | kill:work) echo "GM DONE work" ;;
new:* | attach:work) echo "GM SESSION work"; echo "MOSH CONNECT 60001 ` + TestKey + `" ;;
attach:attach) echo "GM STATUS work"; echo "GM ERROR several sessions"; echo "GM HINT name one"; exit 1 ;;
*) echo "GM ERROR no session is called $name"; echo "GM HINT gm ls lists them"; exit 1 ;;
esac
`
