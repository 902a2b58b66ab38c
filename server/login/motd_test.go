//go:build unix

package login

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestGreeting(t *testing.T) {
	home := t.TempDir()
	motds := []string{
		write(t, filepath.Join(home, "a"), "hello\nworld\n"),
		filepath.Join(home, "absent"),
		write(t, filepath.Join(home, "b"), "rules\n"),
	}
	tests := []struct {
		detached []int
		want     string
	}{
		{nil, ""},
		{[]int{7}, "\r\ngm: You have a detached session on this server (gm [7]).\r\n\r\n"},
		{[]int{7, 8}, "\r\ngm: You have 2 detached sessions on this server:\r\n  - gm [7]\r\n  - gm [8]\r\n\r\n"},
	}
	for _, test := range tests {
		want := "hello\r\nworld\r\nrules\r\n" + test.want
		if got := string(greeting(home, motds, test.detached)); got != want {
			t.Errorf("detached %v: %q, want %q", test.detached, got, want)
		}
	}
	write(t, filepath.Join(home, ".hushlogin"), "")
	if got := greeting(home, motds, []int{7}); len(got) > 0 {
		t.Errorf("hushed, and still %q", got)
	}
}

func TestGreetingLimit(t *testing.T) {
	dir := t.TempDir()
	long := write(t, filepath.Join(dir, "long"), strings.Repeat("x", motdLimit+1))
	if got := greeting(dir, []string{long}, nil); len(got) != motdLimit {
		t.Errorf("%d bytes, want %d", len(got), motdLimit)
	}
}
