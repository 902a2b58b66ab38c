//go:build e2e

package sshboot

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/sshboot/deploy"
	"gm/sshboot/payload"
	"gm/sshboot/sshboottest"
)

// A program that is shorter than its size is reported as such.
func TestUploadOfABrokenProgram(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	program := script(t, sshboottest.FakeServer)
	program.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(sshboottest.FakeServer[:9])), nil }
	b.binaries = having(program)
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "is truncated: 9 of")
	wantEmpty(t, s)
}

// wantEmpty checks that the cache of s is empty.
func wantEmpty(t *testing.T, s *sshboottest.Server) {
	t.Helper()
	if files, err := os.ReadDir(filepath.Join(s.Cache, "gm")); len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

// The candidates for the host are tried in turn within one login.
func TestBootTriesTheNextProgram(t *testing.T) {
	candidates := hostHere(t).Candidates()
	if len(candidates) < 2 {
		t.Fatalf("this machine has one candidate: %v", candidates)
	}
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	b.binaries = having(
		scriptFor(t, candidates[1], sshboottest.FakeServer),
		scriptFor(t, candidates[0], "#!/bin/sh\nexit 126\n"))
	for range 2 {
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
	}
	if files, err := os.ReadDir(filepath.Join(s.Cache, "gm")); err != nil || len(files) != 1 {
		t.Errorf("in the cache: %v, %v", files, err)
	}
	if s.Accepted() != 2 {
		t.Errorf("%d logins for two sessions", s.Accepted())
	}
}

// hostHere returns this machine's description of itself.
func hostHere(t *testing.T) payload.Host {
	t.Helper()
	out, err := exec.Command("uname", "-s", "-m").Output()
	if err != nil {
		t.Fatal(err)
	}
	system, machine, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return payload.Host{System: system, Machine: machine}
}

func TestDeployAlways(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	b.request.Deploy = deploy.Always
	var before os.FileInfo
	for range 2 {
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
		files, _ := filepath.Glob(filepath.Join(s.Cache, "gm", "gm-*"))
		if len(files) != 1 {
			t.Fatalf("in the cache: %q", files)
		}
		after, err := os.Stat(files[0])
		if err != nil || before != nil && os.SameFile(before, after) {
			t.Errorf("not uploaded anew: %v", err)
		}
		before = after
	}
	// An installed server is not used instead.
	sshboottest.WriteFile(t, filepath.Join(s.Home, "bin", "mosh-server"), sshboottest.FakeServer, 0o700)
	b.binaries = having()
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "this gm has no server")
}

func TestDeployNever(t *testing.T) {
	path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path, "SHELL=/bin/false"}})
	b, _ := bootFor(t, s)
	b.request.Deploy = deploy.Never
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, "neither gm nor mosh-server is installed", "--deploy=never")
	if _, err := os.Stat(s.Cache); err == nil {
		t.Error("something was written")
	}
	// The program of GraphicsMagick is also named gm.
	sshboottest.WriteFile(t, filepath.Join(path, "gm"), "#!/bin/sh\necho GraphicsMagick 1.4\n", 0o700)
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "neither gm nor mosh-server")
	installed := strings.Replace(sshboottest.FakeServer, "&& exit 0", "&& echo 'gm dev (commit 1, go1.26.8)' && exit 0", 1)
	sshboottest.WriteFile(t, filepath.Join(s.Home, "bin", "gm"), installed, 0o700)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	if want := append([]string{"server", "new"}, b.request.ServerArgs...); !slices.Equal(arguments(t, s), want) {
		t.Errorf("arguments %q, want %q", arguments(t, s), want)
	}
}

// An installed server is found in PATH and in the directories of packages.
func TestStockServerPlaces(t *testing.T) {
	path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
	for _, dir := range []string{path, "/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin", "$HOME/bin", "$HOME/.local/bin"} {
		t.Run(strings.Trim(dir, "$"), func(t *testing.T) {
			s := mounted(t, `for d in /usr/local /opt; do mount -t tmpfs tmpfs $d; done
mkdir -p "`+dir+`"; cp "$HOME/server" "`+dir+`/mosh-server"
export SHELL=/bin/false PATH=`+path)
			sshboottest.WriteFile(t, filepath.Join(s.Home, "server"), sshboottest.FakeServer, 0o700)
			b, _ := bootFor(t, s)
			b.binaries = having()
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)
			if err := os.RemoveAll(filepath.Join(path, "mosh-server")); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A server that is only in the PATH of a login shell is found.
func TestStockServerOfTheLoginShell(t *testing.T) {
	path := sshboottest.Tools(t, "dash", sshboottest.Needed...)
	s := sshboottest.StartConfig(t, sshboottest.Config{Env: []string{"PATH=" + path, "SHELL=/bin/bash"}})
	b, _ := bootFor(t, s)
	b.binaries = having()
	dir := filepath.Join(s.Home, "far away", "bin")
	sshboottest.WriteFile(t, filepath.Join(dir, "mosh-server"), sshboottest.FakeServer, 0o700)
	dir = strings.ReplaceAll(dir, " ", `\ `)
	sshboottest.WriteFile(t, filepath.Join(s.Home, ".bash_profile"), "echo welcome to /bin/gm\nln -sfn "+filepath.Dir(dir)+" ~/near\nPATH=~/near/bin\n", 0o600)
	sshboottest.WriteFile(t, filepath.Join(path, "ln"), "#!/bin/bash\nexec /bin/ln \"$@\"\n", 0o700)
	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
}

// One older program and programs in use are kept. The remains of a killed upload are
// removed, those of a running one are not.
func TestBootTidies(t *testing.T) {
	s := sshboottest.Start(t)
	b, _ := bootFor(t, s)
	dir := filepath.Join(s.Cache, "gm")
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for i, name := range []string{"gm-cccccccccccccccc", "gm-bbbbbbbbbbbbbbbb", "gm-aaaaaaaaaaaaaaaa"} {
		path := filepath.Join(dir, name)
		sshboottest.WriteFile(t, path, sshboottest.ReadFile(t, sleep), 0o700)
		if err := os.Chtimes(path, now, now.Add(-time.Duration(i+1)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	running := exec.Command(filepath.Join(dir, "gm-aaaaaaaaaaaaaaaa"), "1000")
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { running.Process.Kill(); running.Wait() }()
	node, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	dead, alive, elsewhere := ".new-"+node+"-999999999", fmt.Sprintf(".new-%s-%d", node, os.Getpid()), ".new-another-999999999"
	for _, name := range []string{dead, alive, elsewhere, "notes"} {
		sshboottest.WriteFile(t, filepath.Join(dir, name), "", 0o600)
	}

	got, err := b.run(t.Context())
	wantEndpoint(t, got, err)
	set, _ := b.binaries.Set()
	want := []string{alive, elsewhere, "gm-" + set[0].Hash, "gm-aaaaaaaaaaaaaaaa", "gm-cccccccccccccccc", "notes"}
	slices.Sort(want)
	var names []string
	files, _ := os.ReadDir(dir)
	for _, file := range files {
		names = append(names, file.Name())
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("in the cache %q, want %q", names, want)
	}
}
