package sshclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshconfig"
)

// withOptions returns b with options of ssh_config.
func withOptions(b boot, options ...string) boot {
	b.request.SSHCommand = []string{"ssh"}
	for _, option := range options {
		b.request.SSHCommand = append(b.request.SSHCommand, "-o", option)
	}
	return b
}

// configured returns a configuration with the lines.
func configured(t *testing.T, lines ...string) *sshconfig.Config {
	t.Helper()
	c := sshconfig.New("127.0.0.1", testEnvironment(t.TempDir()))
	for _, line := range lines {
		if err := c.SetLine(line); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestAddressFamily(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	b := bootTo(t, s, &prompttest.ScriptedUser{})
	got, err := withOptions(b, "AddressFamily=inet").run(t.Context())
	wantEndpoint(t, got, err)
	_, err = withOptions(b, "AddressFamily=inet6").run(t.Context())
	sshboottest.WantError(t, err, "no address of family inet6")
}

func TestBindAddressAndInterface(t *testing.T) {
	lookup := func(_ context.Context, host string) ([]netip.Addr, error) {
		if host == "both" {
			return addrs("2001:db8::1", "127.0.0.9", "127.0.0.8"), nil
		}
		return addrs(host), nil
	}
	for lines, want := range map[string]string{
		"BindAddress 127.0.0.2": "127.0.0.2:0", "BindInterface lo": "127.0.0.1:0", "Port 1": "<nil>", "BindAddress both": "127.0.0.9:0",
	} {
		t.Run(lines, func(t *testing.T) {
			from, err := bindAddresses(t.Context(), configured(t, lines), lookup)
			local, err2 := localAddr(from, netip.MustParseAddr("::ffff:127.0.0.1"))
			if err != nil || err2 != nil || fmt.Sprint(local) != want {
				t.Errorf("%s: from %v, want %s; %v, %v", lines, local, want, err, err2)
			}
		})
	}
	if local, err := localAddr(addrs("127.0.0.2"), netip.IPv6Loopback()); err == nil {
		t.Errorf("IPv6 from %v", local)
	}
	if d := netDialer(configured(t, "Port 1")); d.KeepAlive != 0 {
		t.Errorf("keepalive %v", d.KeepAlive)
	}
	if d := netDialer(configured(t, "TCPKeepAlive no")); d.KeepAlive >= 0 {
		t.Errorf("keepalive %v", d.KeepAlive)
	}
	b := bootTo(t, sshboottest.StartGoServer(t, sshboottest.NoLogin()), &prompttest.ScriptedUser{})
	_, err := withOptions(b, "BindInterface=no-such-interface").run(t.Context())
	sshboottest.WantError(t, err, "bind to no-such-interface")
	_, err = withOptions(b, "BindAddress=no-such-host.invalid").run(t.Context())
	sshboottest.WantError(t, err, "bind to no-such-host.invalid: no such host")

	var from string
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{NoClientAuth: true, BannerCallback: func(meta ssh.ConnMetadata) string {
		from = meta.RemoteAddr().(*net.TCPAddr).IP.String()
		return ""
	}})
	for address, want := range map[string]string{"127.0.0.7": "127.0.0.7", "127.7": "127.0.0.7", "localhost": "127.0.0.1"} {
		t.Run(address, func(t *testing.T) {
			got, err := withOptions(bootTo(t, s, &prompttest.ScriptedUser{}), "BindAddress="+address).run(t.Context())
			wantEndpoint(t, got, err)
			if from != want {
				t.Errorf("bound to %s, connected from %s", address, from)
			}
		})
	}
}

func TestConnectionAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct{ attempts, succeeds, want int }{{0, 9, 1}, {1, 9, 1}, {3, 9, 3}, {5, 2, 2}} {
			n := 0
			_, err := retry(t.Context(), c.attempts, func() (net.Conn, error) {
				if n++; n == c.succeeds {
					return nil, nil
				}
				return nil, errors.New("refused")
			})
			if n != c.want || (err == nil) != (n == c.succeeds) {
				t.Errorf("%d attempts: %d, %v, want %d", c.attempts, n, err, c.want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := retry(ctx, 100, func() (net.Conn, error) { return nil, errors.New("refused") }); err == nil {
			t.Error("no error")
		}
	})
}

// A post-quantum key exchange comes first, and weak algorithms are not offered.
func TestDefaultAlgorithms(t *testing.T) {
	config, err := clientConfig(configured(t))
	if err != nil {
		t.Fatal(err)
	}
	if config.KeyExchanges[0] != ssh.KeyExchangeMLKEM768X25519 {
		t.Errorf("first is %s", config.KeyExchanges[0])
	}
	weak := ssh.InsecureAlgorithms()
	for _, c := range []struct{ ours, weak []string }{
		{config.KeyExchanges, weak.KeyExchanges}, {config.Ciphers, weak.Ciphers}, {config.MACs, weak.MACs},
		{hostKeyAlgorithms, weak.HostKeys}, {acceptedAlgorithms(configured(t)), weak.PublicKeyAuths},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			for _, name := range c.ours {
				if slices.Contains(c.weak, name) || strings.Contains(name, "cbc") {
					t.Errorf("%s is weak and offered", name)
				}
			}
		})
	}
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	u := &prompttest.ScriptedUser{}
	got, err := withOptions(bootTo(t, s, u), "LogLevel=DEBUG").run(t.Context())
	wantEndpoint(t, got, err)
	if told := strings.Join(u.Told, "\n"); !strings.Contains(told, "mlkem768x25519-sha256") {
		t.Errorf("told %s", told)
	}
}

func TestRefuseConnection(t *testing.T) {
	b := bootTo(t, sshboottest.StartGoServer(t, sshboottest.NoLogin()), &prompttest.ScriptedUser{})
	_, err := withOptions(b, `RefuseConnection "use the other one"`).run(t.Context())
	sshboottest.WantError(t, err, "RefuseConnection for 127.0.0.1: use the other one")
}

func TestLogLevel(t *testing.T) {
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{NoClientAuth: true, BannerCallback: func(ssh.ConnMetadata) string { return "banner" }})
	for level, want := range map[string]int{"QUIET": 0, "FATAL": 0, "ERROR": 0, "INFO": 2, "VERBOSE": 2} {
		t.Run(level, func(t *testing.T) {
			u := &prompttest.ScriptedUser{}
			b := bootTo(t, s, u)
			sshboottest.WriteFile(t, knownHostsFile(b), "", 0o600)
			got, err := withOptions(b, "LogLevel="+level, "StrictHostKeyChecking=accept-new").run(t.Context())
			wantEndpoint(t, got, err)
			if len(u.Told) != want {
				t.Errorf("%s: told %q", level, u.Told)
			}
		})
	}
	c, u := configured(t, "LogLevel ERROR"), &prompttest.ScriptedUser{}
	if n := (Connector{Ask: u}).Prompter(c); n != prompt.Prompter(u) {
		t.Error("at ERROR, warnings are not shown")
	}
}
