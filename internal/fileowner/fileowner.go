// Package fileowner checks that no other account can change a file.
//
// A path is safe if the file, and each directory above it up to the root, belongs to the
// user or the system's administrator and is not writable by other accounts. A directory
// above the file may be writable by others if it is sticky, like /tmp, so that they
// cannot rename the files of another account. A path that was found to be safe stays
// safe, because no other account can change it.
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
	Mend string // a command line that corrects it
}

func (e *Error) Error() string { return "others can change " + e.Path + " (" + e.Why + ")" }

// Check checks the file or directory at path and returns its physical path, by which the
// caller must open it. The error is an [*Error] if another account can change it, and
// the system's if it cannot be examined.
func Check(path string) (physical string, err error) {
	return check(path, func(dir string) error { return checkFile(dir, true) })
}

// check is Check with a function that checks each directory above the file.
func check(path string, above func(dir string) error) (physical string, err error) {
	physical, err = filepath.Abs(path)
	if err == nil {
		physical, err = filepath.EvalSymlinks(physical)
	}
	if err != nil {
		return "", err
	}
	for _, dir := range ancestors(physical) {
		if err := above(dir); err != nil {
			return "", err
		}
	}
	return physical, checkFile(physical, false)
}

// ancestors returns the directories above path, the root first. In this order a checked
// directory cannot change while the next one is checked.
func ancestors(path string) (dirs []string) {
	if parent := filepath.Dir(path); parent != path {
		return append(ancestors(parent), parent)
	}
	return nil
}

// CheckTree checks dir and everything below it, except for directories whose names begin
// with a dot.
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

func checkLink(path string) error {
	_, err := Check(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
