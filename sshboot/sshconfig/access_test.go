//go:build e2e

package sshconfig

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// otherAccount is the uid of mail, an account that every Debian has and whose group has no
// other member.
const otherAccount = "8"

// inAccount is set in a process that runs the test again as otherAccount.
const inAccount = "GM_TEST_IN_ACCOUNT"

// asOtherAccount runs a program as otherAccount with the given home and /etc/ssh, and
// returns its output. It is needed because the tests run as root, for whom modes have no
// meaning.
func asOtherAccount(t *testing.T, home, etc string, program ...string) (string, error) {
	t.Helper()
	const enter = `set -e; uid=$0; there=$(getent passwd "$uid" | cut -d: -f6); mount --bind "$1" "$there"; mount --bind "$2" /etc/ssh; shift 2
exec env HOME="$there" setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"`
	cmd := exec.Command("unshare", append([]string{"-m", "sh", "-c", enter, otherAccount, home, etc}, program...)...)
	self, err := os.Open(os.Args[0]) // below a directory that only root may enter
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	cmd.ExtraFiles = []*os.File{self}
	cmd.Env = append(os.Environ(), inAccount+"=1")
	cmd.Dir = "/"
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// thisTest returns the command that runs the test again in [asOtherAccount].
func thisTest(t *testing.T) []string {
	name, _, _ := strings.Cut(t.Name(), "/")
	return []string{"/proc/self/fd/3", "-test.run=^" + name + "$", "-test.v"}
}

// A configuration file is read, skipped or refused for its owner and mode as by Debian's
// ssh. script creates home/.ssh and etc, of which the first then belongs to the account;
// then creates files of root.
func TestConfigAccessAsSSH(t *testing.T) {
	if file, inside := os.LookupEnv("GM_TEST_FILE"); inside {
		printConfigForTest(t, file)
		return
	}
	for _, c := range []struct {
		name, script, then string
		file               string // -F, below the directory
		want               string // the port, or what the error says
		refused            bool
		generous           bool // ssh refuses, gm does not
	}{
		{name: "private group", script: `echo Port 7 >.ssh/config; chmod 664 .ssh/config`, want: "7"},
		{name: "other group", script: `echo Port 7 >.ssh/config; chmod 664 .ssh/config`, then: `chgrp 9 .ssh/config`, want: "chmod go-w ", refused: true},
		{name: "everyone", script: `echo Port 7 >.ssh/config; chmod 646 .ssh/config`, want: "chmod go-w ", refused: true},
		{name: "another's", then: `echo Port 7 >.ssh/config; chown 9 .ssh/config`, want: "belongs to uid 9", refused: true},
		{name: "root's", then: `echo Port 7 >.ssh/config`, want: "7"},
		{name: "included", script: `echo Include part >.ssh/config; echo Port 7 >.ssh/part; chmod 666 .ssh/part`, want: "chmod go-w ", refused: true},
		{name: "included by the system's", script: `echo Include /etc/ssh/part >../etc/ssh_config; echo Port 7 >../etc/part; chmod 666 ../etc/part`, want: "chmod go-w ", refused: true},
		{name: "the system's", script: `echo Port 7 >../etc/ssh_config; chmod 666 ../etc/ssh_config`, want: "7"},
		{name: "-F", then: `echo Port 7 >any; chmod 666 any; chown 9 any`, file: "any", want: "7"},
		{name: "-F a directory", script: `mkdir any; echo Port 7 >.ssh/config`, file: "any", want: "22"},
		{name: "-F unreadable", then: `echo Port 7 >any; chmod 600 any`, file: "any", want: "permission denied", refused: true},
		{name: "-F missing", file: "any", want: "no such file", refused: true},
		{name: "included by -F", script: `echo Include part >any; echo Port 7 >.ssh/part; chmod 666 .ssh/part`, file: "any", want: "chmod go-w ", refused: true},
		{name: "a directory", script: `mkdir .ssh/config`, want: "22"},
		{name: "unreadable", script: `echo Port 7 >.ssh/config; chmod 0 .ssh/config`, want: "22"},
		{name: "the system's a directory", script: `mkdir ../etc/ssh_config`, want: "22"},
		{name: "the system's unreadable", script: `echo Port 7 >../etc/ssh_config; chmod 600 ../etc/ssh_config`, want: "22"},
		{name: "includes a directory", script: `mkdir -p .ssh/d/x; echo Port 7 >.ssh/d/y; printf 'Include d\nInclude d/*\n' >.ssh/config`, want: "7"},
		{name: "includes something unreadable", script: `echo Port 8 >.ssh/x; chmod 0 .ssh/x; printf 'Include x\nPort 7\n' >.ssh/config`, want: "7", generous: true},
		{name: "includes nothing", script: `printf 'Include x\nPort 7\n' >.ssh/config`, want: "7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := openTempDir(t)
			run := exec.Command("sh", "-ec", `umask 022; mkdir -p home/.ssh etc; cd home; `+c.script+"\nchown -R "+otherAccount+":"+otherAccount+" .\n"+c.then)
			run.Dir = dir
			if out, err := run.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			home, etc := filepath.Join(dir, "home"), filepath.Join(dir, "etc")
			args, file := []string{"ssh", "-G", "host"}, ""
			if c.file != "" {
				file = filepath.Join(home, c.file)
				args = append(args, "-F", file)
			}
			text, err := asOtherAccount(t, home, etc, args...)
			if (err != nil) != (c.refused || c.generous) || err == nil && portIn(text) != c.want {
				t.Errorf("ssh: %v, port %s: %.300s", err, portIn(text), text)
			}
			t.Setenv("GM_TEST_FILE", file)
			text, err = asOtherAccount(t, home, etc, thisTest(t)...)
			switch {
			case err != nil:
				t.Errorf("%v: %s", err, text)
			case c.refused && !strings.Contains(text, c.want):
				t.Errorf("want %q: %s", c.want, text)
			case !c.refused && portIn(text) != c.want:
				t.Errorf("port %s, want %s: %.300s", portIn(text), c.want, text)
			}
		})
	}
}

// printConfigForTest prints the configuration, or logs the error with its hint.
func printConfigForTest(t *testing.T, file string) {
	var words []string
	if file != "" {
		words = []string{"ssh", "-F", file}
	}
	config, err := Resolve(t.Context(), LocalEnvironment(), Query{Destination: "host", SSHCommand: words})
	if err != nil {
		t.Log(err, sshboottest.HintOf(err))
		return
	}
	var out bytes.Buffer
	config.Print(&out, nil)
	os.Stdout.Write(out.Bytes())
}

// portIn returns the port in the output of ssh -G.
func portIn(text string) string {
	for line := range strings.Lines(text) {
		if port, ok := strings.CutPrefix(line, "port "); ok {
			return strings.TrimSpace(port)
		}
	}
	return ""
}

// openTempDir is t.TempDir for files that other accounts can reach.
func openTempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "gm-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
