package sshboot

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/payload"
	"gm/sshboot/sshboottest"
	"gm/wire/datagram"
)

const testKey = "4NeCCgvZFe2RnPgrcU1PQw"

// fakeServer is a program that announces itself as gm's server does, and notes
// its arguments, each ended by NUL, in $HOME/args.
const fakeServer = `#!/bin/sh
[ "$1" = --version ] && echo gm test && exit 0
printf '%s\000' "$@" >"$HOME/args"
echo "GM EXTENSIONS one two"
echo "MOSH CONNECT 60001 ` + testKey + `"
`

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

// user answers questions in order and notes what it was asked and told.
type scriptedUser struct {
	mu      sync.Mutex
	answers []string
	asked   []string
	told    []string
	noRelay bool // there is no terminal to connect
	relayed *scriptedRelay
}

func (u *scriptedUser) reply(prompt string) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked = append(u.asked, prompt)
	if len(u.answers) == 0 {
		return "", errNoTerminal
	}
	answer := u.answers[0]
	u.answers = u.answers[1:]
	if answer == "^C" {
		return "", errInterrupted
	}
	return answer, nil
}

func (u *scriptedUser) secret(_ context.Context, prompt string) (string, error) {
	return u.reply("secret: " + prompt)
}

func (u *scriptedUser) answer(_ context.Context, prompt string) (string, error) {
	return u.reply(prompt)
}

func (u *scriptedUser) confirm(_ context.Context, prompt string) (bool, error) {
	answer, err := u.reply("confirm: " + prompt)
	return answer == "yes", err
}

func (u *scriptedUser) notice(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.told = append(u.told, text)
}

// relay passes the answers to the host, a line each, and keeps what it shows.
func (u *scriptedUser) relay(_ context.Context, host io.Writer, quit func()) (relay, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.noRelay {
		return nil, errNoTerminal
	}
	u.relayed = &scriptedRelay{user: u, host: host, quit: quit}
	return u.relayed, nil
}

// scriptedRelay answers each time that the host has shown a prompt.
type scriptedRelay struct {
	user    *scriptedUser
	host    io.Writer
	quit    func()
	shown   strings.Builder
	line    string
	stopped bool
}

func (r *scriptedRelay) show(text []byte) {
	r.user.mu.Lock()
	defer r.user.mu.Unlock()
	r.shown.Write(text)
	r.line += string(text)
	if len(r.user.answers) == 0 || !strings.HasSuffix(r.line, r.user.prompt()) {
		return
	}
	answer := r.user.answers[0]
	r.user.answers, r.line = r.user.answers[1:], ""
	if answer == "^C" {
		go r.quit()
		return
	}
	go io.WriteString(r.host, answer+"\n")
}

func (r *scriptedRelay) stop()              { r.stopped = true }
func (r *scriptedRelay) size() terminalSize { return terminalSize{24, 80} }

// prompt is how a prompt ends.
func (u *scriptedUser) prompt() string { return ": " }

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

func hintOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Hint != "" {
		return " (hint: " + e.Hint + ")"
	}
	return ""
}

// wantError checks the message of an error with its hint.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("not an *Error: %v", err)
	}
	text := err.Error() + hintOf(err)
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("error %q does not say %q", text, part)
		}
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func writeFile(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// contextAfterFile gives a context that ends when the file is there.
func contextAfterFile(t *testing.T, path string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	tick := time.NewTicker(5 * time.Millisecond)
	go func() {
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if _, err := os.Stat(path); err == nil {
					cancel()
				}
			}
		}
	}()
	return ctx, cancel
}

// sign runs ssh-keygen to sign a certificate.
func sign(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ssh-keygen", append([]string{"-q"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen %q: %v: %s", args, err, out)
	}
}

// knownHostsLine is the line for one host.
func knownHostsLine(host string, key ssh.PublicKey, hashed bool) string {
	return knownHostsLines([]string{host}, key, hashed)
}
