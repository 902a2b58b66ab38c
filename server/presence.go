//go:build unix

package server

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// registry is a directory of the user's own with a file for each of their
// sessions on this host. The file's name is the server's pid; it is empty while
// no client is heard, and holds the client's address else. A server that was
// killed leaves its file behind; the next one to look removes it. The zero value
// keeps nothing.
type registry struct{ dir string }

// userRegistry returns the registry in XDG_RUNTIME_DIR, XDG_CACHE_HOME or
// HOME/.cache. A path that is not absolute counts as unset (XDG Base Directory
// Specification): it would be one in the working directory. Without any of them
// nothing is kept.
func userRegistry(environ []string) registry {
	for _, place := range []struct{ variable, below string }{{"XDG_RUNTIME_DIR", ""}, {"XDG_CACHE_HOME", ""}, {"HOME", ".cache"}} {
		if dir := getenv(environ, place.variable); filepath.IsAbs(dir) {
			return registry{filepath.Join(dir, place.below, "gm", "sessions")}
		}
	}
	return registry{}
}

// note writes where the client of session pid is; the zero Addr is nowhere.
func (r registry) note(pid int, client netip.Addr) error {
	if r.dir == "" {
		return nil
	}
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	text := ""
	if client.IsValid() {
		text = client.String() + "\n"
	}
	return os.WriteFile(r.file(pid), []byte(text), 0o600)
}

func (r registry) remove(pid int) error {
	if r.dir == "" {
		return nil
	}
	return os.Remove(r.file(pid))
}

func (r registry) file(pid int) string { return filepath.Join(r.dir, strconv.Itoa(pid)) }

// detached returns the sessions that no client is connected to. alive reports
// whether there is a process.
func (r registry) detached(alive func(pid int) bool) (pids []int) {
	if r.dir == "" {
		return nil
	}
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if !alive(pid) {
			r.remove(pid)
			continue
		}
		if text, err := os.ReadFile(r.file(pid)); err == nil && strings.TrimSpace(string(text)) == "" {
			pids = append(pids, pid)
		}
	}
	return pids
}
