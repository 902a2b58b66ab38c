//go:build unix

package sshclient

import (
	"fmt"
	"os"
	"syscall"

	"gm/internal/shellquote"
)

// checkPrivate returns an error, like ssh, if the user owns the file and it is accessible
// to others.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(stat.Uid) == os.Getuid() && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("key %s is not used: its mode %04o lets others read it (chmod 600 %s)", path, info.Mode().Perm(), shellquote.Quote(path))
	}
	return nil
}
