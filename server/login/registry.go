//go:build unix

package login

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Registry is a directory of the user's own with a file for each of their
// sessions on this host. The file's name is the server's pid; it is empty while
// no client is heard, and holds the client's address else. A server that was
// killed leaves its file behind; the next one to look removes it. The zero value
// keeps nothing.
type Registry struct{ Dir string }

// Set writes where the client of session pid is; the zero Addr is nowhere.
func (r Registry) Set(pid int, client netip.Addr) error {
	if r.Dir == "" {
		return nil
	}
	if err := os.MkdirAll(r.Dir, 0o700); err != nil {
		return err
	}
	text := ""
	if client.IsValid() {
		text = client.String() + "\n"
	}
	return os.WriteFile(r.file(pid), []byte(text), 0o600)
}

func (r Registry) Remove(pid int) error {
	if r.Dir == "" {
		return nil
	}
	return os.Remove(r.file(pid))
}

func (r Registry) file(pid int) string { return filepath.Join(r.Dir, strconv.Itoa(pid)) }

// Detached returns the sessions that no client is connected to.
func (r Registry) Detached() (pids []int) { return r.detached(processAlive) }

// detached is Detached. alive reports whether there is a process.
func (r Registry) detached(alive func(pid int) bool) (pids []int) {
	if r.Dir == "" {
		return nil
	}
	entries, err := os.ReadDir(r.Dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if !alive(pid) {
			r.Remove(pid)
			continue
		}
		if text, err := os.ReadFile(r.file(pid)); err == nil && strings.TrimSpace(string(text)) == "" {
			pids = append(pids, pid)
		}
	}
	return pids
}
