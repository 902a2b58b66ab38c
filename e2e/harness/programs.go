package harness

import (
	"os"
	"path/filepath"
	"testing"
)

type Programs struct {
	Name   string
	Client []string // followed by IP and port; the key is in MOSH_KEY
	Server []string // followed by the options of "mosh-server new"
}

func Stock() Programs {
	return Programs{"mosh", []string{"mosh-client"}, []string{"mosh-server", "new"}}
}

// Ours returns the gm at path with its own command line.
func Ours(path string) Programs {
	return Programs{"gm", []string{path, "client"}, []string{path, "server", "new"}}
}

// Linked returns the gm in dir under the names of mosh's programs.
func Linked(dir string) Programs {
	return Programs{"links", []string{filepath.Join(dir, "mosh-client")}, []string{filepath.Join(dir, "mosh-server"), "new"}}
}

// Environment returns the environment of programs under test: a home of their own, a
// UTF-8 locale, and no variable of the caller.
func Environment(t testing.TB) []string {
	return []string{
		"HOME=" + TempDir(t), "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "SHELL=/bin/bash",
		"USER=" + os.Getenv("USER"), "LOGNAME=" + os.Getenv("USER"),
		"GORACE=" + os.Getenv("GORACE"),
	}
}

// Shell returns the command line of a shell without configuration, whose prompt is "$ ".
func Shell() []string { return []string{"env", "PS1=$ ", "bash", "--norc", "--noprofile"} }
