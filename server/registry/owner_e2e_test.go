//go:build e2e && unix

package registry

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gm/server/registry/registrytest"
	"gm/wire/control"
)

// another is an account that is not the test's, which has to be root.
const another = 65534

// asAnother returns a command that runs this program as another user.
func asAnother(t *testing.T) *exec.Cmd {
	t.Helper()
	dir := registrytest.Dir(t)
	program := filepath.Join(dir, "program")
	text, err := os.ReadFile(os.Args[0])
	if err = errors.Join(err, os.WriteFile(program, text, 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: another, Gid: another}}
	return cmd
}

// A directory of another user in a place is refused, with words, and the next one used.
func TestDirectoriesOfAnotherUser(t *testing.T) {
	give := func(path string) func(string) error {
		return func(base string) error {
			return errors.Join(os.MkdirAll(filepath.Join(base, "a/gm/sessions"), 0o700), os.Lchown(filepath.Join(base, path), another, another))
		}
	}
	for name, c := range map[string]struct {
		change func(base string) error
		want   string
	}{
		"directory": {give("a/gm/sessions"), "/a/gm/sessions is not used: it belongs to user 65534"},
		"parent":    {give("a/gm"), "/a/gm is not used: it belongs to user 65534"},
		"base":      {give("a"), "/a: owner 65534"},
		"link": {func(base string) error {
			return errors.Join(os.MkdirAll(filepath.Join(base, "a"), 0o700), os.MkdirAll(filepath.Join(base, "own/sessions"), 0o700),
				os.Symlink("../own", filepath.Join(base, "a/gm")), os.Lchown(filepath.Join(base, "a/gm"), another, another))
		}, "/a/gm is not used: it is a symbolic link"},
	} {
		t.Run(name, func(t *testing.T) {
			base := registrytest.Dir(t)
			if err := c.change(base); err != nil {
				t.Fatal(err)
			}
			r := registryIn(base)
			l := listen(t, r, "work")
			if filepath.Dir(l.Path()) != r.places[1].path() {
				t.Errorf("the socket is in %s", l.Path())
			}
			if _, err := r.List(t.Context()); err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// Directories above the home may belong to another user, as on Android.
func TestHomeBelowAnotherUser(t *testing.T) {
	base := registrytest.Dir(t)
	home := filepath.Join(base, "h/home")
	if err := errors.Join(os.MkdirAll(home, 0o700), os.Chown(filepath.Join(base, "h"), another, another)); err != nil {
		t.Fatal(err)
	}
	h := host{base, os.Getuid(), func(name string) string {
		if name == "HOME" {
			return home
		}
		return ""
	}, machineID}
	l := listen(t, Registry{h.places(), h.uid}, "work")
	if !strings.HasPrefix(l.Path(), home+"/") {
		t.Errorf("the socket is in %s", l.Path())
	}
}

// A process of another user gets no answer, even if the modes would let it connect.
func TestConnectionOfAnotherUser(t *testing.T) {
	base := registrytest.Dir(t)
	r := registryIn(base)
	called := make(chan struct{}, 10)
	l, err := r.Listen("work", func(control.Request) control.Response {
		called <- struct{}{}
		return control.Response{Error: "answered"}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for dir := filepath.Dir(l.Path()); len(dir) >= len(base); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(l.Path(), 0o666); err != nil {
		t.Fatal(err)
	}
	if line := startProcess(t, asAnother(t), "dial", l.Path()); line != `answer ""` {
		t.Errorf("as another user: %s", line)
	}
	if len(called) > 0 {
		t.Error("the request was handled")
	}
	if line := startProcess(t, exec.Command(os.Args[0]), "dial", l.Path()); !strings.Contains(line, "answered") {
		t.Errorf("as the user: %s", line)
	}
}

// A directory with mode 0700 keeps another user from connecting at all.
func TestDirectoryKeepsOthersOut(t *testing.T) {
	base := registrytest.Dir(t)
	l := listen(t, registryIn(base), "work")
	if err := errors.Join(os.Chmod(base, 0o755), os.Chmod(filepath.Join(base, "a"), 0o755)); err != nil {
		t.Fatal(err)
	}
	if line := startProcess(t, asAnother(t), "dial", l.Path()); !strings.Contains(line, "permission denied") {
		t.Error(line)
	}
}

// A socket of another user's process is not asked for keys, however it came to its place.
func TestSocketOfAnotherUser(t *testing.T) {
	base := registrytest.Dir(t)
	r := registryIn(base)
	open := filepath.Join(base, "open")
	if err := errors.Join(os.Chmod(base, 0o755), os.Mkdir(open, 0o755), os.Chown(open, another, another)); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(open, "socket")
	if line := startProcess(t, asAnother(t), "listen", foreign); line != "listens" {
		t.Fatal(line)
	}
	path := leave(t, r, "work")
	if err := os.Rename(foreign, path); err != nil {
		t.Fatal(err)
	}
	entries, err := r.List(t.Context())
	if err != nil || len(entries) != 1 || entries[0].Err == nil || !strings.Contains(entries[0].Err.Error(), "belongs to user 65534") {
		t.Errorf("%+v, %v", entries, err)
	}
	if _, err := r.Find(t.Context(), "work"); err == nil {
		t.Error("found")
	}
	if _, err := Call(t.Context(), path, control.Request{Verb: control.VerbAttach}); err == nil || !exists(path) {
		t.Errorf("Call: %v", err)
	}
}
