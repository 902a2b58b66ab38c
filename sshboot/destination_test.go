package sshboot

import (
	"strings"
	"testing"
)

func TestParseDestination(t *testing.T) {
	for in, want := range map[string]destination{
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
		"xn--bcher-kva.example":          {Host: "xn--bcher-kva.example"},
		"user@192.0.2.1:22":              {User: "user", Host: "192.0.2.1", Port: 22},
		"ssh://user@host.example.org:22": {User: "user", Host: "host.example.org", Port: 22},
	} {
		if got, err := parseDestination(in); err != nil || got != want {
			t.Errorf("parseDestination(%q) = %+v, %v, want %+v", in, got, err, want)
		}
	}
}

func TestParseDestinationRefuses(t *testing.T) {
	for _, in := range []string{
		"", "user@", "@host", "host:", "host:0", "host:65536", "host:+1", "host:ssh", "[::1", "[::1]2222",
		"[::1]:", "1:2:3", "-oProxyCommand=x", "user@-x", "-u@host", "u -oProxyCommand=x@host", "a b", "host;id", "ho\nst", "`id`@host",
		"$(id)", "ssh://", "ssh://host/path", "ssh://%zz@host", "ssh://%0a@host",
	} {
		if got, err := parseDestination(in); err == nil {
			t.Errorf("parseDestination(%q) = %+v, want an error", in, got)
		}
	}
}

func FuzzParseDestination(f *testing.F) {
	for _, s := range []string{"host", "u@h:22", "ssh://u@[::1]:22/", "[::1", "a@b@c", "::1%lo"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := parseDestination(s)
		if err != nil {
			return
		}
		if d.Host == "" || strings.ContainsAny(d.Host, " \n$`;|&'\"") || strings.HasPrefix(d.Host, "-") || d.Port < 0 || d.Port > 65535 {
			t.Errorf("parseDestination(%q) = %+v", s, d)
		}
	})
}
