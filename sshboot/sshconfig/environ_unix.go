//go:build unix

package sshconfig

import (
	"fmt"
	"os"
	"syscall"

	"gm/internal/fileowner"
	"gm/internal/hint"
	"gm/internal/shellquote"
)

func systemConfigFile() string { return "/etc/ssh/ssh_config" }

func localShell() string {
	if shell := os.Getenv("SHELL"); shell != "" {
		return shell
	}
	return "/bin/sh"
}

// ShellCommand returns the arguments that run a command with the shell. The command
// replaces the shell process.
func ShellCommand(shell, command string) []string { return []string{shell, "-c", "exec " + command} }

// checkConfigFile returns an error, as Debian's ssh does, for a configuration file that
// another account owns or can change, because it can run commands. A group with no other
// member may have write permission.
func checkConfigFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	mode := info.Mode().Perm()
	advice := ""
	switch {
	case stat.Uid != 0 && int(stat.Uid) != os.Getuid():
		advice = fmt.Sprintf("it belongs to uid %d, which could make gm run commands: change its owner with chown", stat.Uid)
	case mode&0o002 != 0, mode&0o020 != 0 && !fileowner.PrivateGroup(int(stat.Gid)):
		advice = fmt.Sprintf("others can change it (mode %04o) and could make gm run commands: chmod go-w %s", mode, shellquote.Quote(f.Name()))
	default:
		return nil
	}
	return &hint.Error{Err: fmt.Errorf("bad owner or permissions on %s", f.Name()), Hint: advice}
}
