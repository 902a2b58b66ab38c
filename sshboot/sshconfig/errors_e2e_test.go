//go:build e2e

package sshconfig

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// badConfigs are configurations that ssh rejects.
var badConfigs = []string{
	"Port 22\nBogus yes", "Bogus yes\nPort 22\n\nOther 1", "Bogus", "Port x", "Port", "Port 70000", "Port 22 23", `Port ""`,
	`Host "a`, "Host", `User "a`, "User", "User=", `User ""`, "User #c", "User a b", "Match", `Match host "a`,
	"StrictHostKeyChecking maybe", "BatchMode maybe", "AddressFamily x", "LogLevel loud", "RequestTTY x", "AddKeysToAgent x",
	"AddKeysToAgent yes 5m", "AddKeysToAgent 5m 6m", "ConnectTimeout abc", "ServerAliveInterval x", "NumberOfPasswordPrompts 3x",
	"SetEnv A=1 B", `SendEnv ""`, "SendEnv A B=C", `UserKnownHostsFile ""`, "GlobalKnownHostsFile a none", "CanonicalDomains none a",
	"CanonicalizePermittedCNAMEs a:b c", "ProxyCommand", "ProxyJump a,,b", "ProxyJump a:x", "RemoteCommand", "Include",
	"LocalForward", "LocalForward 80", "LocalForward x a:1", "LocalForward 80 a:1 b", "LocalForward 80 a", "LocalForward 0 a:1", "RemoteForward x",
	"RemoteForward 80 a", "DynamicForward x", "DynamicForward 1 2", "DynamicForward 0",
	"PermitRemoteOpen a:1 none", "PermitRemoteOpen any a:1", "GatewayPorts clientspecified", "ExitOnForwardFailure x", "StreamLocalBindMask 8",
	"StreamLocalBindMask 1000", "ForwardAgent yes no", `ForwardAgent ""`, "ForwardX11 x", "ForwardX11Timeout x", "SessionType shell", "StdinNull x",
	"EscapeChar ab", "EscapeChar ^?", "ControlMaster x", "ControlPersist x", "ControlPersist none", "Tunnel x", "TunnelDevice x", "TunnelDevice 1:2:3",
	"LocalCommand", "IPQoS x", "IPQoS ef ef ef", "RekeyLimit x", "RekeyLimit 10", "RekeyLimit 1M x", "SyslogFacility x", "FingerprintHash x",
	"LogVerbose a none", "XAuthLocation",
	"Host other\nPort x\nBogus 1", "Match bogus x", "Match host", "IgnoreUnknown B*\nBogus 1\nOther 1", "Include @INNER@\nOther 1",
}

// A bad line is reported in ssh's words, with its file and number.
func TestBadLinesReadLikeThoseOfSSH(t *testing.T) {
	dir := t.TempDir()
	file, inner := filepath.Join(dir, "config"), filepath.Join(dir, "inner")
	sshboottest.WriteFile(t, inner, "Port 1\nNonsense 1\n", 0o600)
	for _, text := range badConfigs {
		sshboottest.WriteFile(t, file, strings.ReplaceAll(text, "@INNER@", inner)+"\n", 0o600)
		_, err := ourConfig(testEnvironment(dir), file, "host")
		if err == nil {
			t.Errorf("%q: no error", text)
			continue
		}
		out, _ := exec.Command("ssh", "-G", "-F", file, "host").CombinedOutput()
		if got, want := strings.Split(err.Error(), "\n"), errorLines(string(out), dir); !sameErrors(got, want) {
			t.Errorf("%q:\n%q, ssh says\n%q", text, got, want)
		}
	}
}

// errorLines returns the lines that contain a file in dir.
func errorLines(text, dir string) (lines []string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, dir) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// sameErrors reports whether the lines are equal, except that ssh reports the error of a
// Match on a line of its own.
func sameErrors(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if got[i] != want[i] && !(strings.HasSuffix(want[i], " Bad Match condition") && strings.HasPrefix(got[i], want[i]+": ")) {
			return false
		}
	}
	return true
}
