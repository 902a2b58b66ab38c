//go:build unix

package fileowner

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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

// CheckWithHome is Check, except that a directory above the user's home may belong to any
// account, unless everyone can write to it: an account that could replace the home could
// run programs as the user anyway. On Android, directories above the home belong to the
// system's own account.
func CheckWithHome(path, home string) (physical string, err error) {
	if home, err = filepath.EvalSymlinks(home); err != nil {
		return Check(path)
	}
	return check(path, func(dir string) error {
		if strings.HasPrefix(home, strings.TrimSuffix(dir, "/")+"/") {
			return checkAboveHome(dir)
		}
		return checkFile(dir, true)
	})
}

func checkAboveHome(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if mode := info.Mode(); mode.Perm()&0o002 != 0 && mode&fs.ModeSticky == 0 {
		return &Error{dir, fmt.Sprintf("mode %04o", unixMode(mode)), "chmod go-w " + quote(dir)}
	}
	return nil
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
