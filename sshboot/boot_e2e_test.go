//go:build e2e

package sshboot

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gm/sshboot/deploy"
	"gm/sshboot/payload"
	"gm/sshboot/sshboottest"
)

// arguments returns the arguments that the fake server received.
func arguments(t *testing.T, s *sshboottest.Server) []string {
	t.Helper()
	args := strings.Split(sshboottest.ReadFile(t, filepath.Join(s.Home, "args")), "\x00")
	return args[:len(args)-1]
}

func TestBootUploadsOnce(t *testing.T) {
	s := sshboottest.Start(t)
	b, u := bootFor(t, s)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if want := []string{"one", "two"}; !slices.Equal(got.Announcement.Extensions, want) {
		t.Errorf("extensions %q, want %q", got.Announcement.Extensions, want)
	}
	if want := append([]string{"server", "new"}, b.request.ServerArgs...); !slices.Equal(arguments(t, s), want) {
		t.Errorf("arguments %q, want %q", arguments(t, s), want)
	}
	set, _ := b.binaries.Set()
	program := filepath.Join(s.Cache, "gm", "gm-"+set[0].Hash)
	first, err := os.Stat(program)
	if err != nil || first.Mode() != 0o700 {
		t.Fatalf("program: %v, %v", first, err)
	}

	set[0].Open = nil // it must not be sent again
	got, err = b.run(t.Context())
	wantEndpoint(t, got, err)
	files, err := os.ReadDir(filepath.Join(s.Cache, "gm"))
	if err != nil || len(files) != 1 {
		t.Errorf("in the cache: %v, %v", files, err)
	}
	if s.Accepted() != 2 || len(u.Asked) != 0 || len(u.Told) != 0 {
		t.Errorf("%d connections, asked %q, told %q", s.Accepted(), u.Asked, u.Told)
	}
}

func TestBootThroughEveryLoginShell(t *testing.T) {
	args := []string{"-l", "LANG=en_US.UTF-8", "--", "sh", "-c", "echo 'a b' \"$HOME\" `id` !! \\ \n second", "", "*", "é"}
	for _, shell := range sshboottest.Shells {
		name := strings.Join(shell, " ")
		t.Run(name, func(t *testing.T) {
			s := sshboottest.StartConfig(t, sshboottest.Config{Shell: name})
			b, _ := bootFor(t, s)
			b.request.ServerArgs = args
			for range 2 {
				got, err := b.run(t.Context())
				wantEndpoint(t, got, err)
				if want := append([]string{"server", "new"}, args...); !slices.Equal(arguments(t, s), want) {
					t.Errorf("arguments %q, want %q", arguments(t, s), want)
				}
			}
		})
	}
}

func TestBootOnNoisyHost(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Shell: "bash"})
	noise := `printf 'Welcome!\nMOSH CONNECT 1 AAAAAAAAAAAAAAAAAAAAAA\n'; head -c 100000 /dev/zero; printf 'no newline: '; echo errors >&2` + "\n"
	// bash reads .bashrc if the variables of sshd are set
	sshboottest.WriteFile(t, filepath.Join(s.Home, ".bashrc"), noise, 0o600)
	b, _ := bootFor(t, s)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
}

// The script runs in every sh, with and without the optional tools.
func TestBootWithEverySh(t *testing.T) {
	for _, sh := range sshboottest.EverySh {
		for _, more := range [][]string{nil, {"gzip"}, {"gzip", "rmdir"}} {
			t.Run(sh+" "+strings.Join(more, " "), func(t *testing.T) {
				path := sshboottest.Tools(t, sh, append(sshboottest.Needed, more...)...)
				s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path}})
				b, _ := bootFor(t, s)
				for range 2 {
					got, err := b.run(t.Context())
					wantEndpoint(t, got, err)
				}
			})
		}
	}
}

func TestBootOnAccountWithoutShell(t *testing.T) {
	for _, shell := range []string{"/usr/sbin/nologin", "/bin/false", "/bin/true"} {
		s := sshboottest.StartConfig(t, sshboottest.Config{Shell: shell})
		b, _ := bootFor(t, s)
		_, err := b.run(t.Context())
		sshboottest.WantError(t, err, "127.0.0.1: the host ran another command than gm's for this account (status ")
		if strings.Contains(shell, "nologin") {
			sshboottest.WantError(t, err, "This account is currently not available")
		}
	}
}

// The server gets the account's umask, although the script uploads it with a narrow one,
// and no variables of the script.
func TestBootLeavesTheEnvironmentAlone(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Shell: "sh -c 'umask 027; exec sh \"$0\" \"$1\"'", Env: []string{"t=kept", "n=kept"}})
	b, _ := bootFor(t, s)
	set := payload.Set{script(t, strings.Replace(sshboottest.FakeServer, "printf", "umask >\"$HOME/umask\"; env >\"$HOME/env\"; printf", 1))}
	b.binaries = having(set...)
	for range 2 {
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
		if got := strings.TrimSpace(sshboottest.ReadFile(t, filepath.Join(s.Home, "umask"))); got != "0027" {
			t.Errorf("umask %s", got)
		}
		env := sshboottest.ReadFile(t, filepath.Join(s.Home, "env"))
		if !strings.Contains(env, "\nt=kept\n") || !strings.Contains(env, "\nn=kept\n") {
			t.Errorf("environment:\n%s", env)
		}
	}
}

// The two newest versions remain.
func TestBootRemovesOldPrograms(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	var hashes []string
	for i := range 4 {
		program := script(t, sshboottest.FakeServer+strings.Repeat("#\n", i))
		hashes = append(hashes, "gm-"+program.Hash)
		b.binaries = having(program)
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
	}
	files, err := os.ReadDir(filepath.Join(s.Cache, "gm"))
	if err != nil || len(files) != 2 {
		t.Fatalf("in the cache: %v, %v", files, err)
	}
	for _, file := range files {
		if !slices.Contains(hashes[2:], file.Name()) {
			t.Errorf("%s is still there", file.Name())
		}
	}
}

// A host of a platform without a program uses its installed mosh-server.
func TestBootOnAnotherPlatform(t *testing.T) {
	set := payload.Set{scriptFor(t, payload.Platform{OS: "plan9", Arch: "mips"}, sshboottest.FakeServer)}
	path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path, "SHELL=/bin/false"}})
	b, _ := bootFor(t, s)
	b.binaries = having(set...)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "127.0.0.1 is Linux", "this gm has no server", "put "+payload.Native().File()+" beside gm or into /cache/gm")
	if files, err := os.ReadDir(filepath.Join(s.Cache, "gm")); err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}

	sshboottest.WriteFile(t, filepath.Join(s.Home, ".local/bin/mosh-server"), sshboottest.FakeServer, 0o700)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if want := append([]string{"new"}, b.request.ServerArgs...); !slices.Equal(arguments(t, s), want) {
		t.Errorf("arguments %q, want %q", arguments(t, s), want)
	}
}

func TestBootRefusesAProgramThatDoesNotStart(t *testing.T) {
	path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path, "SHELL=/bin/false"}})
	b, _ := bootFor(t, s)
	set := payload.Set{script(t, "#!/bin/sh\necho broken >&2; exit 1\n")}
	b.binaries = having(set...)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "127.0.0.1 is Linux", "starts there")
	if files, err := os.ReadDir(filepath.Join(s.Cache, "gm")); err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

func TestBootShowsWhyTheServerFails(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	set := payload.Set{script(t, "#!/bin/sh\n[ \"$1\" = --version ] && echo gm test && exit 0\necho out; echo 'no ports \033[31mleft' >&2; exit 3\n")}
	b.binaries = having(set...)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "127.0.0.1", "status 3", "out", "no ports ?[31mleft")
}

// An uploaded program that does not start is uploaded again.
func TestBootReplacesABrokenProgram(t *testing.T) {
	for name, text := range map[string]string{
		"a failure":        "#!/bin/sh\nexit 1\n",
		"an empty file":    "", // sh runs it, with status 0
		"zeros":            strings.Repeat("\x00", 4096),
		"another program":  "#!/bin/sh\necho busybox\n",
		"no start":         "#!/bin/sh\n[ \"$1\" = --version ] && echo gm 1 && exit 0\nexit 126\n",
		"killed at start":  "#!/bin/sh\n[ \"$1\" = --version ] && echo gm 1 && exit 0\nkill -BUS $$\n",
		"no execute right": "none",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sshboottest.Start(t)
			b, _ := bootFor(t, s)
			set, _ := b.binaries.Set()
			program := filepath.Join(s.Cache, "gm", "gm-"+set[0].Hash)
			mode := os.FileMode(0o700)
			if text == "none" {
				mode = 0o600
			}
			sshboottest.WriteFile(t, program, text, mode)
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if sshboottest.ReadFile(t, program) != sshboottest.FakeServer {
				t.Error("the broken program is still there")
			}
		})
	}
}

// A server that reports an error is not uploaded again.
func TestBootKeepsAProgramThatFails(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	set, _ := b.binaries.Set()
	program := filepath.Join(s.Cache, "gm", "gm-"+set[0].Hash)
	const failing = "#!/bin/sh\n[ \"$1\" = --version ] && echo gm 1 && exit 0\necho gm: no UDP port is free >&2; exit 1\n"
	sshboottest.WriteFile(t, program, failing, 0o700)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "the server did not start (status 1)", "no UDP port is free")
	if sshboottest.ReadFile(t, program) != failing {
		t.Error("it was uploaded anew")
	}
}

// A directory with the program's name is reported, and another place is used.
func TestBootWithAForeignNameInItsPlace(t *testing.T) {
	home := t.TempDir()
	s := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{
		`SetEnv "HOME=` + home + `" "XDG_CACHE_HOME=` + home + `/.cache" "XDG_RUNTIME_DIR=` + t.TempDir() + `"`}})
	s.Cache = filepath.Join(home, ".cache")
	b, u := bootFor(t, s)
	set, _ := b.binaries.Set()
	dir := filepath.Join(s.Cache, "gm", "gm-"+set[0].Hash)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if told := strings.Join(u.Told, "\n"); strings.Count(told, dir+" on 127.0.0.1 is not a program of gm and cannot be replaced") != 1 || !strings.Contains(told, "the server is in ") {
		t.Errorf("told %q", told)
	}
	if files, err := os.ReadDir(filepath.Join(s.Cache, "gm")); err != nil || len(files) != 1 {
		t.Errorf("left %v, %v", files, err)
	}
}

// A program is synced to disk before it is renamed.
func TestUploadIsFlushed(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	b.binaries = having(script(t, "#!/bin/sh\necho \"$1 $0 $GM_FLUSH\" >>\"$HOME/runs\"\n"+strings.TrimPrefix(sshboottest.FakeServer, "#!/bin/sh\n")))
	for range 2 {
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
	}
	runs := strings.Split(sshboottest.ReadFile(t, filepath.Join(s.Home, "runs")), "\n")
	if !strings.Contains(runs[0], "--version") || !strings.Contains(runs[0], "/.new-") || !strings.HasSuffix(runs[0], " 1") || strings.Contains(strings.Join(runs[1:], "\n"), " 1") {
		t.Errorf("it ran as %q", runs)
	}
}

func TestBootFindsAPlaceForTheProgram(t *testing.T) {
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"HOME=/nonexistent"}})
	blocked := filepath.Join(s.Dir, "file")
	sshboottest.WriteFile(t, blocked, "", 0o600)
	runtime := filepath.Join(s.Dir, "run")
	s2 := sshboottest.StartConfig(t, sshboottest.Config{Options: []string{
		`SetEnv "HOME=` + s.Home + `" "XDG_CACHE_HOME=` + blocked + `" "XDG_RUNTIME_DIR=` + runtime + `"`}})
	sshboottest.WriteFile(t, filepath.Join(s.Home, ".cache"), "", 0o600)
	b, _ := bootFor(t, s2)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if files, err := os.ReadDir(filepath.Join(runtime, "gm")); err != nil || len(files) != 1 {
		t.Errorf("in XDG_RUNTIME_DIR: %v, %v", files, err)
	}
}

func TestBootWithServerCommand(t *testing.T) {
	s := sshboottest.Start(t)
	sshboottest.WriteFile(t, filepath.Join(s.Home, "my server"), sshboottest.FakeServer, 0o700)
	b, _ := bootFor(t, s)
	b.request.ServerCommand = `cd; A='!x' "./my server"`
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if want := append([]string{"new"}, b.request.ServerArgs...); !slices.Equal(arguments(t, s), want) {
		t.Errorf("arguments %q, want %q", arguments(t, s), want)
	}
	b.request.ServerCommand = "no-such-mosh-server"
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "was not found", "no-such-mosh-server", "leave out --server")
}

func TestBootWithStockServer(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	b.request.ServerCommand = "LC_ALL=C.UTF-8 MOSH_SERVER_NETWORK_TMOUT=1 mosh-server"
	b.request.ServerArgs = []string{"-s", "-c", "256", "-@", "gm=one", "--", "true"}
	got, err := b.run(t.Context())
	if err != nil || got.Announcement.Port < 60001 || got.Announcement.Extensions != nil {
		t.Errorf("boot: %v %v, %v", got.Addr, got.Announcement.Port, err)
	}
}

func TestBootRemoteAddress(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	b.request.RemoteIP = "remote"
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	b.request.ServerCommand = `SSH_CONNECTION=; "` + filepath.Join(s.Cache, "gm") + `"/gm-* server`
	got, err = b.run(t.Context())
	wantEndpoint(t, got, err)
}

func TestBootEndsWithItsContext(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	ctx, cancel := sshboottest.ContextAfterFile(t, filepath.Join(s.Home, "waiting"))
	defer cancel()
	b.request.ServerCommand = `echo $$ >"$HOME/waiting.new"; mv "$HOME/waiting.new" "$HOME/waiting"; exec sleep 1000 #`
	if _, err := b.run(ctx); err == nil || ctx.Err() == nil {
		t.Errorf("boot: %v", err)
	}
	killLeft(t, filepath.Join(s.Home, "waiting"))
}

// killLeft ends a process that sshd leaves running, whose id is in a file.
func killLeft(t *testing.T, file string) {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(sshboottest.ReadFile(t, file)))
	if err != nil {
		t.Fatal(err)
	}
	if process, err := os.FindProcess(pid); err == nil {
		process.Kill()
	}
}

// Boot uses the home, agent and terminal of the process.
func TestBoot(t *testing.T) {
	s := sshboottest.Start(t)
	sshboottest.WriteFile(t, filepath.Join(s.Home, "server"), sshboottest.FakeServer, 0o700)
	t.Setenv("HOME", s.ClientHome(t))
	t.Setenv("SSH_AUTH_SOCK", "")
	request := Request{Destination: "127.0.0.1", SSHCommand: []string{"ssh", "-p", strconv.Itoa(s.Port), "-l", s.User}, ServerCommand: `"$HOME/server"`}
	login, err := Boot(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	defer login.Close()
	wantEndpoint(t, login.Endpoint, nil)

	var out strings.Builder
	if _, err := PrintConfig(t.Context(), &out, request); err != nil || !strings.Contains(out.String(), "\nport "+strconv.Itoa(s.Port)+"  # command line\n") {
		t.Errorf("PrintConfig: %v\n%s", err, out.String())
	}
	request.Destination = ""
	_, err = PrintConfig(t.Context(), &out, request)
	sshboottest.WantError(t, err, "destination")
}

// Login, upload and uninstall work with a PATH that contains no program.
func TestBootWithoutPath(t *testing.T) {
	for _, path := range []string{"", "/nonexistent"} {
		for _, shell := range sshboottest.EverySh {
			t.Run(shell+" "+path, func(t *testing.T) {
				t.Parallel()
				program, err := exec.LookPath(shell)
				if err != nil {
					t.Fatal(err)
				}
				if shell == "busybox" {
					program += " sh"
				}
				s := sshboottest.StartConfig(t, sshboottest.Config{Shell: program, Env: []string{"PATH=" + path}})
				b, u := bootFor(t, s)
				got, err := b.run(t.Context())
				wantEndpoint(t, got, err)
				conn, _, err := b.connect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				var out strings.Builder
				err = deploy.Uninstall(t.Context(), &out, conn.Client, "host")
				if err != nil && !onlyShared(err) {
					t.Error(err)
				}
				if !strings.Contains(out.String(), "removed ") {
					t.Errorf("uninstall: %q; told %q", out.String(), u.Told)
				}
			})
		}
	}
}

// onlyShared reports whether the error of an uninstallation names only files in the directory in
// /tmp, where other runs of the tests have sessions.
func onlyShared(err error) bool {
	_, kept, ok := strings.Cut(err.Error(), "not removed: ")
	return ok && !slices.ContainsFunc(strings.Split(kept, ", "), func(path string) bool {
		return !strings.HasPrefix(path+"/", fmt.Sprintf("/tmp/gm-%d/", os.Getuid()))
	})
}

// A login shell that supports only single quotes is sufficient for every command of the
// user.
func TestBootThroughAShellUnlikeSh(t *testing.T) {
	shell, err := filepath.Abs("../internal/shellquote/testdata/rawshell")
	if err != nil {
		t.Fatal(err)
	}
	s := sshboottest.StartConfig(t, sshboottest.Config{Shell: shell})
	b, _ := bootFor(t, s)
	b.request.ServerArgs = []string{"-l", "LANG=C.UTF-8", "--", "sh", "-c", "echo 'a b' \"$HOME\" `id` !! \\ \n second", "", "*", "é"}
	for range 2 {
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
		if want := append([]string{"server", "new"}, b.request.ServerArgs...); !slices.Equal(arguments(t, s), want) {
			t.Errorf("arguments %q, want %q", arguments(t, s), want)
		}
	}
}

// A login can open channels until it is closed.
func TestLoginIsLiveUntilClosed(t *testing.T) {
	b, _ := bootFor(t, sshboottest.Start(t))
	login, err := b.login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	echo := func() (string, error) {
		session, err := login.Client().NewSession()
		if err != nil {
			return "", err
		}
		defer session.Close()
		out, err := session.Output("echo alive")
		return string(out), err
	}
	if out, err := echo(); out != "alive\n" || err != nil {
		t.Errorf("before Close: %q, %v", out, err)
	}
	for range 2 {
		login.Close()
	}
	if out, err := echo(); err == nil {
		t.Errorf("after Close: %q", out)
	}
}

func TestConcurrentBootsUploadOneProgram(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	type result struct {
		Endpoint
		error
	}
	results := make(chan result)
	for range 4 {
		go func() {
			e, err := b.run(t.Context())
			results <- result{e, err}
		}()
	}
	for range 4 {
		r := <-results
		wantEndpoint(t, r.Endpoint, r.error)
	}
	if files, err := os.ReadDir(filepath.Join(s.Cache, "gm")); err != nil || len(files) != 1 {
		t.Errorf("in the cache: %v, %v", files, err)
	}
}
