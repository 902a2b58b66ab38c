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
// killed leaves its file behind; the next one to look removes it.
type registry struct{ dir string }

// userRegistry is where the user's sessions are noted.
func userRegistry(environ []string) registry {
	if dir := getenv(environ, "XDG_RUNTIME_DIR"); dir != "" {
		return registry{filepath.Join(dir, "gm", "sessions")}
	}
	cache := getenv(environ, "XDG_CACHE_HOME")
	if cache == "" {
		cache = filepath.Join(getenv(environ, "HOME"), ".cache")
	}
	return registry{filepath.Join(cache, "gm", "sessions")}
}

// note says where the client of session pid is; the zero Addr is nowhere. Where
// nothing can be written nothing is noted.
func (r registry) note(pid int, client netip.Addr) error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	text := ""
	if client.IsValid() {
		text = client.String() + "\n"
	}
	return os.WriteFile(r.file(pid), []byte(text), 0o600)
}

func (r registry) remove(pid int) error { return os.Remove(r.file(pid)) }

func (r registry) file(pid int) string { return filepath.Join(r.dir, strconv.Itoa(pid)) }

// detached gives the sessions that no client is connected to. alive says
// whether there is a process.
func (r registry) detached(alive func(pid int) bool) (pids []int) {
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
