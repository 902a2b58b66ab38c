package sshconfig

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

func TestParseDestination(t *testing.T) {
	for in, want := range map[string]Destination{
		"host":                           {Host: "host"},
		"user@host":                      {User: "user", Host: "host"},
		"user@host:2222":                 {User: "user", Host: "host", Port: 2222},
		"me@example.org@host":            {User: "me@example.org", Host: "host"},
		"::1":                            {Host: "::1"},
		"user@fe80::1%eth0":              {User: "user", Host: "fe80::1%eth0"},
		"[::1]":                          {Host: "::1"},
		"[::1]:65535":                    {Host: "::1", Port: 65535},
		"ssh://host":                     {Host: "host"},
		"ssh://user@host:2222":           {User: "user", Host: "host", Port: 2222},
		"ssh://user@host:2222/":          {User: "user", Host: "host", Port: 2222},
		"ssh://a%40b@[2001:db8::1]:22":   {User: "a@b", Host: "2001:db8::1", Port: 22},
		"ssh://user;fingerprint=x@host":  {User: "user", Host: "host"},
		"dom\\user@host":                 {User: "dom\\user", Host: "host"},
		"server":                         {Host: "server"},
		"host:ssh":                       {Host: "host", Port: 22},
		"xn--bcher-kva.example":          {Host: "xn--bcher-kva.example"},
		"user@192.0.2.1:22":              {User: "user", Host: "192.0.2.1", Port: 22},
		"ssh://user@host.example.org:22": {User: "user", Host: "host.example.org", Port: 22},
	} {
		t.Run(in, func(t *testing.T) {
			if got, err := ParseDestination(in); err != nil || got != want {
				t.Errorf("ParseDestination(%q) = %+v, %v, want %+v", in, got, err, want)
			}
		})
	}
}

func TestParseDestinationRefuses(t *testing.T) {
	for _, in := range []string{
		"", "user@", "@host", "host:", "host:0", "host:65536", "host:-1", "host:no-such-service", "[::1", "[::1]2222",
		"[::1]:", "1:2:3", "-oProxyCommand=x", "user@-x", "-u@host", "u -oProxyCommand=x@host", "a b", "host;id", "ho\nst", "`id`@host",
		"$(id)", "ssh://", "ssh://host/path", "ssh://%zz@host", "ssh://%0a@host",
	} {
		t.Run(in, func(t *testing.T) {
			if got, err := ParseDestination(in); err == nil {
				t.Errorf("ParseDestination(%q) = %+v, want an error", in, got)
			}
		})
	}
}

func FuzzParseDestination(f *testing.F) {
	for _, s := range []string{"host", "u@h:22", "ssh://u@[::1]:22/", "[::1", "a@b@c", "::1%lo"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDestination(s)
		if err != nil {
			return
		}
		if d.Host == "" || strings.ContainsAny(d.Host, " \n$`;|&'\"") || strings.HasPrefix(d.Host, "-") || d.Port < 0 || d.Port > 65535 {
			t.Errorf("ParseDestination(%q) = %+v", s, d)
		}
	})
}

// No command of the configuration runs with a bad name.
func TestNamesAreCheckedBeforeTheConfiguration(t *testing.T) {
	home := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/config"), "Match exec \"touch "+home+"/ran; : %r %j %n\"\nPort 7\n", 0o600)
	for _, options := range [][]string{{"-l", "a;b"}, {"-oUser=-x"}, {"-J", "a;b"}, {"-J", "a;b@c"}, {"-oProxyJump=a,-b"}} {
		_, err := Resolve(t.Context(), testEnvironment(home), Query{Destination: "host", SSHCommand: append([]string{"ssh"}, options...)})
		sshboottest.WantError(t, err, "cannot be the name of a")
	}
	if _, err := os.Stat(filepath.Join(home, "ran")); err == nil {
		t.Error("Match exec ran")
	}
	c, err := Resolve(t.Context(), testEnvironment(home), Query{Destination: "host", SSHCommand: []string{"ssh", "-l", "ok"}})
	if err != nil || c.Number("port") != 7 {
		t.Errorf("port %d, %v", c.Number("port"), err)
	}
}
