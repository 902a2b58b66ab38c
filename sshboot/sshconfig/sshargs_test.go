package sshconfig

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

func TestParseSSHArgs(t *testing.T) {
	words := []string{"/usr/bin/ssh", "-vvp2222", "-i", "my key", "-l", "me", "-oProxyCommand=nc %h %p", "-F", "file",
		"-J", "a,b", "-tt", "-4", "-L", "1:h:2", "-R1:h:2", "-o", "LogLevel QUIET", "-S", "none", "-CxXY"}
	got, err := ParseArgs(words)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"LogLevel DEBUG", "LogLevel DEBUG", `Port "2222"`, `IdentityFile "my key"`, `User "me"`, "ProxyCommand=nc %h %p", `ProxyJump "a,b"`, "AddressFamily inet", "1:h:2", "1:h:2", "LogLevel QUIET",
		"ForwardX11 no", "ForwardX11 yes", "ForwardX11 yes", "ForwardX11Trusted yes"}
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
		t.Run(in, func(t *testing.T) {
			if _, err := ParseArgs(strings.Fields(in)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("parseSSHArgs(%q): %v, want %q", in, err, want)
			}
		})
	}
}

func TestApplySSHArgs(t *testing.T) {
	file := filepath.Join(t.TempDir(), `a "b\c`)
	sshboottest.WriteFile(t, file, "", 0o600)
	args, err := ParseArgs([]string{"ssh", "-l", "opt", "-i", file})
	if err != nil {
		t.Fatal(err)
	}
	c := New("host", Environment{})
	if err := args.apply(c, Destination{User: "typed", Port: 2200}, 0); err != nil {
		t.Fatal(err)
	}
	if c.Word("user") != "opt" || c.Number("port") != 2200 || c.Word("identityfile") != file {
		t.Errorf("user %q port %d identity %q", c.Word("user"), c.Number("port"), c.Word("identityfile"))
	}
	c = New("host", Environment{})
	if err := (Args{Options: []sshOption{{line: "Port 1"}}}).apply(c, Destination{Port: 2}, 3); err != nil || c.Number("port") != 3 {
		t.Errorf("port %d, %v, want --ssh-port's", c.Number("port"), err)
	}
	err = (Args{Options: []sshOption{{line: "Prot 1"}}}).apply(c, Destination{}, 0)
	if err == nil || !strings.Contains(err.Error(), "prot") {
		t.Errorf("an unknown keyword: %v", err)
	}
}
