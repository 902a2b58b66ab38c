//go:build unix

package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/server/registry/registrytest"
)

// hostIn returns a host with the root directory root.
func hostIn(root string, environ map[string]string) host {
	return host{root, 54321, func(name string) string { return environ[name] }, func(string) string { return "machine" }}
}

func TestPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		environ map[string]string
		lingers string // the user who does
		want    string // the directories, those only read in parentheses
	}{
		"nothing":            {nil, "", "(/run/user/54321/gm/sessions) /tmp/gm-54321/sessions-HOME"},
		"home":               {map[string]string{"HOME": "/home/u"}, "", "(/run/user/54321/gm/sessions) /home/u/.local/state/gm/HASH /tmp/gm-54321/sessions-HOME"},
		"login":              {map[string]string{"XDG_RUNTIME_DIR": "ROOT/run/user/54321", "USER": "u"}, "", "(/run/user/54321/gm/sessions) /tmp/gm-54321/sessions-HOME"},
		"another lingers":    {map[string]string{"USER": "u"}, "v", "(/run/user/54321/gm/sessions) /tmp/gm-54321/sessions-HOME"},
		"lingers":            {map[string]string{"USER": "u"}, "u", "/run/user/54321/gm/sessions /tmp/gm-54321/sessions-HOME"},
		"lingers, LOGNAME":   {map[string]string{"LOGNAME": "u"}, "u", "/run/user/54321/gm/sessions /tmp/gm-54321/sessions-HOME"},
		"user with a slash":  {map[string]string{"USER": "../linger/u"}, "u", "(/run/user/54321/gm/sessions) /tmp/gm-54321/sessions-HOME"},
		"below /var":         {map[string]string{"XDG_RUNTIME_DIR": "/var/run/user/54321"}, "", "(/var/run/user/54321/gm/sessions) /tmp/gm-54321/sessions-HOME"},
		"runtime of another": {map[string]string{"XDG_RUNTIME_DIR": "ROOT/foreign"}, "", "(/run/user/54321/gm/sessions) /tmp/gm-54321/sessions-HOME"},
		"runtime elsewhere":  {map[string]string{"XDG_RUNTIME_DIR": "/data/run/"}, "", "/data/run/gm/sessions /tmp/gm-54321/sessions-HOME"},
		"relative paths":     {map[string]string{"XDG_RUNTIME_DIR": "run", "XDG_STATE_HOME": "state", "HOME": "."}, "", "(/run/user/54321/gm/sessions) /tmp/gm-54321/sessions-HOME"},
		"another state home": {map[string]string{"XDG_STATE_HOME": "/s", "HOME": "/h"}, "", "(/run/user/54321/gm/sessions) /s/gm/HASH /h/.local/state/gm/HASH /tmp/gm-54321/sessions-HOME"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			linger := filepath.Join(root, "var/lib/systemd/linger")
			if err := errors.Join(os.MkdirAll(linger, 0o755), os.Mkdir(filepath.Join(root, "foreign"), 0o700)); err != nil {
				t.Fatal(err)
			}
			if c.lingers != "" {
				if err := os.WriteFile(filepath.Join(linger, c.lingers), nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if dir, ok := c.environ["XDG_RUNTIME_DIR"]; ok {
				c.environ["XDG_RUNTIME_DIR"] = strings.Replace(dir, "ROOT", root, 1)
			}
			h := hostIn(root, c.environ)
			var got []string
			for _, p := range h.places() {
				path := strings.NewReplacer(h.machineHash(), "HASH", nameHash(h.directory("HOME")), "HOME").Replace(strings.TrimPrefix(p.path(), root))
				if p.readOnly {
					path = "(" + path + ")"
				}
				got = append(got, path)
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%s\nwant %s", text, c.want)
			}
		})
	}
}

// Two homes have two directories in /tmp, and one home always the same.
func TestPlacesOfTwoHomes(t *testing.T) {
	last := func(home string) string {
		places := hostIn("/", map[string]string{"HOME": home}).places()
		return places[len(places)-1].path()
	}
	if a, b := last("/home/a"), last("/home/b"); a == b || a != last("/home/a/") {
		t.Errorf("%s, %s, %s", a, b, last("/home/a/"))
	}
}

// The identifier of the machine does not appear in the path.
func TestMachineHash(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "etc/machine-id")
	hashes := map[string]bool{}
	for _, text := range []string{"0123456789abcdef0123456789abcdef\n", "f123456789abcdef0123456789abcdef\n", "uninitialized\n", ""} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		id := machineID(root)
		if want := strings.TrimSpace(text); len(want) == 32 && id != want {
			t.Errorf("identifier %q, want %q", id, want)
		}
		if id == "uninitialized" {
			t.Error("a host before its first boot has an identifier")
		}
		hash := host{root: root, machine: machineID}.machineHash()
		if len(hash) != 8 || strings.Contains(text, hash) {
			t.Errorf("hash %q of %q", hash, text)
		}
		hashes[hash] = true
	}
	if len(hashes) != 3 { // the latter two are the host's name
		t.Errorf("hashes %v", hashes)
	}
}

func TestOpenUsesEnvironment(t *testing.T) {
	home := registrytest.Dir(t)
	r := Open(func(name string) string {
		if name == "HOME" {
			return home
		}
		return ""
	})
	l := listen(t, r, "work")
	if dir := filepath.Dir(l.Path()); filepath.Dir(dir) != filepath.Join(home, ".local/state/gm") {
		t.Errorf("the socket is in %s", dir)
	}
}

func TestPlaceOpen(t *testing.T) {
	mkdir := func(path string, mode fs.FileMode) func(string) error {
		return func(base string) error {
			return errors.Join(os.MkdirAll(filepath.Join(base, path), 0o700), os.Chmod(filepath.Join(base, path), mode))
		}
	}
	for name, c := range map[string]struct {
		change func(base string) error
		want   string // of the error; empty for none
	}{
		"missing":             {func(string) error { return nil }, ""},
		"present":             {mkdir("gm/sessions", 0o700), ""},
		"readable by others":  {mkdir("gm/sessions", 0o755), "gm/sessions is not used: its mode is 0755 and not 0700"},
		"writable by others":  {mkdir("gm/sessions", 0o777), "gm/sessions is not used: its mode is 0777 and not 0700"},
		"readable parent":     {mkdir("gm", 0o755), ""},
		"writable parent":     {mkdir("gm", 0o777), "gm/sessions is not used: others can change BASE/gm: mode 0777"},
		"writable base":       {mkdir("", 0o777), "gm/sessions is not used: others can change BASE: mode 0777"},
		"sticky base":         {mkdir("", 0o777|fs.ModeSticky), ""},
		"file":                {func(base string) error { return os.WriteFile(filepath.Join(base, "gm"), nil, 0o600) }, "gm is not used: it is not a directory"},
		"link":                {link("gm"), "gm is not used: it is a symbolic link"},
		"link below":          {link("gm/sessions"), "gm/sessions is not used: it is a symbolic link"},
		"link to nothing":     {func(base string) error { return os.Symlink("nowhere", filepath.Join(base, "gm")) }, "gm is not used: it is a symbolic link"},
		"unreadable, but own": {mkdir("gm/sessions", 0o300), ""},
	} {
		t.Run(name, func(t *testing.T) {
			base := registrytest.Dir(t)
			if err := c.change(base); err != nil {
				t.Fatal(err)
			}
			p := place{base: base, below: [2]string{"gm", "sessions"}}
			dir, err := p.open(os.Getuid(), true)
			if c.want == "" {
				if err != nil || dir != filepath.Join(base, "gm/sessions") {
					t.Errorf("%s, %v", dir, err)
				}
				return
			}
			if want := strings.ReplaceAll(c.want, "BASE", base); err == nil || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("error %v, want %q", err, want)
			}
		})
	}
}

// link makes path a symbolic link to a directory of the user.
func link(path string) func(base string) error {
	return func(base string) error {
		target := filepath.Join(base, "target/sessions")
		if filepath.Base(path) == "gm" {
			return errors.Join(os.MkdirAll(target, 0o700), os.Symlink("target", filepath.Join(base, path)))
		}
		return errors.Join(os.MkdirAll(target, 0o700), os.Mkdir(filepath.Join(base, "gm"), 0o700), os.Symlink("../target/sessions", filepath.Join(base, path)))
	}
}

// A home may be a symbolic link.
func TestPlaceBehindLink(t *testing.T) {
	base := registrytest.Dir(t)
	if err := errors.Join(os.Mkdir(filepath.Join(base, "disk"), 0o700), os.Symlink("disk", filepath.Join(base, "home"))); err != nil {
		t.Fatal(err)
	}
	p := place{base: filepath.Join(base, "home"), below: [2]string{"gm", "sessions"}, inHome: true}
	if dir, err := p.open(os.Getuid(), true); err != nil || dir != filepath.Join(base, "disk/gm/sessions") {
		t.Errorf("%s, %v", dir, err)
	}
}

// Only a base in the user's home is created, and nothing for reading.
func TestPlaceCreatesLittle(t *testing.T) {
	base := registrytest.Dir(t)
	for name, p := range map[string]place{
		"base":    {base: filepath.Join(base, "run"), below: [2]string{"gm", "sessions"}},
		"private": {base: filepath.Join(base, "state"), below: [2]string{"gm", "sessions"}, inHome: true},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := p.open(os.Getuid(), false); !errors.Is(err, fs.ErrNotExist) || exists(p.base) {
				t.Errorf("for reading: %v", err)
			}
			if _, err := p.open(os.Getuid(), true); (err == nil) != p.inHome || exists(p.base) != p.inHome {
				t.Errorf("for writing: %v", err)
			}
		})
	}
}

func TestZeroRegistry(t *testing.T) {
	var r Registry
	if _, err := r.Lock(t.Context()); !errors.Is(err, errNoPlace) {
		t.Errorf("Lock: %v", err)
	}
	l, err := r.Listen("work", nil, nil)
	if !errors.Is(err, errNoPlace) || l.Path() != "" {
		t.Errorf("Listen: %q, %v", l.Path(), err)
	}
	l.Close()
	if _, err := r.Find(t.Context(), "work"); !errors.Is(err, ErrNoSession) {
		t.Errorf("Find: %v", err)
	}
	if got := names(t, r); got != nil || r.NextNumber() != "1" {
		t.Errorf("sessions %v, next number %s", got, r.NextNumber())
	}
}

// TestProtocolPageSockets checks that protocol, section 14.1, lists the directories in
// their order, and states the limits.
func TestProtocolPageSockets(t *testing.T) {
	page, err := os.ReadFile("../../doc/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "### 14.1 ")
	h := hostIn("/", map[string]string{"XDG_RUNTIME_DIR": "/$XDG_RUNTIME_DIR", "XDG_STATE_HOME": "/$XDG_STATE_HOME", "HOME": "/$HOME"})
	for _, p := range h.places() {
		path := strings.NewReplacer("/$", "$", h.machineHash(), "MACHINE", "gm-54321", "gm-UID", nameHash("/$HOME"), "HOME").Replace(p.path())
		_, rest, found := strings.Cut(section, "\n| `"+path+"` |")
		if !found {
			t.Errorf("the page lacks %s, or has it earlier", path)
			continue
		}
		section = rest
	}
	for _, text := range []string{
		fmt.Sprintf("at most %d bytes", maxPath), "begins with `" + newPrefix + "`", "the file `lock`",
		fmt.Sprintf("A peer has %.0f s for its request", requestTimeout.Seconds()),
	} {
		if !strings.Contains(section, text) {
			t.Errorf("the page does not contain %q", text)
		}
	}
}
