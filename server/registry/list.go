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
func (r Registry) List(ctx context.Context) ([]Entry, error) {
	sockets, err := r.sockets()
	r.sweepUnnamed()
	return askAll(ctx, sockets), err
}

// Find returns the session with a name. It fails with ErrNoSession if there is none, and
// with Entry.Err if a session that may have the name does not answer.
func (r Registry) Find(ctx context.Context, name string) (Entry, error) {
	sockets, err := r.sockets()
	hash := nameHash(name)
	sockets = slices.DeleteFunc(sockets, func(s socket) bool { return s.id.hash != hash })
	for _, entry := range askAll(ctx, sockets) {
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

// NextNumber returns the smallest number that is not the name of a session. It asks no
// session, so that numbers of sessions that ended without removing their socket count as
// used. The caller holds the Lock.
func (r Registry) NextNumber() string {
	sockets, _ := r.sockets()
	used := map[string]bool{}
	for _, s := range sockets {
		used[s.id.hash] = true
	}
	n := 1
	for used[nameHash(strconv.Itoa(n))] {
		n++
	}
	return strconv.Itoa(n)
}

// socket is a file that is named like the socket of a session.
type socket struct {
	id   id
	path string
}

// sockets returns the sockets in all directories. The error is about directories that are
// not used.
func (r Registry) sockets() (sockets []socket, err error) {
	var errs []error
	for _, dir := range r.existingDirectories(&errs) {
		for _, e := range readDirectory(dir, &errs) {
			if parsed, ok := parseID(e.Name()); ok && e.Type()&fs.ModeSocket != 0 {
				sockets = append(sockets, socket{parsed, filepath.Join(dir, e.Name())})
			}
		}
	}
	return sockets, errors.Join(errs...)
}

func (r Registry) existingDirectories(errs *[]error) (dirs []string) {
	for _, p := range r.places {
		dir, err := p.open(r.uid, false)
		switch {
		case err == nil && !slices.Contains(dirs, dir):
			dirs = append(dirs, dir)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			*errs = append(*errs, err)
		}
	}
	return dirs
}

func readDirectory(dir string, errs *[]error) []fs.DirEntry {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		*errs = append(*errs, err)
	}
	return entries
}

func (r Registry) sweepUnnamed() {
	var errs []error
	for _, dir := range r.existingDirectories(&errs) {
		for _, e := range readDirectory(dir, &errs) {
			info, err := e.Info()
			if err == nil && strings.HasPrefix(e.Name(), newPrefix) && time.Since(info.ModTime()) > newTimeout {
				os.Remove(filepath.Join(dir, e.Name()))
			}
		}
	}
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
	for _, e := range answers {
		if e != nil {
			entries = append(entries, *e)
		}
	}
	slices.SortFunc(entries, compareEntries)
	return entries
}

func compareEntries(a, b Entry) int {
	if silent := cmp.Compare(btoi(a.Err != nil), btoi(b.Err != nil)); silent != 0 {
		return silent
	}
	return cmp.Or(a.Status.Created.Compare(b.Status.Created), cmp.Compare(a.Status.ID, b.Status.ID))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ask asks the session for its status. It returns nil after removing a socket that refuses
// the connection: a session listens before its socket has its name.
func (s socket) ask(ctx context.Context) *Entry {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	before, err := os.Lstat(s.path)
	if err != nil {
		return nil
	}
	response, err := Call(ctx, s.path, control.Request{Verb: control.VerbStatus})
	switch {
	case errors.Is(err, ErrNoSession):
		s.removeUnlessReplaced(before)
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		err = errors.New("no answer")
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

func (s socket) removeUnlessReplaced(before fs.FileInfo) {
	if now, err := os.Lstat(s.path); err == nil && os.SameFile(before, now) {
		os.Remove(s.path)
	}
}
