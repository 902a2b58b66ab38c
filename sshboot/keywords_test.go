//go:build e2e

package sshboot

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"gm/sshboot/sshboottest"
)

func TestRemoteCommand(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	b.request.ServerArgs = []string{"-s"}
	got, err := withOptions(b, "RemoteCommand echo 'a  b' on %p").run(t.Context())
	wantEndpoint(t, got, err)
	want := []string{"server", "new", "-s", "--", "sh", "-c", `exec "${SHELL:-sh}" -c "$0"`, fmt.Sprintf("echo 'a  b' on %d", s.Port)}
	if !slices.Equal(arguments(t, s), want) {
		t.Errorf("arguments %q, want %q", arguments(t, s), want)
	}
	_, err = withOptions(b, "RemoteCommand %y").run(t.Context())
	sshboottest.WantError(t, err, "unknown token", "RemoteCommand")
	b.request.ServerArgs = []string{"-s", "--", "true"}
	_, err = withOptions(b, "RemoteCommand echo").run(t.Context())
	sshboottest.WantError(t, err, "cannot execute command-line and remote command", "RemoteCommand=none")
}

func TestEnvironmentOfTheSession(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{"AcceptEnv GM_TEST_*"}})
	sshboottest.WriteFile(t, filepath.Join(s.Home, "server"), "#!/bin/sh\necho \"$GM_TEST_A $GM_TEST_B $GM_TEST_CC\" >\"$HOME/seen\"\n"+sshboottest.FakeServer, 0o700)
	b, _ := bootFor(t, s)
	b.request.ServerCommand = `"$HOME/server"`
	lookup := b.env.Lookup
	b.env = testEnvironment(b.env.Home, "GM_TEST_B=2", "GM_TEST_CC=3")
	b.env.Lookup = lookup
	got, err := withOptions(b, "SetEnv GM_TEST_A=1", "SendEnv GM_TEST_? GM_TEST_CC", "SendEnv -*CC").run(t.Context())
	wantEndpoint(t, got, err)
	if seen := sshboottest.ReadFile(t, filepath.Join(s.Home, "seen")); seen != "1 2 \n" {
		t.Errorf("the session has %q", seen)
	}
}
