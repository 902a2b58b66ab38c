package sshconfig

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

func ourConfig(env Environment, file, host string, words ...string) (string, error) {
	request := Query{Destination: host, SSHCommand: append([]string{"ssh", "-F", file}, words...)}
	config, err := Resolve(context.Background(), env, request)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = config.Print(&out, nil)
	return out.String(), err
}

func TestUserConfigStandsBeforeSystemConfig(t *testing.T) {
	home := t.TempDir()
	env := testEnvironment(home)
	env.SystemConfig = filepath.Join(home, "etc", "ssh_config")
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/config"), "Include parts/*\nPort 1\n", 0o600)
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/parts/a"), "User first\n", 0o600)
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/parts/b"), "User second\nConnectTimeout 3\n", 0o600)
	sshboottest.WriteFile(t, env.SystemConfig, "Include ssh_config.d/*.conf\nPort 2\nUser third\n", 0o600)
	sshboottest.WriteFile(t, filepath.Join(home, "etc/ssh_config.d/x.conf"), "HashKnownHosts yes\n", 0o600)
	c, err := Resolve(t.Context(), env, Query{Destination: "host"})
	if err != nil {
		t.Fatal(err)
	}
	if c.User() != "first" || c.Number("port") != 1 || !c.Flag("hashknownhosts") || c.Duration("connecttimeout").Seconds() != 3 {
		t.Errorf("values %v", c.values)
	}
}

// zone is a resolver for tests.
type zone map[string]string // name to CNAME, or to itself

func (z zone) LookupHost(_ context.Context, host string) ([]string, error) {
	if _, ok := z[host]; ok {
		return []string{"192.0.2.1"}, nil
	}
	return nil, errors.New("no such host")
}

func (z zone) LookupCNAME(_ context.Context, host string) (string, error) { return z[host] + ".", nil }

func TestCanonicalizeHostname(t *testing.T) {
	names := zone{"www.example.org": "www.example.org", "cdn.example.org": "edge.example.net"}
	const on = "CanonicalizeHostname yes\nCanonicalDomains example.com example.org\n"
	for _, c := range []struct{ host, config, want string }{
		{"www", on, "www.example.org"},
		{"www", "CanonicalDomains example.org\n", "www"},
		{"WWW", on + "Match canonical host www.example.org\nHostName matched\n", "www.example.org"},
		{"missing", on, "missing"},
		{"www.", on, "www"},
		{"a.b.c", on, "a.b.c"},
		{"192.0.2.7", on, "192.0.2.7"},
		{"www", on + "ProxyJump gate\n", "www"},
		{"www", strings.Replace(on, "yes", "always", 1) + "ProxyJump gate\n", "www.example.org"},
		{"cdn", on, "cdn.example.org"},
		{"cdn", on + "CanonicalizePermittedCNAMEs *.example.org:*.example.net\n", "edge.example.net"},
		{"missing", on + "CanonicalizeFallbackLocal no\n", ""},
	} {
		t.Run(c.host, func(t *testing.T) {
			home := t.TempDir()
			sshboottest.WriteFile(t, filepath.Join(home, ".ssh", "config"), c.config, 0o600)
			env := testEnvironment(home)
			env.resolver = names
			config, err := Resolve(t.Context(), env, Query{Destination: c.host})
			if c.want == "" {
				sshboottest.WantError(t, err, "CanonicalDomains")
			} else if err != nil || config.HostName() != c.want {
				t.Errorf("%s with %q: %v, %v, want %s", c.host, c.config, config, err, c.want)
			}
		})
	}
}

func TestEnviron(t *testing.T) {
	c := New("host", testEnvironment("", "LANG=C", "LC_ALL=x", "SECRET=1"))
	for _, line := range []string{"SendEnv LANG LC_*", "SendEnv -LC_*", "SetEnv A=1 B=2"} {
		if err := c.SetLine(line); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Environ(); !slices.Equal(got, []string{"A=1", "B=2", "LANG=C"}) {
		t.Errorf("environ = %q", got)
	}
}

func TestTokens(t *testing.T) {
	c := New("alias", testEnvironment("/home/me", "X=value"))
	for _, line := range []string{"HostName real.example.org", "Port 2222", "User you", "ProxyJump gate"} {
		if err := c.SetLine(line); err != nil {
			t.Fatal(err)
		}
	}
	for in, want := range map[string]string{
		"%%%h%n%p%r%u%d%i%k%L%l%j": "%real.example.orgalias2222youme/home/me1000aliasherehere.example.orggate",
		"a${X}b":                   "avalueb", "~/x": "/home/me/x", "~": "/home/me",
	} {
		t.Run(in, func(t *testing.T) {
			if got, err := c.ExpandPath(in); err != nil || got != want {
				t.Errorf("ExpandPath(%q) = %q, %v, want %q", in, got, err, want)
			}
		})
	}
	for _, in := range []string{"%", "%z", "${", "${UNSET}"} {
		t.Run(in, func(t *testing.T) {
			if got, err := c.ExpandPath(in); err == nil {
				t.Errorf("ExpandPath(%q) = %q", in, got)
			}
		})
	}
}

func FuzzConfigLine(f *testing.F) {
	for _, s := range []string{`Host "a b" 'c'`, "Port=22", `User = a\ b # c`, "Match host a !user b", "ConnectTimeout 1w2d", `SetEnv A="b c"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c := New("host", testEnvironment("/home/me"))
		r := configReader{ctx: t.Context(), config: c}
		if name, _ := CutKeyword(line); name == "include" || name == "match" && strings.Contains(line, "exec") {
			return
		}
		s := scope{path: "f", active: true}
		r.handleLine(line, 1, &s, true)
		c.Print(&strings.Builder{}, nil)
	})
}
