//go:build unix

package sshboot

import (
	"fmt"
	"os"
	"syscall"
)

func systemConfigFile() string { return "/etc/ssh/ssh_config" }

func localShell() string {
	if shell := os.Getenv("SHELL"); shell != "" {
		return shell
	}
	return "/bin/sh"
}

// shellCommand gives the arguments that run a command with the shell, which it
// replaces.
func shellCommand(shell, command string) []string { return []string{shell, "-c", "exec " + command} }

// checkConfigFile refuses, as ssh does, a configuration that somebody else owns
// or may write to: it can run commands.
func checkConfigFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && (stat.Uid != 0 && int(stat.Uid) != os.Getuid() || info.Mode().Perm()&0o022 != 0) {
		return fmt.Errorf("bad owner or permissions on %s", f.Name())
	}
	return nil
}
