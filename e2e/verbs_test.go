//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// expect runs gm with args to its end, and returns its screen in one line.
func (h *host) expect(status int, args ...string) string {
	h.t.Helper()
	x := h.gm(plain, nil, args...)
	got := x.ExpectEnd(harness.Patience)
	text := strings.TrimRight(strings.Join(x.Screen(), "\n"), "\n")
	if got != status {
		h.t.Errorf("gm %q: status %d, want %d\n%s", args, got, status, text)
	}
	return text
}

// leave begins a session with a name and detaches from it.
func (h *host) leave(name string) {
	h.t.Helper()
	x := h.shell(plain, nil, "--name="+name, h.Destination())
	x.ExpectLine("$")
	x.Line("echo this is ''" + name)
	x.ExpectLine("this is " + name)
	x.Type("\x1ed")
	x.Expect("[gm: detached from " + name + " on " + h.Destination())
	if status := x.ExpectEnd(harness.Patience); status != 0 {
		h.t.Errorf("detached with status %d", status)
	}
}

// wantLogins checks the number of connections since the last call.
func (h *host) wantLogins(since *int, want int) {
	h.t.Helper()
	if got := h.Accepted() - *since; got != want {
		h.t.Errorf("%d logins, want %d", got, want)
	}
	*since = h.Accepted()
}

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(strings.ReplaceAll(text, "\n", ""), part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

// notes returns the notes of sessions in the user's home.
func (h *host) notes() []string {
	paths, _ := filepath.Glob(filepath.Join(h.home, ".local/state/gm/known/*"))
	return paths
}

// TestVerbs leaves a session, lists, enters, detaches and ends it, each with one login.
func TestVerbs(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]string{"": nil, "MaxSessions 1": {"MaxSessions 1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, sshboottest.Config{Options: options})
			logins := 0
			h.leave("work")
			h.wantLogins(&logins, 1)
			if len(h.notes()) != 1 {
				t.Errorf("notes %q", h.notes())
			}
			wantText(t, h.expect(0, "ls"), "On other hosts", h.Destination(), "work")
			h.wantLogins(&logins, 0)
			wantText(t, h.expect(0, "ls", h.Destination()), "NAME", "work", "detached", "80x24", "bash")
			h.wantLogins(&logins, 1)

			x := h.gm(plain, nil, "attach", h.Destination())
			x.ExpectLine("this is work")
			h.wantLogins(&logins, 1)
			x.Line("echo st''ill here")
			x.ExpectLine("still here")
			wantText(t, h.expect(0, "detach", h.Destination()), "detached the clients of work on ")
			h.wantLogins(&logins, 1)
			x.Expect("detached from work on " + h.Destination())
			if status := x.ExpectEnd(harness.Patience); status != 0 {
				t.Errorf("status %d", status)
			}
			wantText(t, h.expect(1, "kill", h.Destination(), "work", "other"), "ended work on ", "other")
			h.wantLogins(&logins, 1)
			wantText(t, h.expect(0, "ls", h.Destination()), "no session runs on")
			wantText(t, h.expect(10, "attach", h.Destination(), "work"), "gm: ")
			h.sessions.ExpectNone(t, harness.Patience)
			if len(h.notes()) != 0 {
				t.Errorf("notes %q", h.notes())
			}
		})
	}
}

// TestAttachChooses chooses one of two sessions by its number, on one login.
func TestAttachChooses(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]string{"": nil, "MaxSessions 1": {"MaxSessions 1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, sshboottest.Config{Options: options})
			h.leave("play")
			h.leave("work")
			logins := h.Accepted()
			x := h.gm(plain, nil, "attach", h.Destination())
			x.Expect("Which one")
			x.Line("9")
			x.Expect("none of them")
			x.Line("2")
			x.ExpectLine("this is work")
			h.wantLogins(&logins, 1)
			x.Line("exit")
			x.ExpectEnd(harness.Patience)

			x = h.gm(plain, nil, "attach", h.Destination())
			x.ExpectLine("this is play") // the only one
			x.Line("exit")
			h.expectClean(x)
		})
	}
}

// TestNameEntersOrBegins enters a session by --name, also with another client in it.
func TestNameEntersOrBegins(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	h.leave("work")
	first := h.gm(plain, nil, "--name=work", h.Destination())
	first.ExpectLine("this is work")
	second := h.gm(plain, nil, "attach", "--share", h.Destination(), "work")
	second.ExpectLine("this is work")
	second.Line("echo both ''see")
	first.ExpectLine("both see")
	third := h.gm(plain, nil, "--name=work", h.Destination())
	third.ExpectLine("both see")
	for _, x := range []*harness.Terminal{first, second} {
		x.Expect("was taken over")
		if status := x.ExpectEnd(harness.Patience); status != 0 {
			t.Errorf("status %d", status)
		}
	}
	third.Line("exit")
	h.expectClean(third)
}

// TestListSeveralHosts lists hosts side by side: one needs a passphrase, one is not there.
func TestListSeveralHosts(t *testing.T) {
	t.Parallel()
	h, locked := newHost(t, sshboottest.Config{}), newHost(t, sshboottest.Config{})
	h.leave("work")
	locked.leave("safe")
	known, _ := os.ReadFile(filepath.Join(locked.home, ".ssh", "known_hosts"))
	mine, _ := os.ReadFile(filepath.Join(h.home, ".ssh", "known_hosts"))
	key := filepath.Join(locked.home, "locked")
	public := sshboottest.Keygen(t, key, "-t", "ed25519", "-N", "open sesame")
	sshboottest.WriteFile(t, filepath.Join(locked.Dir, "authorized_keys"), "", 0o600)
	locked.Authorize(t, public)
	sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "known_hosts"), string(mine)+string(known), 0o600)
	sshboottest.WriteFile(t, filepath.Join(h.home, ".ssh", "config"),
		fmt.Sprintf("Host locked\nHostName 127.0.0.1\nPort %d\nIdentityFile %s\nIdentitiesOnly yes\nHost gone\nHostName 127.0.0.1\nPort 1\n", locked.Port, key), 0o600)

	x := h.gm(plain, nil, "ls", h.Destination(), "locked", "gone")
	x.Expect("passphrase for key")
	x.Line("open sesame")
	if status := x.ExpectEnd(harness.Patience); status != 1 {
		t.Errorf("status %d", status)
	}
	wantText(t, strings.Join(x.Screen(), "\n"), "HOST", "work", "locked", "safe", "gm: gone: connect to ")

	var objects []map[string]any
	text := h.expect(1, "ls", "--json", "gone")
	if err := json.Unmarshal([]byte(text), &objects); err != nil || len(objects) != 1 || objects[0]["host"] != "gone" || objects[0]["error"] == "" {
		t.Errorf("%v: %s", err, text)
	}
	h.expect(0, "kill", h.Destination(), "work")
	locked.sessionsEnd("safe")
}

// sessionsEnd ends a session of a host whose user can no longer log in without an answer.
func (h *host) sessionsEnd(name string) {
	h.t.Helper()
	h.Authorize(h.t, sshboottest.Keygen(h.t, filepath.Join(h.home, ".ssh", "id_rsa"), "-t", "rsa"))
	h.expect(0, "kill", h.Destination(), name)
	h.sessions.ExpectNone(h.t, harness.Patience)
}

// TestVerbsOnForeignServers reach hosts with mosh-server, with an old gm, or with nothing.
func TestVerbsOnForeignServers(t *testing.T) {
	t.Parallel()
	// Its place for sockets in /tmp is not that of other tests.
	alone := []string{"unshare", "--mount", "sh", "-c", `d=/tmp/gm-$(id -u); mkdir -p -m 700 $d; mount -t tmpfs -o mode=700 tmpfs $d; exec "$@"`, "sh"}
	h := newHost(t, sshboottest.Config{Launcher: alone})
	wantText(t, h.expect(0, "ls", h.Destination()), "no session runs on")
	wantText(t, h.expect(10, "attach", h.Destination()), "no session runs on", "begins one")
	wantText(t, h.expect(1, "kill", h.Destination(), "work"), "no session runs on")
	wantText(t, h.expect(1, "ls", "--server=mosh-server", h.Destination()), "the server there cannot list sessions", "leave out --server")
	wantText(t, h.expect(10, "attach", "--server=mosh-server", h.Destination()), "the server there cannot enter sessions")
	old := buildCommit(t, oldest)
	wantText(t, h.expect(1, "ls", "--server="+old+" server", h.Destination()), "the server there cannot list sessions")
	if files, err := os.ReadDir(h.Home); err != nil || len(files) != 0 {
		t.Errorf("left on the host: %v, %v", files, err)
	}
}

// TestVerbsWithoutHome has the socket of a session outside of the home.
func TestVerbsWithoutHome(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Options: []string{"SetEnv HOME=/proc/nowhere XDG_CACHE_HOME= XDG_RUNTIME_DIR= LANG=C.UTF-8"}})
	name := fmt.Sprintf("homeless-%d", h.Port)
	x := h.gm(plain, nil, "--name="+name, "--server="+plain+" server", h.Destination(), "--", "sh", "-c", "echo here; read line")
	x.ExpectLine("here")
	x.Type("\x1ed")
	x.ExpectEnd(harness.Patience)
	wantText(t, h.expect(0, "ls", "--server="+plain+" server", h.Destination()), name, "detached")
	h.expect(0, "kill", "--server="+plain+" server", h.Destination(), name)
}

// TestVerbsOfThisMachine lists and detaches inside of a session, without SSH.
func TestVerbsOfThisMachine(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "HOME="+harness.TempDir(t), "XDG_STATE_HOME=", "XDG_RUNTIME_DIR=/nonexistent")
	d.local(plain, "--name=inner")
	d.Line(plain + " ls --names; echo $GM_SESSION; " + plain + " attach --local inner")
	d.Expect("inner")
	d.ExpectLine("inner")
	d.Expect("gm: ") // refused: the session that it sits in
	d.Line(plain + " detach")
	d.Expect("[gm: detached from inner")
	d.expectPrompt()
	d.Line("clear")
	d.local(plain, "--name=other")
	d.Type("\x1ed")
	d.expectPrompt()
	d.Line("clear; " + plain + " attach --local")
	d.Expect("Which one")
	d.Type("\x03")
	d.expectPrompt()
	d.Line("echo st''atus $?")
	d.ExpectLine("status 130")
	d.Line("clear; " + plain + " kill --local other")
	d.ExpectLine("ended other")
	d.Line("clear; " + plain + " attach --local")
	d.ExpectLine("inner")
	d.Line("exit")
	d.expectPrompt()
	d.Line("clear; " + plain + " kill --local inner; echo st''atus $?")
	d.ExpectLine("status 1")
	d.Line("exit")
	d.ExpectEnd(harness.Patience)
	d.family.ExpectNone(t, harness.Patience)
}

// TestVerbsByPassword asks for the password once for each login, also if a session is
// chosen on it.
func TestVerbsByPassword(t *testing.T) {
	t.Parallel()
	h := &host{t: t, sessions: harness.NewFamily(t), clients: harness.NewFamily(t)}
	h.Server = sshboottest.StartAccount(t, sshboottest.Account{Password: "sesame"}, sshboottest.Config{Env: []string{h.sessions.Env()}})
	h.home = h.ClientHome(t)
	login := func(args ...string) *harness.Terminal {
		x := h.gm(plain, nil, args...)
		x.Expect("password")
		x.Line("sesame")
		return x
	}
	for _, name := range []string{"play", "work"} {
		x := login("--name="+name, h.Destination(), "--", "sh", "-c", "echo this is "+name+"; cat")
		x.ExpectLine("this is " + name)
		x.Type("\x1ed")
		x.ExpectEnd(harness.Patience)
	}
	logins := h.Accepted()
	x := login("attach", h.Destination())
	x.Expect("Which one")
	x.Line("work")
	x.ExpectLine("this is work")
	h.wantLogins(&logins, 1)
	x.Type("\x1e.")
	x.ExpectEnd(harness.Patience)
	x = login("kill", h.Destination(), "play")
	x.Expect("ended play on ")
	h.wantLogins(&logins, 1)
	h.expectClean(x)
}
