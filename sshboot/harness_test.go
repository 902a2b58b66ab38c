package sshboot

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/deploy"
	"gm/sshboot/payload"
	"gm/sshboot/sshconfig"
)

// script returns a program for this platform that is a shell script.
func script(t testing.TB, text string) payload.Payload {
	return scriptFor(t, payload.Native(), text)
}

func scriptFor(t testing.TB, platform payload.Platform, text string) payload.Payload {
	t.Helper()
	p, err := payload.New(platform, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// testEnvironment returns the environment of a user with the given home and variables,
// without an agent.
func testEnvironment(home string, variables ...string) sshconfig.Environment {
	return sshconfig.Environment{
		Home: home, User: "me", UID: "1000", Hostname: "here.example.org", Shell: "/bin/sh",
		SystemConfig: filepath.Join(home, "no-system-config"),
		Lookup: func(name string) (string, bool) {
			for _, v := range variables {
				if n, value, _ := strings.Cut(v, "="); n == name {
					return value, true
				}
			}
			return "", false
		},
		All: func() []string { return variables },
	}
}

// having returns binaries of these programs. It cannot compile others.
func having(set ...payload.Payload) deploy.Binaries {
	return deploy.Binaries{
		Set: func() (payload.Set, error) { return set, nil },
		Compile: func(context.Context, payload.Platform, func(string)) (payload.Payload, bool) {
			return payload.Payload{}, false
		},
		IsSelf:  func(payload.Payload) bool { return false },
		Cache:   "/cache/gm",
		Refused: func(payload.Platform) error { return nil },
	}
}

// knownHostsLine returns the line of known_hosts for one host.
func knownHostsLine(host string, key ssh.PublicKey, _ bool) string {
	return host + " " + string(ssh.MarshalAuthorizedKey(key))
}

// run starts a server, logs out and returns the endpoint.
func (b boot) run(ctx context.Context) (Endpoint, error) {
	login, err := b.login(ctx)
	if err != nil {
		return Endpoint{}, err
	}
	login.Close()
	return login.Endpoint, nil
}
