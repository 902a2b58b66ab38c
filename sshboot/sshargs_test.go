package sshboot

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseSSHArgs(t *testing.T) {
	words := []string{"/usr/bin/ssh", "-vvp2222", "-i", "my key", "-l", "me", "-oProxyCommand=nc %h %p", "-F", "file",
		"-J", "a,b", "-tt", "-4", "-L", "1:h:2", "-R1:h:2", "-o", "LogLevel QUIET", "-S", "none", "-C"}
	got, err := parseSSHArgs(words)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"LogLevel DEBUG", "LogLevel DEBUG", `Port "2222"`, `IdentityFile "my key"`, `User "me"`, "ProxyCommand=nc %h %p", `ProxyJump "a,b"`, "AddressFamily inet", "LogLevel QUIET"}
	var lines []string
	for _, option := range got.Options {
		lines = append(lines, option.line)
	}
	if got.ConfigFile != "file" || !slices.Equal(lines, want) {
		t.Errorf("parseSSHArgs = %+v", got)
	}
}

func TestParseSSHArgsRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"autossh -p 22": "not ssh", "ssh host": "not an option", "ssh -p": "needs an argument", "ssh -Z": "-Z", "ssh -": "not an option",
	} {
		if _, err := parseSSHArgs(strings.Fields(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseSSHArgs(%q): %v, want %q", in, err, want)
		}
	}
}

func TestApplySSHArgs(t *testing.T) {
	file := filepath.Join(t.TempDir(), `a "b\c`)
	writeFile(t, file, "", 0o600)
	args, err := parseSSHArgs([]string{"ssh", "-l", "opt", "-i", file})
	if err != nil {
		t.Fatal(err)
	}
	c := newConfig("host", environment{})
	if err := args.apply(c, destination{User: "typed", Port: 2200}, 0); err != nil {
		t.Fatal(err)
	}
	if c.word("user") != "opt" || c.number("port") != 2200 || c.word("identityfile") != file {
		t.Errorf("user %q port %d identity %q", c.word("user"), c.number("port"), c.word("identityfile"))
	}
	c = newConfig("host", environment{})
	if err := (sshArgs{Options: []sshOption{{line: "Port 1"}}}).apply(c, destination{Port: 2}, 3); err != nil || c.number("port") != 3 {
		t.Errorf("port %d, %v, want --ssh-port's", c.number("port"), err)
	}
	err = (sshArgs{Options: []sshOption{{line: "Prot 1"}}}).apply(c, destination{}, 0)
	if err == nil || !strings.Contains(err.Error(), "prot") {
		t.Errorf("an unknown keyword: %v", err)
	}
}
