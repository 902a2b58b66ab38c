//go:build unix

package fileowner

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// checkFile checks one file. If shared is set, it may be a sticky directory, in which
// others can create files of their own.
func checkFile(path string, shared bool) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%s: no owner is known", path)
	}
	mode := info.Mode()
	switch {
	case stat.Uid != 0 && int(stat.Uid) != os.Getuid():
		return &Error{path, fmt.Sprintf("owner %d", stat.Uid), "chown root " + quote(path)}
	case mode.Perm()&0o022 == 0, mode&fs.ModeSymlink != 0:
		return nil
	case shared && mode&fs.ModeSticky != 0:
		return nil
	case mode.Perm()&0o002 == 0 && PrivateGroup(int(stat.Gid)):
		return nil
	}
	return &Error{path, fmt.Sprintf("mode %04o", unixMode(mode)), "chmod go-w " + quote(path)}
}

// unixMode returns mode in the bits of chmod.
func unixMode(mode fs.FileMode) uint32 {
	bits := uint32(mode.Perm())
	if mode&fs.ModeSticky != 0 {
		bits |= 0o1000
	}
	return bits
}

func quote(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
