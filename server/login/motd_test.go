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
	for _, notice := range []string{"", "gm: 1 session here has no client\n"} {
		t.Run("notice "+notice, func(t *testing.T) {
			want := "hello\r\nworld\r\nrules\r\n" + strings.ReplaceAll(notice, "\n", "\r\n")
			if got := string(greeting(home, motds, func() string { return notice })); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestHushedGreeting(t *testing.T) {
	home := t.TempDir()
	motds := []string{write(t, filepath.Join(home, "a"), "hello\n")}
	write(t, filepath.Join(home, ".hushlogin"), "")
	notice := func() string {
		t.Error("the notice is made")
		return "notice"
	}
	if got := greeting(home, motds, notice); len(got) > 0 {
		t.Errorf("hushed, and still %q", got)
	}
}

func TestGreetingLimit(t *testing.T) {
	dir := t.TempDir()
	long := write(t, filepath.Join(dir, "long"), strings.Repeat("x", motdLimit+1))
	if got := greeting(dir, []string{long}, func() string { return "" }); len(got) != motdLimit {
		t.Errorf("%d bytes, want %d", len(got), motdLimit)
	}
}
