//go:build unix

package server

import (
	"slices"
	"strings"
	"testing"
)

func TestSessionCommand(t *testing.T) {
	home := t.TempDir()
	c, notice := sessionCommand(options{}, []string{"SHELL=/opt/bin/zsh", "HOME=" + home})
	if notice != "" || c.path != "/opt/bin/zsh" || !slices.Equal(c.argv, []string{"-zsh"}) || c.dir != home {
		t.Errorf("a login shell: %+v", c)
	}
	c, notice = sessionCommand(options{command: []string{"cat", "-v"}}, []string{"SHELL=/bin/zsh", "HOME=/nonexistent"})
	if notice != "Could not chdir to home directory /nonexistent: No such file or directory\r\n" || c.path != "" || !slices.Equal(c.argv, []string{"cat", "-v"}) || c.dir != "/" {
		t.Errorf("a command: %+v", c)
	}
}

func TestLookPath(t *testing.T) {
	tests := []struct {
		c    command
		want string
	}{
		{command{path: "/bin/zsh", argv: []string{"-zsh"}}, "/bin/zsh"},
		{command{argv: []string{"./run"}}, "./run"},
	}
	for _, test := range tests {
		if got, err := test.c.lookPath(); got != test.want || err != nil {
			t.Errorf("%+v: %q, %v", test.c, got, err)
		}
	}
	if got, err := (command{argv: []string{"no-such-program"}}).lookPath(); err == nil {
		t.Errorf("found %q", got)
	}
}

func TestPasswdShell(t *testing.T) {
	passwd := "root:x:0:0:root:/root:/bin/bash\nbroken:1000\nme:x:1000:1000::/home/me:/usr/bin/fish\n"
	for uid, want := range map[int]string{0: "/bin/bash", 1000: "/usr/bin/fish", 5: ""} {
		if got := passwdShell(strings.NewReader(passwd), uid); got != want {
			t.Errorf("uid %d: %q, want %q", uid, got, want)
		}
	}
}
