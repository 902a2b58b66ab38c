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
	if notice != "" || c.Path != "/opt/bin/zsh" || !slices.Equal(c.Argv, []string{"-zsh"}) || c.Dir != home {
		t.Errorf("a login shell: %+v", c)
	}
	c, notice = sessionCommand(options{command: []string{"cat", "-v"}}, []string{"SHELL=/bin/zsh", "HOME=/nonexistent"})
	if notice != "Could not chdir to home directory /nonexistent: No such file or directory\r\n" || c.Path != "" || !slices.Equal(c.Argv, []string{"cat", "-v"}) || c.Dir != "/" {
		t.Errorf("a command: %+v", c)
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
