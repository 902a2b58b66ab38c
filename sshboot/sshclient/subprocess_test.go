//go:build e2e

package sshclient

import (
	"fmt"
	"strings"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// No message contains the name of a system call or a Go package, or a repetition.
func TestSubprocessMessages(t *testing.T) {
	s := sshboottest.Start(t)
	run := func(u *prompttest.ScriptedUser, shell string, options ...string) string {
		b, _ := bootFor(t, s)
		b.ask = u
		if shell != "" {
			b.env.Shell = shell
		}
		b.request.SSHCommand = append([]string{"ssh"}, options...)
		_, err := b.run(t.Context())
		text := strings.Join(u.Told, "\n")
		if err != nil {
			text += "\n" + err.Error()
		}
		return strings.Trim(text, "\n")
	}
	for _, c := range []struct {
		shell, option, want string
	}{
		{"/no/shell", "-oProxyCommand=x", `ProxyCommand x: run the shell: "/no/shell": no such file or directory`},
		{"", "-oKnownHostsCommand=/no/program %H", "gm: warning: KnownHostsCommand /no/program %H: no such file or directory"},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			if got := run(&prompttest.ScriptedUser{}, c.shell, c.option); got != c.want {
				t.Errorf("%s: %q, want %q", c.option, got, c.want)
			}
		})
	}
}
