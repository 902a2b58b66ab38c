//go:build unix

package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gm/wire/control"
)

const (
	// answerTimeout is the time that a session has to answer when sessions are listed.
	answerTimeout = time.Second
	// maxCalls bounds the sessions that are asked at the same time.
	maxCalls = 128
	// newTimeout is the age from which on a socket without its final name is removed.
	// A session listens and renames it within a second, or was killed.
	newTimeout = time.Minute
)

// Entry is a session in a list.
type Entry struct {
	Path string // of the socket
	// Status is the session's. It has the ID, the process id and control.NoAnswer if
	// Err is set.
	Status control.Status
	Err    error // the reason why the session does not answer
}

// List asks all sessions for their status, in parallel. It removes the sockets of sessions
// that ended without doing so. The entries are sorted by age, the oldest first, those
// without an answer last. The error is about directories that were not read; the other
// entries are valid.
func (r Registry) List(ctx context.Context) ([]Entry, error) { return r.ListOthers(ctx, "") }

// ListOthers is List without the session with that ID.
func (r Registry) ListOthers(ctx context.Context, own string) ([]Entry, error) {
	files, err := r.files()
	for _, f := range files {
		f.removeIfUnnamed()
	}
	others := slices.DeleteFunc(sockets(files), func(s socket) bool { return s.id.text == own })
	return askAll(ctx, others), err
}

// Find returns the session with a name. It fails with ErrNoSession if there is none, and
// with Entry.Err if a session that may have the name does not answer.
func (r Registry) Find(ctx context.Context, name string) (Entry, error) {
	files, err := r.files()
	hash := nameHash(name)
	candidates := slices.DeleteFunc(sockets(files), func(s socket) bool { return s.id.hash != hash })
	for _, entry := range askAll(ctx, candidates) {
		switch {
		case entry.Err != nil:
			return entry, fmt.Errorf("process %d: %w", entry.Status.Pid, entry.Err)
		case entry.Status.Name == name:
			return entry, nil
		}
	}
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrNoSession, err)
	}
	return Entry{}, ErrNoSession
}

// PathOf returns the socket of the session with the ID. It asks no session. The error is
// ErrNoSession if there is none.
func (r Registry) PathOf(id string) (string, error) {
	files, err := r.files()
	for _, s := range sockets(files) {
		if s.id.text == id {
			return s.path, nil
		}
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoSession, err)
	}
	return "", ErrNoSession
}

// NextNumber returns the smallest number that is not the name of a session. It asks no
// session, so that numbers of sessions that ended without removing their socket count as
// used. The caller holds the Lock.
func (r Registry) NextNumber() string {
	files, _ := r.files()
	used := map[string]bool{}
	for _, s := range sockets(files) {
		used[s.id.hash] = true
	}
	n := 1
	for used[nameHash(strconv.Itoa(n))] {
		n++
	}
	return strconv.Itoa(n)
}

// file is an entry of one of the directories.
type file struct {
	fs.DirEntry
	path string
}

// files returns the entries of all directories. The error is about directories that exist
// and are not used.
func (r Registry) files() (files []file, err error) {
	var dirs []string
	var errs []error
	for _, p := range r.places {
		dir, err := p.open(r.uid, false)
		if err != nil {
			errs = append(errs, unlessAbsent(err))
			continue
		}
		if slices.Contains(dirs, dir) {
			continue
		}
		dirs = append(dirs, dir)
		entries, err := os.ReadDir(dir)
		errs = append(errs, unlessAbsent(err))
		for _, e := range entries {
			files = append(files, file{e, filepath.Join(dir, e.Name())})
		}
	}
	return files, errors.Join(errs...)
}

// unlessAbsent returns err, or nil if it means that there is no directory, or only one
// above it that is closed to the user.
func unlessAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.ENOTDIR) {
		return nil
	}
	return err
}

func (f file) removeIfUnnamed() {
	if !strings.HasPrefix(f.Name(), newPrefix) {
		return
	}
	if info, err := f.Info(); err == nil && time.Since(info.ModTime()) > newTimeout {
		os.Remove(f.path)
	}
}

// socket is a file that is named like the socket of a session.
type socket struct {
	id   id
	path string
}

func sockets(files []file) (sockets []socket) {
	for _, f := range files {
		if parsed, ok := parseID(f.Name()); ok && f.Type()&fs.ModeSocket != 0 {
			sockets = append(sockets, socket{parsed, f.path})
		}
	}
	return sockets
}

func askAll(ctx context.Context, sockets []socket) (entries []Entry) {
	answers := make([]*Entry, len(sockets))
	calls := make(chan struct{}, maxCalls)
	var wait sync.WaitGroup
	for i, s := range sockets {
		calls <- struct{}{}
		wait.Go(func() {
			answers[i] = s.ask(ctx)
			<-calls
		})
	}
	wait.Wait()
	answers = slices.DeleteFunc(answers, func(e *Entry) bool { return e == nil })
	slices.SortFunc(answers, compareEntries)
	for _, e := range answers {
		entries = append(entries, *e)
	}
	return entries
}

func compareEntries(a, b *Entry) int {
	switch {
	case a.Err == nil && b.Err != nil:
		return -1
	case a.Err != nil && b.Err == nil:
		return 1
	}
	return cmp.Or(a.Status.Created.Compare(b.Status.Created), cmp.Compare(a.Status.Name, b.Status.Name), cmp.Compare(a.Status.ID, b.Status.ID))
}

// ask asks the session for its status. It returns nil after removing a socket that refuses
// the connection: a session listens before its socket has its name, and until it ends.
func (s socket) ask(ctx context.Context) *Entry {
	before, err := os.Lstat(s.path)
	if err != nil {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	response, err := Call(limited, s.path, control.Request{Verb: control.VerbStatus})
	switch {
	case errors.Is(err, ErrNoSession), err != nil && s.refuses(ctx):
		s.removeUnlessReplaced(before)
		return nil
	case err == nil && response.Error != "":
		err = errors.New(response.Error)
	case err == nil && response.Status == nil:
		err = errors.New("an answer without a status")
	}
	if err != nil {
		if _, gone := os.Lstat(s.path); gone != nil {
			return nil // it ended meanwhile
		}
		return &Entry{s.path, control.Status{ID: s.id.text, Pid: s.id.pid}, err}
	}
	return &Entry{Path: s.path, Status: *response.Status}
}

func (s socket) refuses(ctx context.Context) bool {
	conn, err := dial(ctx, s.path)
	if err == nil {
		conn.Close()
	}
	return errors.Is(err, ErrNoSession)
}

func (s socket) removeUnlessReplaced(before fs.FileInfo) {
	if now, err := os.Lstat(s.path); err == nil && os.SameFile(before, now) {
		os.Remove(s.path)
	}
}
