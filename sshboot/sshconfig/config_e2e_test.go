//go:build e2e

package sshconfig

import (
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// Each file in testdata/config is resolved for the hosts in its first line, and compared
// with the result of ssh.
func TestConfigIsThatOfSSH(t *testing.T) {
	files, err := filepath.Glob("testdata/config/*.conf")
	if err != nil || len(files) < 20 {
		t.Fatalf("corpus: %v, %v", files, err)
	}
	env := accountEnvironment(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "config") // ssh refuses a file that others may write to
			text := sshboottest.ReadFile(t, file)
			sshboottest.WriteFile(t, copied, strings.ReplaceAll(text, "@DIR@", filepath.Dir(copied)), 0o600)
			sshboottest.WriteFile(t, filepath.Join(filepath.Dir(copied), "included"), "User included\nHost inner\nPort 77\n", 0o600)
			first, _, _ := strings.Cut(text, "\n")
			for _, host := range strings.Fields(strings.TrimPrefix(first, "# hosts:")) {
				sameAsSSH(t, env, copied, host)
			}
		})
	}
}

func TestOptionsAreThoseOfSSH(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	sshboottest.WriteFile(t, file, "Host *\nUser config\nPort 99\nIdentityFile ~/.ssh/own\n", 0o600)
	env := accountEnvironment(t)
	key := filepath.Join(filepath.Dir(file), "a key")
	sshboottest.WriteFile(t, key, "", 0o600) // ssh drops a file that is not there
	sameAsSSH(t, env, file, "host", "-p", "2222", "-l", "me", "-i", key, "-J", "a@b:3", "-o", "ConnectTimeout=1m30s", "-4", "-q")
	sameAsSSH(t, env, file, "you@host", "-o", "StrictHostKeyChecking off", "-o", "SetEnv=A=1", "-o", "SetEnv A=2 B=3")
	sameAsSSH(t, env, file, "ssh://you@host:44")
	sameAsSSH(t, env, file, "host", "-o", "Bogus=1")
	sameAsSSH(t, env, file, "host", "-o", "ProxyCommand=nc %h %p", "-6", "-b", "127.0.0.1")
}

// gm knows all keywords of ssh.
func TestKeywordsOfSSHAreKnown(t *testing.T) {
	all, err := realConfig(t, "-F", "none", "host")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(all) {
		name, _, _ := strings.Cut(strings.ToLower(line), " ")
		if _, ok := lookupKeyword(name); !ok && name != "host" {
			t.Errorf("%s is not known", name)
		}
	}
	for _, k := range keywords {
		if _, twice := keywordAliases[k.name]; twice || strings.Contains(" "+strings.Join(strings.Fields(ignoredKeywords), " ")+" ", " "+k.name+" ") {
			t.Errorf("%s stands in two tables", k.name)
		}
	}
}
