//go:build e2e

package server

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"gm/wire/datagram"
)

// mostRelayMemory bounds the private memory of a relay, in bytes. There is one for each
// session whose client has an SSH connection.
const mostRelayMemory = 1_200_000

func TestRelayMemory(t *testing.T) {
	u := newHostUser(t)
	r := u.beginPiped("--", "sh", "-c", "seq 20000; echo all written; read x")
	r.sessionPid()
	c := newPipedClient(t, r.Key, r)
	c.see("all written")
	again := u.relayTo(r.ID)
	second := newPipedClient(t, u.attachShared(r.Session), again)
	second.see("all written")
	for name, pid := range map[string]int{"new": r.cmd.Process.Pid, "relay": again.cmd.Process.Pid} {
		t.Run(name, func(t *testing.T) {
			n := anonymousMemory(t, pid)
			if n > mostRelayMemory || n < mostRelayMemory/10 {
				t.Errorf("the relay has %d bytes of its own, want at most %d", n, mostRelayMemory)
			}
			t.Logf("%d bytes of its own, %s", n, statusLines(t, pid))
		})
	}
}

// attachShared enters a session beside others and returns the key.
func (u *hostUser) attachShared(name string) datagram.Key {
	u.t.Helper()
	return u.run("attach", "-@", pathNames, "-@", "gm-role=share", name).Key
}

func statusLines(t *testing.T, pid int) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "Threads") {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(lines, ", ")
}

// The memory of a relay has the key in no form, whether it has begun the session or not.
func TestRelayForgetsTheKey(t *testing.T) {
	u := newHostUser(t)
	r := u.beginPiped("--", "cat")
	r.sessionPid()
	c := newPipedClient(t, r.Key, r)
	c.typeKeys("x\r")
	c.see("x\nx")
	attached := u.startRelay("MOSH CONNECT ", "server", "attach", "-@", pathNames, "-@", "gm-pipe", "-@", "gm-role=share", r.Session)
	newPipedClient(t, attached.Key, attached).see("x\nx") // the relay has replaced the process that had the key
	for name, p := range map[string]*relayProcess{"new": r, "attach": attached} {
		t.Run(name, func(t *testing.T) {
			for form, secret := range map[string][]byte{"bytes": p.Key[:], "text": []byte(p.Key.String())} {
				if where := findInMemory(t, p.cmd.Process.Pid, secret); where != "" {
					t.Errorf("the key's %s are in %s", form, where)
				}
			}
			if findInMemory(t, p.cmd.Process.Pid, []byte("gm-pipe")) == "" {
				t.Error("its own arguments are not found")
			}
		})
	}
}

// findInMemory returns the line of /proc/PID/maps for the memory that contains data, or ""
// if none does.
func findInMemory(t *testing.T, pid int, data []byte) string {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	for lines := bufio.NewScanner(bytes.NewReader(maps)); lines.Scan(); {
		var from, to int64
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x rw", &from, &to); err != nil || to-from > 1<<30 {
			continue
		}
		chunk := make([]byte, to-from)
		n, _ := memory.ReadAt(chunk, from)
		if bytes.Contains(chunk[:n], data) {
			return lines.Text()
		}
	}
	return ""
}
