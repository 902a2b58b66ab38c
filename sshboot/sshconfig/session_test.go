package sshconfig

import (
	"strings"
	"testing"
	"time"
)

// configOf returns a configuration with the given lines.
func configOf(t *testing.T, lines ...string) *Config {
	t.Helper()
	c := New("host", testEnvironment("/home/me", "AGENT=/run/agent"))
	for _, line := range lines {
		if err := c.SetLine(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return c
}

func TestSessionKeywordErrors(t *testing.T) {
	for line, want := range map[string]string{
		"LocalForward 80":                `Missing target argument.`,
		"LocalForward 80 a":              `Bad forwarding specification.`,
		"LocalForward 80 a:1 b":          `keyword localforward extra arguments at end of line`,
		"RemoteForward x":                `Bad forwarding specification.`,
		"DynamicForward 1 2":             `keyword dynamicforward extra arguments at end of line`,
		"PermitRemoteOpen a:x":           `bad port number in permitremoteopen`,
		"PermitRemoteOpen a:1 none":      `keyword permitremoteopen "none" argument must appear alone.`,
		"GatewayPorts clientspecified":   `unsupported option "clientspecified".`,
		"StreamLocalBindMask 8":          `Bad mask.`,
		"StreamLocalBindMask 1000":       `Bad mask.`,
		"ForwardAgent yes no":            `keyword forwardagent extra arguments at end of line`,
		"SessionType shell":              `unsupported option "shell".`,
		"EscapeChar ^?":                  `Bad escape character.`,
		"ControlPersist none":            `Bad ControlPersist argument.`,
		"TunnelDevice 1:2:3":             `Bad tun device.`,
		"IPQoS x":                        `Bad IPQoS value: x`,
		"RekeyLimit 15":                  `RekeyLimit too small`,
		"RekeyLimit 99999999999G":        `Bad number '99999999999G': Numerical result out of range`,
		"FingerprintHash sha1":           `Invalid hash algorithm "sha1".`,
		"SyslogFacility LOCAL8":          `unsupported log facility 'LOCAL8'`,
		"LogVerbose none x":              `keyword logverbose "none" argument must appear alone.`,
		"ControlMaster maybe":            `unsupported option "maybe".`,
		"Tunnel maybe":                   `unsupported option "maybe".`,
		"ForwardX11Timeout 1x":           `invalid time value.`,
		"LocalCommand":                   `no argument after keyword "localcommand"`,
		"RemoteForward 1 a:2 3":          `keyword remoteforward extra arguments at end of line`,
		"EnableEscapeCommandline always": `unsupported option "always".`,
	} {
		t.Run(line, func(t *testing.T) {
			err := New("host", testEnvironment("/home/me")).SetLine(line)
			if err == nil || err.Error() != want {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
}

func TestPrintedForwards(t *testing.T) {
	for text, want := range map[string]string{
		"L80:a:90": "80 [a]:90", "L/x:a:90": "/x [a]:90", "L1:/y": "1 /y", "L*:1:a:2": "[*]:1 [a]:2", "L:1:a:2": "[]:1 [a]:2",
		"L[::1]:80:[::2]:90": "[::1]:80 [::2]:90", "L/a:/b": "/a /b", "La:1:/b": "[a]:1 /b", `L/a\:b:/c`: "/a:b /c", "L80:a:http": "80 [a]:80",
		"R80": "80 [socks]:0", "Ra:80": "[a]:80 [socks]:0", "R/s": "/s [socks]:0", "R0:b:9": "0 [b]:9", "R0": "0 [socks]:0",
		"D80": "80", "Da:80": "[a]:80", "D[::1]:80": "[::1]:80", "D/s": "/s",
		"Wa:80": "a:80", "W[::1]:22": "[::1]:22",
		"L80": "", "L80:a": "", "L0:a:1": "", "L80:a:0": "", "L1:2:3:4:5": "", "L[::1:80:a:1": "", "L[::1]x:80:a:1": "", "L": "",
		"D": "", "D0": "", "D1:2:3": "", "R": "", "Rx": "", "R80:b": "", "Wa": "", "Wa:b": "", "Wa:1:2": "", "L1:" + strings.Repeat("x", 2000) + ":2": "",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := printForward(ForwardKind(text[0]), text[1:])
			if (err == nil) != (want != "") || err == nil && got != want {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestForwardings(t *testing.T) {
	lines := []string{"LocalForward 80 a:90", "RemoteForward 9090", "LocalForward 80 a:90", "DynamicForward *:1080", "LocalForward /a /b"}
	got := configOf(t, lines...).Forwardings()
	want := []Forwarding{{'L', "80:a:90"}, {'L', "/a:/b"}, {'D', "*:1080"}, {'R', "9090"}}
	if len(got) != len(want) {
		t.Fatalf("forwardings %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("forwarding %v, want %v", got[i], want[i])
		}
	}
	if got := configOf(t, append(lines, "ClearAllForwardings yes")...).Forwardings(); got != nil {
		t.Errorf("with ClearAllForwardings: %v", got)
	}
}

func TestForwardAgent(t *testing.T) {
	for line, want := range map[string]string{"ForwardAgent yes": "", "ForwardAgent true": "", "ForwardAgent $AGENT": "$AGENT", "ForwardAgent /run/x": "/run/x"} {
		t.Run(line, func(t *testing.T) {
			if socket, ok := configOf(t, line).ForwardAgent(); !ok || socket != want {
				t.Errorf("%q, %v, want %q", socket, ok, want)
			}
		})
	}
	if _, ok := configOf(t).ForwardAgent(); ok {
		t.Error("an agent is forwarded by default")
	}
}

func TestEscapeChar(t *testing.T) {
	for value, want := range map[string]byte{"~": '~', "!": '!', "^B": 2, "^b": 2, "^[": 27} {
		t.Run(value, func(t *testing.T) {
			if char, ok := configOf(t, "EscapeChar "+value).EscapeChar(); !ok || char != want {
				t.Errorf("%d, %v, want %d", char, ok, want)
			}
		})
	}
	if _, ok := configOf(t, "EscapeChar none").EscapeChar(); ok {
		t.Error("none is a character")
	}
}

func TestTypedSessionKeywords(t *testing.T) {
	c := configOf(t, "StreamLocalBindMask 077", "ControlPersist 10m", "ControlPath ~/%h-%p", "ForwardX11Timeout 1h", "SessionType none")
	if c.BindMask() != 0o77 || configOf(t).BindMask() != 0o177 {
		t.Errorf("mask %o", c.BindMask())
	}
	if idle, ok := c.ControlPersist(); !ok || idle != 10*time.Minute {
		t.Errorf("ControlPersist %v, %v", idle, ok)
	}
	if idle, ok := configOf(t, "ControlPersist 0").ControlPersist(); !ok || idle != 0 {
		t.Errorf("ControlPersist 0: %v, %v", idle, ok)
	}
	if _, ok := configOf(t).ControlPersist(); ok {
		t.Error("connections persist by default")
	}
	if path, err := c.Expanded("controlpath"); err != nil || path != "/home/me/host-22" {
		t.Errorf("ControlPath %q, %v", path, err)
	}
	if path, err := configOf(t, "ControlPath none").Expanded("controlpath"); err != nil || path != "" {
		t.Errorf("ControlPath none: %q, %v", path, err)
	}
	if c.Duration("forwardx11timeout") != time.Hour {
		t.Errorf("ForwardX11Timeout %v", c.Duration("forwardx11timeout"))
	}
}

// Options of forwarding become keywords, as the lines of a configuration do.
func TestForwardingOptions(t *testing.T) {
	home := t.TempDir()
	c, err := Resolve(t.Context(), testEnvironment(home), Query{Destination: "host", SSHCommand: []string{"ssh", "-L", "80:a:90", "-R9090", "-D", "1080"}})
	if err != nil || len(c.Forwardings()) != 3 {
		t.Errorf("%v, %v", c, err)
	}
	for option, want := range map[string]string{"-Lx": "Bad local forwarding specification 'x'", "-R80:b": "Bad remote forwarding specification '80:b'", "-D1:2:3": "Bad dynamic forwarding specification '1:2:3'"} {
		t.Run(option, func(t *testing.T) {
			_, err := Resolve(t.Context(), testEnvironment(home), Query{Destination: "host", SSHCommand: []string{"ssh", option}})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
}
