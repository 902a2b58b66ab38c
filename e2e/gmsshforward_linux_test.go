//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// TestSSHForwarding has programs on the host fetch a page through forwardings, and compares
// what they print, their status and the messages with those of ssh.
func TestSSHForwarding(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	page := filepath.Join(t.TempDir(), "page")
	sshboottest.WriteFile(t, page, strings.Repeat("a page\n", 30_000), 0o644)
	pages, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	taken := busy.Addr().(*net.TCPAddr).Port
	const curl = "curl -sS --retry 5 --retry-connrefused "
	serveFile(t, pages, page, func(address string) {
		for name, c := range map[string]struct {
			options string // with %d for free ports
			command string // with the same ports
		}{
			"local":                {"-L %d:" + address, curl + "http://127.0.0.1:%d"},
			"remote":               {"-R %d:" + address, curl + "http://127.0.0.1:%d"},
			"chain":                {"-L %d:127.0.0.1:%d -R %[2]d:" + address, curl + "http://127.0.0.1:%d"},
			"socks4":               {"-D %d", curl + "-x socks4://127.0.0.1:%d http://" + address},
			"socks4a":              {"-D %d", curl + "-x socks4a://127.0.0.1:%d http://" + address},
			"socks5":               {"-D %d", curl + "-x socks5://127.0.0.1:%d http://" + address},
			"socks5 with names":    {"-D %d", curl + "-x socks5h://127.0.0.1:%d http://" + address},
			"socks by the host":    {"-R %d", curl + "-x socks5h://127.0.0.1:%d http://" + address},
			"socks to nothing":     {"-q -D %d", "curl -s -x socks5h://127.0.0.1:%d http://127.0.0.1:1; echo $?"},
			"several":              {"-L %d:" + address + " -L %d:" + address, curl + "http://127.0.0.1:%d http://127.0.0.1:%d"},
			"cleared":              {"-o ClearAllForwardings=yes -L %d:" + address, "curl -s http://127.0.0.1:%d; echo $?"},
			"busy":                 {fmt.Sprintf("-L %d:%s", taken, address), "echo runs"},
			"busy and to end":      {fmt.Sprintf("-o ExitOnForwardFailure=yes -L %d:%s", taken, address), "echo runs"},
			"busy at the host":     {fmt.Sprintf("-R %d:%s", taken, address), "echo runs"},
			"busy there to end":    {fmt.Sprintf("-o ExitOnForwardFailure=yes -R %d:%s", taken, address), "echo runs"},
			"one target permitted": {"-o PermitRemoteOpen=127.0.0.1:1 -R %d", "curl -s -x socks5h://127.0.0.1:%d http://" + address + "; echo $?"},
		} {
			t.Run(name, func(t *testing.T) {
				var ports []any
				for range 2 {
					ports = append(ports, freePort(t))
				}
				options := fmt.Sprintf(c.options, ports[:min(strings.Count(c.options, "%"), 2)]...)
				command := fmt.Sprintf(c.command, ports[:strings.Count(c.command, "%d")]...)
				s.sameAsSSH(t, "", append(strings.Fields(options), "host", command)...)
			})
		}
	})
}
