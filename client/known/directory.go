package known

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Directory is the path of the directory with a file for each note, or "" for none: then
// notes are neither kept nor found.
type Directory string

const (
	// maxNotes bounds the notes that are kept. A new one replaces the one that was seen
	// least recently.
	maxNotes = 256
	// maxFiles bounds the files of the directory that are read.
	maxFiles = 4 * maxNotes
	// suffix ends the name of each note's file.
	suffix = ".session"
)

// Default returns the directory of the user with these variables: gm/known in
// XDG_STATE_HOME, by default ~/.local/state; on Windows, in LOCALAPPDATA.
func Default(lookup func(string) (string, bool)) Directory {
	if base := stateDirectory(lookup); filepath.IsAbs(base) {
		return Directory(filepath.Join(base, "gm", "known"))
	}
	return ""
}

func variable(lookup func(string) (string, bool), name string) string {
	value, _ := lookup(name)
	return value
}

// Enter notes that a session was begun or entered.
func (d Directory) Enter(host, name string, now time.Time) error {
	n := Note{Host: host, Name: name, Begun: now, Seen: now}
	if err := n.check(); err != nil || d == "" {
		return err
	}
	if old, err := d.read(d.file(host, name)); err == nil && old.Host == host && old.Name == name {
		n.Begun = old.Begun
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	return errors.Join(d.write(n), d.trim())
}

// End removes the note of a session that has ended, if there is one.
func (d Directory) End(host, name string) error {
	if d == "" {
		return nil
	}
	err := os.Remove(d.file(host, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Update compares the notes of a host with the names of all sessions that run there. It
// removes the others, and notes that the host was seen.
func (d Directory) Update(host string, running []string, now time.Time) error {
	var errs []error
	for _, n := range d.Notes() {
		switch {
		case n.Host != host:
		case slices.Contains(running, n.Name):
			n.Seen = now
			errs = append(errs, d.write(*n))
		default:
			errs = append(errs, d.End(host, n.Name))
		}
	}
	return errors.Join(errs...)
}

// Notes returns all notes, the most recently seen first. Files that cannot be read are
// skipped.
func (d Directory) Notes() (notes []*Note) {
	for _, path := range d.files() {
		if n, err := d.read(path); err == nil && path == d.file(n.Host, n.Name) {
			notes = append(notes, &n)
		}
	}
	slices.SortFunc(notes, func(a, b *Note) int {
		return cmp.Or(b.Seen.Compare(a.Seen), strings.Compare(a.Host, b.Host), strings.Compare(a.Name, b.Name))
	})
	return notes
}

// trim removes the notes beyond maxNotes. Files that cannot be read do not count and stay.
func (d Directory) trim() error {
	if len(d.files()) <= maxNotes {
		return nil
	}
	var errs []error
	if notes := d.Notes(); len(notes) > maxNotes {
		for _, n := range notes[maxNotes:] {
			errs = append(errs, d.End(n.Host, n.Name))
		}
	}
	return errors.Join(errs...)
}

func (d Directory) files() (paths []string) {
	if d == "" {
		return nil
	}
	dir, err := os.Open(string(d))
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(maxFiles)
	for _, name := range names {
		if strings.HasSuffix(name, suffix) {
			paths = append(paths, filepath.Join(string(d), name))
		}
	}
	return paths
}

// file returns the path of a note, whose name is a hash because that of a session may
// contain any letter.
func (d Directory) file(host, name string) string {
	sum := sha256.Sum256([]byte(host + "\n" + name))
	return filepath.Join(string(d), hex.EncodeToString(sum[:8])+suffix)
}

func (d Directory) read(path string) (Note, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblocking, 0)
	if err != nil {
		return Note{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxNoteSize))
	if err != nil {
		return Note{}, err
	}
	return parse(text)
}

func (d Directory) write(n Note) error {
	f, err := os.CreateTemp(string(d), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(n.text())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), d.file(n.Host, n.Name))
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
