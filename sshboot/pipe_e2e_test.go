//go:build e2e

package sshboot

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gm/sshboot/deploy"
	"gm/sshboot/sshboottest"
)

// echoServer is a program that announces a pipe and returns the bytes that it reads.
const echoServer = `#!/bin/sh
[ "$1" = --version ] && echo gm test && exit 0
printf '%s\000' "$@" >"$HOME/args"
if [ "$2" != relay ]; then echo "GM EXTENSIONS paths"; echo "GM ID 17-0a-9"; fi
echo "GM PIPE"
if [ "$2" != relay ]; then echo "MOSH CONNECT 60001 ` + sshboottest.TestKey + `"; fi
exec cat
`

// echoOn returns a boot of the echoServer with a pipe for a user of s.
func echoOn(t *testing.T, s *sshboottest.Server) boot {
	t.Helper()
	b, _ := bootFor(t, s)
	b.binaries = having(script(t, echoServer))
	b.request.Pipe = true
	return b
}

// startPipe starts the server, which is uploaded the first time, and checks its pipe.
func startPipe(t *testing.T, b boot) *Login {
	t.Helper()
	login := openLogin(t, b)
	if err := login.Start(t.Context(), VerbNew, b.request.ServerArgs); err != nil {
		t.Fatalf("%v%s", err, sshboottest.HintOf(err))
	}
	wantEcho(t, login.Pipe(), "")
	return login
}

// A pipe needs nothing of sshd but the one channel, also directly after an upload.
func TestPipeThroughSSHD(t *testing.T) {
	for name, options := range map[string][]string{
		"plain":               nil,
		"one session":         {"MaxSessions 1"},
		"no forwarding":       {"AllowTcpForwarding no", "DisableForwarding yes", "PermitTTY no"},
		"forced wrapper":      {`ForceCommand env WRAPPED=1 sh -c "$SSH_ORIGINAL_COMMAND"`},
		"noisy forced script": {`ForceCommand echo noise; sh -c "$SSH_ORIGINAL_COMMAND"; echo end`},
	} {
		t.Run(name, func(t *testing.T) {
			b := echoOn(t, sshboottest.StartConfig(t, sshboottest.Config{Options: options}))
			for _, when := range []string{"uploaded", "there"} {
				login := startPipe(t, b)
				if uploaded := login.Announcement.Port != 0; !uploaded {
					t.Errorf("%s: %+v", when, login.Announcement)
				}
				login.Close()
			}
		})
	}
}

func TestPipeThroughEveryLoginShell(t *testing.T) {
	for _, shell := range sshboottest.Shells {
		name := strings.Join(shell, " ")
		t.Run(name, func(t *testing.T) {
			startPipe(t, echoOn(t, sshboottest.StartConfig(t, sshboottest.Config{Shell: name})))
		})
	}
}

func TestPipeThroughEverySh(t *testing.T) {
	for _, sh := range sshboottest.EverySh {
		t.Run(sh, func(t *testing.T) {
			path := sshboottest.Tools(t, sh, append([]string{"head", "gzip"}, sshboottest.Needed...)...)
			startPipe(t, echoOn(t, sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path}})))
		})
	}
}

// Without head the input ends with the upload, and the pipe is that of a second channel.
func TestPipeWithoutHead(t *testing.T) {
	for name, options := range map[string][]string{"": nil, "one session": {"MaxSessions 1"}} {
		t.Run(name, func(t *testing.T) {
			path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
			s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path}, Options: options})
			listen(t, filepath.Join(s.Home, ".local/state/gm/0123abcd"))
			startPipe(t, echoOn(t, s))
			if args := arguments(t, s); args[1] != "relay" {
				t.Errorf("the last call has the arguments %q", args)
			}
		})
	}
}

// The verb relay tries again after such an upload.
func TestRelayUploadsWithoutHead(t *testing.T) {
	path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path}})
	listen(t, filepath.Join(s.Home, ".local/state/gm/0123abcd"))
	pipe, err := openLogin(t, echoOn(t, s)).Relay(t.Context(), "17-0a-9")
	if err != nil {
		t.Fatal(err)
	}
	wantEcho(t, pipe, "")
}

func TestPipeThroughToybox(t *testing.T) {
	toybox, err := exec.LookPath("toybox")
	if err != nil {
		t.Fatal(err)
	}
	dir := sshboottest.Tools(t, "dash")
	for _, name := range []string{"cat", "chmod", "head", "id", "ls", "mkdir", "mv", "od", "rm", "uname"} {
		if err := os.Symlink(toybox, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	startPipe(t, echoOn(t, sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + dir}})))
}

func TestPipeThroughDropbear(t *testing.T) {
	s := sshboottest.StartDropbear(t, sshboottest.DropbearConfig{Shell: "busybox sh", Env: []string{"X=1"}})
	b := echoOn(t, s)
	startPipe(t, b).Close()
	startPipe(t, b)
}

// The address of a host behind a proxy is not needed.
func TestPipeThroughProxies(t *testing.T) {
	gate := sshboottest.Start(t)
	inner := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"SSH_CONNECTION="}})
	for name, via := range map[string]string{"jump host": "ProxyJump gate", "ProxyCommand": "ProxyCommand busybox nc %h %p"} {
		t.Run(name, func(t *testing.T) {
			b := echoOn(t, inner)
			sshboottest.ConfigureClient(t, b.env.Home, "Host inner\n"+via+"\n", map[string]*sshboottest.Server{"gate": gate, "inner": inner})
			b.request.Destination = "inner"
			login := startPipe(t, b)
			again, err := login.Redial(t.Context(), true)
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			listen(t, filepath.Join(inner.Home, ".local/state/gm/0123abcd"))
			pipe, err := again.Relay(t.Context(), "17-0a-9")
			if err != nil {
				t.Fatal(err)
			}
			wantEcho(t, pipe, "")
		})
	}
}

// lockedBuffer is a buffer for several goroutines.
type lockedBuffer struct {
	mu      sync.Mutex
	text    bytes.Buffer
	first   sync.Once
	written chan struct{} // closed after the first Write
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.first.Do(func() { close(b.written) })
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// A ProxyCommand of a login in the background has no terminal, and its standard error is
// not shown.
func TestRedialThroughAProxyCommand(t *testing.T) {
	s := sshboottest.Start(t)
	b := echoOn(t, s)
	stderr := &lockedBuffer{written: make(chan struct{})}
	b.env.Stderr = stderr
	file := filepath.Join(t.TempDir(), "sessions")
	command := "ProxyCommand=sh -c 'echo noise >&2; echo $SSH_ASKPASS_REQUIRE $(ps -o sid= $$) >>" + file + "; exec busybox nc %h %p'"
	login := openLogin(t, withOptions(b, command))
	<-stderr.written // by another goroutine
	before := stderr.String()
	again, err := login.Redial(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	words := strings.Fields(sshboottest.ReadFile(t, file))
	if len(words) != 3 || words[1] != "never" || words[0] == words[2] || before != "noise\n" || stderr.String() != before {
		t.Errorf("environment and sessions %q, standard error %q", words, stderr.String())
	}
}

// A host that does not read, and one that does not write, hold up nothing else.
func TestPipeOfASlowHost(t *testing.T) {
	s := sshboottest.Start(t)
	b := echoOn(t, s)
	silent := strings.NewReplacer(`echo "GM PIPE"`, `echo $$ >"$HOME/waiting"; echo "GM PIPE"`, "exec cat", "exec sleep 1000")
	b.binaries = having(script(t, silent.Replace(echoServer)))
	login := openLogin(t, b)
	if err := login.Start(t.Context(), VerbNew, nil); err != nil {
		t.Fatal(err)
	}
	defer killLeft(t, filepath.Join(s.Home, "waiting"))
	ended := make(chan error, 2)
	go func() {
		_, err := login.Pipe().Write(make([]byte, 16<<20))
		ended <- err
	}()
	go func() {
		_, err := login.Pipe().Read(make([]byte, 1))
		ended <- err
	}()
	login.Close()
	for range 2 {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("no error")
			}
		case <-time.After(time.Minute):
			t.Fatal("the end of the login does not end the pipe")
		}
	}
}

// A terminal has no pipe: the server is not asked for one.
func TestNoPipeInATerminal(t *testing.T) {
	b, u := silentShell(t, "/bin/bash", ".bashrc", "printf 'which host? : '; read x", []string{"1"})
	b.binaries = having(script(t, strings.Replace(echoServer, "exec cat", "", 1)))
	b.request.Pipe = true
	b.limits = deploy.DefaultLimits
	b.limits.Shell = time.Second
	login := openLogin(t, b)
	err := login.Start(t.Context(), VerbNew, nil)
	if u.Relayed == nil || err != nil || login.Pipe() != nil || login.Announcement.Pipe {
		t.Errorf("error %v, pipe %v", err, login.Pipe())
	}
}

// A server of the user's own is asked for a pipe too.
func TestPipeOfAnotherServer(t *testing.T) {
	s := sshboottest.Start(t)
	path := filepath.Join(s.Home, "server")
	sshboottest.WriteFile(t, path, echoServer, 0o700)
	b := echoOn(t, s)
	b.request.ServerCommand = "WORD=1 " + path + " server"
	startPipe(t, b)
	b.request.ServerCommand = "echo noise; " + path + " server; echo"
	pipe := startPipe(t, b).Pipe()
	pipe.Close()
	if _, err := io.ReadAll(pipe); err != nil && err != io.EOF {
		t.Error(err)
	}
}
