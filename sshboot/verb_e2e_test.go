//go:build e2e

package sshboot

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// sessionsOn returns a boot to s, whose user has the program FakeSessions. withSocket
// makes it a host on which a session runs.
func sessionsOn(t *testing.T, s *sshboottest.Server, withSocket bool) (boot, *prompttest.ScriptedUser) {
	t.Helper()
	b, u := bootFor(t, s)
	b.binaries = having(script(t, sshboottest.FakeSessions))
	if withSocket {
		listen(t, filepath.Join(s.Home, ".local/state/gm/0123abcd"))
	}
	return b, u
}

// listen leaves a socket in dir, as of a session.
func listen(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // a path of any length
	l, err := net.Listen("unix", "1-0123abcd-0123abcd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
}

func wantCalls(t *testing.T, s *sshboottest.Server, want ...string) {
	t.Helper()
	text, _ := os.ReadFile(filepath.Join(s.Home, "args"))
	if got := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"); !slices.Equal(got, want) {
		t.Errorf("called with %q, want %q", got, want)
	}
}

// Several verbs run one after another on one connection, also where sshd allows one
// channel at a time.
func TestVerbsOnOneLogin(t *testing.T) {
	for name, options := range map[string][]string{"": nil, "MaxSessions 1": {"MaxSessions 1"}} {
		t.Run(name, func(t *testing.T) {
			s := sshboottest.StartConfig(t, sshboottest.Config{Options: options})
			b, u := sessionsOn(t, s, true)
			login := openLogin(t, b)
			refused, ok := errors.AsType[*RefusedError](login.Start(t.Context(), VerbAttach, nil))
			if !ok || len(refused.Reply.Status) != 1 {
				t.Fatalf("attach: %v", refused)
			}
			for range 10 {
				if reply, err := login.Query(t.Context(), VerbList, nil); err != nil || len(reply.Status) != 1 {
					t.Fatalf("ls: %+v, %v", reply, err)
				}
			}
			if err := login.Start(t.Context(), VerbAttach, []string{"-s", "--", "work"}); err != nil || login.Announcement.Session != "work" {
				t.Fatalf("attach work: %+v, %v", login.Endpoint, err)
			}
			if s.Accepted() != 1 || len(u.Asked)+len(u.Told) != 0 {
				t.Errorf("%d connections, asked %q, told %q", s.Accepted(), u.Asked, u.Told)
			}
			wantCalls(t, s, slices.Concat([]string{"server attach"}, slices.Repeat([]string{"server ls"}, 10), []string{"server attach -s -- work"})...)
		})
	}
}

// Without a session no verb stores a file on the host.
func TestVerbsUploadNothingWithoutASession(t *testing.T) {
	for _, verb := range []Verb{VerbList, VerbAttach, VerbDetach, VerbKill} {
		t.Run(string(verb), func(t *testing.T) {
			s := sshboottest.Start(t)
			b, _ := sessionsOn(t, s, false)
			if _, err := openLogin(t, b).Query(t.Context(), verb, []string{"work"}); !errors.Is(err, ErrNoSessions) {
				t.Errorf("error %v", err)
			}
			if files, err := os.ReadDir(s.Home); err != nil || len(files) != 0 {
				t.Errorf("left behind: %v, %v", files, err)
			}
		})
	}
}

// A session whose program is gone is reached by an upload.
func TestVerbUploadsForASessionOfAnotherVersion(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := sessionsOn(t, s, true)
	reply, err := openLogin(t, b).Query(t.Context(), VerbKill, []string{"work"})
	if err != nil || !slices.Equal(reply.Done, []string{"work"}) {
		t.Fatalf("%+v, %v", reply, err)
	}
	set, _ := b.binaries.Set()
	if _, err := os.Stat(filepath.Join(s.Cache, "gm", "gm-"+set[0].Hash)); err != nil {
		t.Error(err)
	}
}

// The directory of sessions is found in each of its places.
func TestVerbFindsSessionsInEachPlace(t *testing.T) {
	for name, place := range map[string]string{"the state": "state/gm/0123abcd", "the runtime directory": "run/gm/sessions"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{
				`SetEnv XDG_STATE_HOME=` + dir + `/state XDG_RUNTIME_DIR=` + dir + `/run HOME=` + dir + ` XDG_CACHE_HOME=` + dir + `/cache`,
			}})
			b, _ := sessionsOn(t, s, false)
			listen(t, filepath.Join(dir, place))
			if reply, err := openLogin(t, b).Query(t.Context(), VerbList, nil); err != nil || len(reply.Status) != 1 {
				t.Errorf("%+v, %v", reply, err)
			}
		})
	}
}

// The search needs only the programs of a login, in every sh.
func TestVerbWithEverySh(t *testing.T) {
	for _, sh := range sshboottest.EverySh {
		t.Run(sh, func(t *testing.T) {
			path := sshboottest.Tools(t, sh, sshboottest.Needed...)
			s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path}})
			b, _ := sessionsOn(t, s, false)
			login := openLogin(t, b)
			if _, err := login.Query(t.Context(), VerbList, nil); !errors.Is(err, ErrNoSessions) {
				t.Fatalf("error %v", err)
			}
			listen(t, filepath.Join(s.Home, ".local/state/gm/0123abcd"))
			if reply, err := login.Query(t.Context(), VerbList, nil); err != nil || len(reply.Status) != 1 {
				t.Errorf("%+v, %v", reply, err)
			}
		})
	}
}

// mosh-server alone has no sessions, and is not run with a verb unless it is named.
func TestVerbOnAHostWithMosh(t *testing.T) {
	s := sshboottest.Start(t)
	sshboottest.WriteFile(t, filepath.Join(s.Home, "mosh-server"), "#!/bin/sh\necho 'Usage: mosh-server new' >&2; exit 1\n", 0o700)
	b, _ := sessionsOn(t, s, false)
	b.request.ServerCommand = s.Home + "/mosh-server"
	_, err := openLogin(t, b).Query(t.Context(), VerbList, nil)
	sshboottest.WantError(t, err, "127.0.0.1: the server there cannot list sessions (status 1):", "Usage: mosh-server new", "leave out --server")
}

// Without gm's own server, an installed gm answers and mosh-server is not run.
func TestVerbOnAHostWithInstalledServers(t *testing.T) {
	path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path, "SHELL=/bin/false"}})
	sshboottest.WriteFile(t, filepath.Join(path, "mosh-server"), "#!/bin/sh\n>\"$HOME/mosh\"\n", 0o700)
	b, _ := sessionsOn(t, s, true)
	b.request.Deploy = DeployNever
	login := openLogin(t, b)
	_, err := login.Query(t.Context(), VerbList, nil)
	sshboottest.WantError(t, err, "127.0.0.1: neither gm nor mosh-server is installed there")
	sshboottest.WriteFile(t, filepath.Join(path, "gm"), strings.Replace(sshboottest.FakeSessions, "echo gm test", "echo gm 1, go1.26", 1), 0o700)
	if reply, err := login.Query(t.Context(), VerbList, nil); err != nil || len(reply.Status) != 1 {
		t.Errorf("%+v, %v", reply, err)
	}
	if _, err := os.Stat(filepath.Join(s.Home, "mosh")); err == nil {
		t.Error("mosh-server was run")
	}
}

// A RemoteCommand of ssh_config is the program of a new session only.
func TestVerbIgnoresRemoteCommand(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := sessionsOn(t, s, true)
	b = withOptions(b, "RemoteCommand=vim")
	if _, err := openLogin(t, b).Query(t.Context(), VerbKill, []string{"work"}); err != nil {
		t.Fatal(err)
	}
	wantCalls(t, s, "server kill work")
}

// A verb waits for a new password as a session does, and runs on the login with it.
func TestVerbWithExpiredPassword(t *testing.T) {
	s := sshboottest.StartAccount(t, sshboottest.Account{Password: "old secret", Expired: true}, sshboottest.Config{})
	b, u := accountBoot(t, s, "old secret", "old secret", "Zq7-something", "Zq7-something", "Zq7-something")
	login := openLogin(t, b)
	for range 2 {
		if _, err := login.Query(t.Context(), VerbList, nil); !errors.Is(err, ErrNoSessions) {
			t.Errorf("error %v", err)
		}
	}
	if len(u.Answers) != 0 || s.Accepted() != 2 {
		t.Errorf("answers left: %q, %d connections", u.Answers, s.Accepted())
	}
}

// A verb runs in a terminal if the account's shell asks for something first.
func TestVerbInATerminal(t *testing.T) {
	b, u := silentShell(t, "/bin/bash", ".bashrc", "printf 'which host? : '; read x", []string{"1", "1"})
	login := openLogin(t, b)
	for _, command := range []string{"", "echo GM STATUS work; :"} {
		login.boot.request.ServerCommand = command
		reply, err := login.Query(t.Context(), VerbList, nil)
		if command == "" && !errors.Is(err, ErrNoSessions) || command != "" && (err != nil || len(reply.Status) != 1) {
			t.Errorf("%q: %+v, %v", command, reply, err)
		}
	}
	if u.Relayed == nil || !u.Relayed.Stopped {
		t.Error("no terminal")
	}
}
