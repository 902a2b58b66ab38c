//go:build unix

package login

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Registry is a directory of the user's own with a file for each of their sessions on
// this host. The file is named after the server's process. It holds the client's
// address, and is empty while no client is heard. A server that was killed leaves its
// file behind, and Detached removes it. The zero Registry records nothing.
type Registry struct{ Dir string }

// Set records the address of the client of session pid, the zero Addr for none. Only
// the user can read the directory and its files.
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

// Remove removes the record of session pid.
func (r Registry) Remove(pid int) error {
	if r.Dir == "" {
		return nil
	}
	return os.Remove(r.file(pid))
}

func (r Registry) file(pid int) string { return filepath.Join(r.Dir, strconv.Itoa(pid)) }

// Detached returns the process ids of the sessions that have no client.
func (r Registry) Detached() (pids []int) { return r.detached(processAlive) }

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

func processAlive(pid int) bool { return syscall.Kill(pid, 0) == nil }
