package sshboot

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/payload"
	"gm/sshboot/sshboottest"
	"gm/wire/datagram"
)

// script makes a program of a shell script for this platform.
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

// testEnvironment is that of a user whose home is home, without an agent.
func testEnvironment(home string, variables ...string) environment {
	return environment{
		home: home, user: "me", uid: "1000", hostname: "here.example.org", shell: "/bin/sh",
		systemConfig: filepath.Join(home, "no-system-config"),
		lookup: func(name string) (string, bool) {
			for _, v := range variables {
				if n, value, _ := strings.Cut(v, "="); n == name {
					return value, true
				}
			}
			return "", false
		},
		all: func() []string { return variables },
	}
}

// bootFor is a boot towards s by a user who can log in, with a fake program.
func bootFor(t *testing.T, s *sshboottest.Server) (boot, *scriptedUser) {
	t.Helper()
	u := &scriptedUser{}
	set := payload.Set{script(t, fakeServer)}
	return boot{
		request:  Request{Destination: s.Destination(), ServerArgs: []string{"-s", "--", "sh", "-c", "a; 'b'"}},
		env:      testEnvironment(s.ClientHome(t)),
		ask:      u,
		programs: having(set...),
	}, u
}

// having is a library of these programs that can not compile others.
func having(set ...payload.Payload) library {
	return library{
		set: func() (payload.Set, error) { return set, nil },
		compile: func(context.Context, payload.Platform, func(string)) (payload.Payload, bool) {
			return payload.Payload{}, false
		},
		isSelf:  func(payload.Payload) bool { return false },
		cache:   "/cache/gm",
		refused: func(payload.Platform) error { return nil },
	}
}

// wantEndpoint checks that the fake server was reached.
func wantEndpoint(t *testing.T, got Endpoint, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("boot: %v%s", err, hintOf(err))
	}
	key, err := datagram.ParseKey(testKey)
	if err != nil {
		t.Fatal(err)
	}
	if got.Addr.String() != "127.0.0.1" || got.Announcement.Port != 60001 || got.Announcement.Key != key {
		t.Errorf("endpoint = %v", got.Addr)
	}
}

// knownHostsLine is the line for one host.
func knownHostsLine(host string, key ssh.PublicKey, _ bool) string {
	return host + " " + string(ssh.MarshalAuthorizedKey(key))
}
