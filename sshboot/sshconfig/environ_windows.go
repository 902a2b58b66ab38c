package sshconfig

import (
	"os"
	"path/filepath"
)

func systemConfigFile() string {
	return filepath.Join(os.Getenv("PROGRAMDATA"), "ssh", "ssh_config")
}

func localShell() string { return os.Getenv("COMSPEC") }

// ShellCommand gives the arguments that run a command with the shell.
func ShellCommand(shell, command string) []string { return []string{shell, "/c", command} }

// checkConfigFile accepts any file: access lists are not examined.
func checkConfigFile(*os.File) error { return nil }
