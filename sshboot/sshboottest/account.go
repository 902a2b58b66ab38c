package sshboottest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Account is an account that exists only for one server.
type Account struct {
	Password string
	Shell    string // /bin/sh if empty
	Expired  bool   // the password has to be changed at the next login
}

const (
	accountName = "joe"
	accountID   = 4321
)

// enterAccounts is a script that runs its arguments with an /etc of their own, in a mount
// namespace that ends with its last process.
const enterAccounts = `mount --bind "$0/etc" /etc && exec "$@"`

// StartAccount runs an sshd with the account "joe", which can log in by password. It
// requires root.
func StartAccount(t testing.TB, a Account, c Config) *Server {
	t.Helper()
	etc := t.TempDir()
	output(t, "cp", "-a", "/etc/.", filepath.Join(etc, "etc"))
	c.Launcher = []string{"unshare", "--mount", "--propagation", "private", "sh", "-c", enterAccounts, etc}
	c.Options = append([]string{"PasswordAuthentication yes"}, c.Options...)
	s := StartConfig(t, c)
	s.User = accountName
	must(t, os.Chown(s.Home, accountID, accountID))
	openAbove(t, s.Home)
	shell := a.Shell
	if shell == "" {
		shell = "/bin/sh"
	}
	changed := 19000
	if a.Expired {
		changed = 0
	}
	appendLine(t, filepath.Join(etc, "etc/passwd"), fmt.Sprintf("%s:x:%d:%d::%s:%s", accountName, accountID, accountID, s.Home, shell))
	appendLine(t, filepath.Join(etc, "etc/group"), fmt.Sprintf("%s:x:%d:", accountName, accountID))
	appendLine(t, filepath.Join(etc, "etc/shadow"), fmt.Sprintf("%s:%s:%d:0:99999:7:::", accountName, output(t, "openssl", "passwd", "-5", a.Password), changed))
	return s
}

func appendLine(t testing.TB, path, line string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = fmt.Fprintln(f, line)
	must(t, err)
	must(t, f.Close())
}

// openAbove allows other accounts to enter the directories above dir.
func openAbove(t testing.TB, dir string) {
	t.Helper()
	for dir = filepath.Dir(dir); strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		must(t, os.Chmod(dir, 0o711))
	}
}
