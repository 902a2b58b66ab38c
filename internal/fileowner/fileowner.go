// Package fileowner checks that no other account can change a file.
//
// A path is safe if the file, and each directory above it up to the root, belongs to
// the user or the system's administrator and lets nobody else write. A directory
// above may let others write if they cannot rename what is not theirs, as in /tmp.
// What has been found to be safe stays so, as nobody else can change it.
package fileowner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Error is a file or directory that another account can change.
type Error struct {
	Path string
	Why  string // such as "mode 0777"
	Mend string // a command line that mends it
}

func (e *Error) Error() string { return "others can change " + e.Path + " (" + e.Why + ")" }

// Check checks the file or directory at path and returns its physical path, by
// which it is to be opened. The error is an [*Error] if it is not safe, and that of
// the system if it cannot be looked at.
func Check(path string) (physical string, err error) {
	physical, err = filepath.Abs(path)
	if err == nil {
		physical, err = filepath.EvalSymlinks(physical)
	}
	if err != nil {
		return "", err
	}
	for _, dir := range ancestors(physical) {
		if err := checkFile(dir, true); err != nil {
			return "", err
		}
	}
	return physical, checkFile(physical, false)
}

// ancestors returns the directories above path, from the root on: what is found
// of one holds while the next is looked at.
func ancestors(path string) (dirs []string) {
	if parent := filepath.Dir(path); parent != path {
		return append(ancestors(parent), parent)
	}
	return nil
}

// CheckTree checks dir and all that is in it, but for directories whose names
// begin with a dot.
func CheckTree(dir string) error {
	physical, err := Check(dir)
	if err != nil {
		return err
	}
	return filepath.WalkDir(physical, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && path != physical && entry.Name()[0] == '.' {
			return filepath.SkipDir
		}
		return checkEntry(path, entry, err)
	})
}

// CheckDirectory checks dir and the files in it.
func CheckDirectory(dir string) error {
	physical, err := Check(dir)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(physical)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := checkEntry(filepath.Join(physical, entry.Name()), entry, nil); err != nil {
			return err
		}
	}
	return nil
}

func checkEntry(path string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case entry.Type()&fs.ModeSymlink != 0:
		return checkLink(path)
	}
	return checkFile(path, false)
}

// checkLink checks the file that a link leads to, if there is one.
func checkLink(path string) error {
	_, err := Check(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
