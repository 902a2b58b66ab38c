package sshboot

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tools makes a directory with nothing but the named programs, for PATH.
func tools(t *testing.T, sh string, names ...string) string {
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

// needed are the programs that the script cannot do without.
var needed = []string{"cat", "chmod", "id", "ls", "mkdir", "mv", "rm", "uname"}

// everySh are programs that are sh on some system.
var everySh = []string{"dash", "bash", "zsh", "busybox", "mksh", "ksh93"}

// shells are the login shells that a command line is tried with.
var shells = [][]string{{"sh"}, {"dash"}, {"bash"}, {"zsh"}, {"csh"}, {"tcsh"}, {"fish"}, {"busybox", "sh"}, {"rbash"}}
