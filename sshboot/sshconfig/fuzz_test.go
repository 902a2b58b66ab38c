package sshconfig

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzConfigFile reads whole configurations for a host and expands their values. It does
// not run programs.
func FuzzConfigFile(f *testing.F) {
	paths, _ := filepath.Glob("testdata/config/*.conf")
	if len(paths) == 0 {
		f.Fatal("no configurations to begin with")
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "host.example.org")
	}
	f.Fuzz(func(t *testing.T, text, host string) {
		if lower := strings.ToLower(text); strings.Contains(lower, "exec") || strings.Contains(lower, "include") {
			return
		}
		home := t.TempDir()
		path := filepath.Join(home, "config")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c := New(host, testEnvironment(home))
		r := configReader{ctx: t.Context(), config: c}
		r.read(scope{path: path, dir: ".", active: true})
		c.checkPaths()
		c.Paths("identityfile")
		c.Print(&strings.Builder{}, nil)
	})
}

// FuzzSSHArgs parses and applies the words of --ssh.
func FuzzSSHArgs(f *testing.F) {
	for _, s := range []string{"ssh\n-p\n22", "ssh\n-vp2222\n-oUser=a b", "ssh\n-F\nnone\n-i\n%d/x", "rsh", "ssh\n-", "ssh\n-l\na\"b\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		args, err := ParseArgs(strings.Split(words, "\n"))
		if err != nil {
			return
		}
		c := New("host", testEnvironment("/home/me"))
		args.apply(c, Destination{User: "u", Host: "host", Port: 1}, 2)
	})
}
