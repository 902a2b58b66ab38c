package sshconfig

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// comparedAlways are the keywords that every ssh prints alike, whatever its defaults.
var comparedAlways = []string{
	"user", "hostname", "port", "addressfamily", "batchmode", "canonicalizefallbacklocal", "canonicalizehostname", "checkhostip",
	"hashknownhosts", "identitiesonly", "kbdinteractiveauthentication", "nohostauthenticationforlocalhost", "passwordauthentication",
	"pubkeyauthentication", "requesttty", "stricthostkeychecking", "tcpkeepalive", "visualhostkey", "updatehostkeys", "canonicalizemaxdots",
	"connectionattempts", "numberofpasswordprompts", "requiredrsasize", "serveralivecountmax", "serveraliveinterval", "loglevel", "bindaddress", "bindinterface",
	"hostkeyalias", "identityagent", "preferredauthentications", "proxyjump", "proxycommand", "remotecommand", "revokedhostkeys", "identityfile",
	"certificatefile", "canonicaldomains", "globalknownhostsfile", "userknownhostsfile", "sendenv", "setenv", "addkeystoagent", "connecttimeout",
}

// compared returns the lines to compare, with keywords in lower case.
func compared(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		isDefault := strings.HasPrefix(value, "~/.ssh/id_") // of which later versions of ssh have fewer
		if name = strings.ToLower(name); slices.Contains(comparedAlways, name) && !isDefault {
			lines = append(lines, name+" "+value)
		}
	}
	slices.Sort(lines)
	return lines
}

// realConfig returns the output of ssh -G, or its errors.
func realConfig(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command("ssh", append([]string{"-G"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil {
		return errs.String(), err
	}
	return out.String(), nil
}

// accountEnvironment returns the environment of the account with its home from the user
// database, which ssh uses as well.
func accountEnvironment(t *testing.T) Environment {
	t.Helper()
	env := LocalEnvironment()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	env.Home, env.Shell = me.HomeDir, "/bin/sh"
	return env
}

func ourConfig(env Environment, file, host string, words ...string) (string, error) {
	request := Query{Destination: host, SSHCommand: append([]string{"ssh", "-F", file}, words...)}
	config, err := Resolve(context.Background(), env, request)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = config.Print(&out)
	return out.String(), err
}

// sameAsSSH compares gm's configuration with that of ssh and reports the lines that
// differ.
func sameAsSSH(t *testing.T, env Environment, file, host string, words ...string) {
	t.Helper()
	want, wantErr := realConfig(t, append(append([]string{"-F", file}, words...), host)...)
	got, err := ourConfig(env, file, host, words...)
	if (err != nil) != (wantErr != nil) {
		t.Errorf("%s for %s: error %v, ssh: %v %s", file, host, err, wantErr, want)
		return
	}
	if err != nil {
		return
	}
	ours, theirs := compared(got), compared(want)
	for _, line := range theirs {
		if !slices.Contains(ours, line) {
			t.Errorf("%s for %s: ssh says %q, which is missing", file, host, line)
		}
	}
	for _, line := range ours {
		if !slices.Contains(theirs, line) {
			t.Errorf("%s for %s: %q, which ssh does not say", file, host, line)
		}
	}
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

// Files are shared with machines that have a relative of OpenSSH. Each keyword comes
// with a value as that relative's manual has it; those of OpenSSH and Debian are
// compared with ssh.
func TestKeywordsOfVariants(t *testing.T) {
	for _, line := range []string{
		"UseKeychain yes", "AskPassGUI no", "HPNDisabled no", "HPNBufferSize 2048", "TcpRcvBufPoll yes", "NoneEnabled no",
		"NoneSwitch no", "UseMPTCP yes", "MetricsPath /tmp/x", "Fallback no", "DisableBanner in-exec-mode",
		"KMFPolicyDatabase /etc/x", "UseOpenSSLEngine yes", "AllowedCertPurpose sslserver", "CACertificatePath ~/.ssh/crt",
	} {
		t.Run(line, func(t *testing.T) {
			if err := New("host", testEnvironment("/home/me")).SetLine(line); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		})
	}
	for line, want := range map[string]string{"RSAMinSize 2048": "requiredrsasize 2048", "IgnoreIfUnknown X,Y": "ignoreunknown X,Y"} {
		t.Run(line, func(t *testing.T) {
			c := New("host", testEnvironment("/home/me"))
			name, value, _ := strings.Cut(want, " ")
			if err := c.SetLine(line); err != nil || c.Word(name) != value {
				t.Errorf("%s: %v, %s is %s", line, err, name, c.Word(name))
			}
		})
	}
	env := accountEnvironment(t)
	for _, option := range []string{"ProtocolKeepAlives=7", "SetupTimeOut=9", "IdentityFile2=/etc/passwd", "UseBlacklistedKeys=no"} {
		sameAsSSH(t, env, "none", "host", "-o", option)
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
		if name, _ := cutKeyword(line); name == "include" || name == "match" && strings.Contains(line, "exec") {
			return
		}
		s := scope{path: "f", active: true}
		r.handleLine(line, &s, true)
		c.Print(&strings.Builder{})
	})
}
