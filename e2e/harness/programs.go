package harness

import (
	"os"
	"path/filepath"
	"testing"
)

// Programs are a client and a server, as command lines.
type Programs struct {
	Name   string
	Client []string // IP and port follow; the key is in MOSH_KEY
	Server []string // the options of "mosh-server new" follow
}

// Stock is mosh, as the system has it.
func Stock() Programs {
	return Programs{"mosh", []string{"mosh-client"}, []string{"mosh-server", "new"}}
}

// Ours is the gm at path, by its own command line.
func Ours(path string) Programs {
	return Programs{"gm", []string{path, "client"}, []string{path, "server", "new"}}
}

// Linked is the gm in dir, by the names of mosh's programs.
func Linked(dir string) Programs {
	return Programs{"links", []string{filepath.Join(dir, "mosh-client")}, []string{filepath.Join(dir, "mosh-server"), "new"}}
}

// Environment is what programs under test find: a home of their own, a UTF-8
// locale, and nothing of who runs the test.
func Environment(t testing.TB) []string {
	return []string{
		"HOME=" + TempDir(t), "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "SHELL=/bin/bash",
		"USER=" + os.Getenv("USER"), "LOGNAME=" + os.Getenv("USER"),
		"GORACE=" + os.Getenv("GORACE"),
	}
}

// Shell is a shell without anybody's configuration, whose prompt is "$ ".
func Shell() []string { return []string{"env", "PS1=$ ", "bash", "--norc", "--noprofile"} }
