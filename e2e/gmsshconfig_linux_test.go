//go:build e2e

package e2e

import (
	"fmt"
	"gm/sshboot/sshboottest"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// Errors of a login have ssh's words for it, in which programs look for the cause.
func TestSSHLoginErrors(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	empty, key := filepath.Join(t.TempDir(), "known"), filepath.Join(t.TempDir(), "key")
	sshboottest.WriteFile(t, empty, "", 0o600)
	sshboottest.Keygen(t, key, "-t", "ed25519")
	for want, args := range map[string][]string{
		"ssh: connect to host 127.0.0.1 port 1: Connection refused": {"-p", "1", "host"},
		"ssh: Could not resolve hostname gm.invalid: ":              {"gm.invalid"},
		": Permission denied (publickey)":                           {"-o", "IdentityFile=none", "-o", "IdentityAgent=none", "-F", "none", "-o", "UserKnownHostsFile=" + s.home + "/.ssh/known_hosts", "-o", "BatchMode=yes", "-i", key, "-p", fmt.Sprint(s.Port), "127.0.0.1"},
		"Host key verification failed.":                             {"-o", "UserKnownHostsFile=" + empty, "-o", "GlobalKnownHostsFile=none", "-o", "StrictHostKeyChecking=yes", "host"},
	} {
		t.Run(want, func(t *testing.T) {
			for _, program := range []string{s.gmssh, "ssh"} {
				if got := s.run(program, nil, append(args, "true")...); got.status != 255 || !strings.Contains(got.err, want) {
					t.Errorf("%s: %+v", program, got)
				}
			}
		})
	}
}

// gmArgs are the arguments of TestPrintedConfigIsThatOfSSH.
var gmArgs = []string{
	"host", "-p 2222 -l me host", "you@host", "ssh://you@host:44", "-4 host", "-6 -4 host", "-A host", "-X host", "-a -x host", "-C host",
	"-e none host", "-e ^B host", "-f host true", "-f -N host", "-g host", "-k host", "-K host", "-M host", "-MM host", "-n host", "-N host",
	"-s host x", "-T host", "-t host", "-tt host", "-t -T host", "-q host", "-v host", "-vv host", "-vvvv host", "-y host", "-S none host", "-S /x/%h-%p host",
	"-I lib host", "-w 1:2 host", "-w any host", "-L 80:a:90 host", "-L /x:a:90 host", "-L *:1:a:2 host", "-L :1:a:2 host", "-L [::1]:80:[::2]:90 host",
	"-R 80 host", "-R a:80 host", "-R 80:b:9 host", "-R /s:/t host", "-R 0:b:9 host", "-D 80 host", "-D a:80 host", "-D [::1]:80 host", "-W a:80 host",
	"-L 80:a:90 -L 80:a:90 host", "-D 7 -L 8:a:9 -R 7:b:8 host", "-o ForwardAgent=no -A host", "-o PermitRemoteOpen=none host", "-o IPQoS=ef host",
	"-o RekeyLimit=1G host", "-o StreamLocalBindMask=077 host", "-o ControlPersist=5m host", "-o Tunnel=yes host", "-o TunnelDevice=1:any host",
	"-o ClearAllForwardings=yes -L 1:b:2 host", "-o ExitOnForwardFailure=yes -g host", "-J a,b host", "-o ProxyCommand=none host", "-l u x@host",
	"host a -v", "host -v a", "-- host -v", "-o Port=1 -p 2 host", "-p 2 -o Port=1 host", "-b 127.0.0.1 -b 127.0.0.2 host", "-B lo host",
	"-o EscapeChar=none -e x host", "-o LogLevel=ERROR -v host", "-o SessionType=none host", "-o RequestTTY=force -T host", "-o LocalCommand=date host",
	"-o ControlMaster=auto -o ControlPath=/tmp/%C -o ControlPersist=60s host", "-o ForwardX11Timeout=1h -Y host", "-i /etc/passwd host",
}

// notCompared are the keywords of ssh -G that gm prints otherwise or not at all.
var notCompared = map[string]string{
	"ciphers":                     "gm's own list and order",
	"kexalgorithms":               "gm's own list and order",
	"macs":                        "gm's own list and order",
	"hostkeyalgorithms":           "gm's own list and order",
	"casignaturealgorithms":       "gm's own list and order",
	"pubkeyacceptedalgorithms":    "gm's own list and order",
	"hostbasedacceptedalgorithms": "gm has no host-based login",
	"gssapikexalgorithms":         "Debian's patch; gm has no GSSAPI",
	"forwardx11trusted":           "Debian's patch; OpenSSH's default is no",
	"securitykeyprovider":         "ssh prints its built-in one",
	"identityfile":                "the defaults depend on the version of ssh",
}

// printedLines returns the lines of ssh -G that are compared.
func printedLines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		keyword, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, not := notCompared[keyword]; !not || keyword == "identityfile" && !strings.HasPrefix(value, "~/.ssh/id_") {
			lines = append(lines, keyword+" "+value)
		}
	}
	return lines
}

func TestPrintedConfigIsThatOfSSH(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	for _, args := range gmArgs {
		t.Run(args, func(t *testing.T) { s.samePrinted(t, strings.Fields(args)...) })
	}
}

// Each file of the corpus is printed for the hosts in its first line.
func TestPrintedCorpusIsThatOfSSH(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	files, err := filepath.Glob("../sshboot/sshconfig/testdata/config/*.conf")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text := sshboottest.ReadFile(t, file)
			dir := t.TempDir()
			sshboottest.WriteFile(t, filepath.Join(dir, "included"), "User included\nHost inner\nPort 77\n", 0o600)
			sshboottest.WriteFile(t, filepath.Join(dir, "config"), strings.ReplaceAll(text, "@DIR@", dir), 0o600)
			first, _, _ := strings.Cut(text, "\n")
			for _, host := range strings.Fields(strings.TrimPrefix(first, "# hosts:")) {
				s.samePrinted(t, "-F", filepath.Join(dir, "config"), host)
			}
		})
	}
}

// samePrinted compares the configurations that gmssh and ssh print, line by line.
func (s *sshHost) samePrinted(t *testing.T, args ...string) {
	t.Helper()
	me, err := user.Current() // ssh uses the account's home
	if err != nil {
		t.Fatal(err)
	}
	s.home = me.HomeDir
	words := append([]string{"-G"}, args...)
	want, got := s.run("ssh", nil, words...), s.run(s.gmssh, nil, words...)
	theirs, ours := printedLines(want.out), printedLines(got.out)
	if got.status != want.status {
		t.Errorf("%q: status %d, ssh: %d\n%s%s", args, got.status, want.status, got.err, want.err)
	}
	for i := range max(len(ours), len(theirs)) {
		var a, b string
		if i < len(ours) {
			a = ours[i]
		}
		if i < len(theirs) {
			b = theirs[i]
		}
		if a != b {
			t.Errorf("%q: line %d is %q, ssh: %q", args, i, a, b)
			return
		}
	}
}

// Errors of the command line are those of ssh, but for the usage.
func TestCommandLineErrorsAreThoseOfSSH(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	for _, args := range []string{
		"-N -s host", "-s -N host x", "-s host", "-J a -J b host", "-o ProxyCommand=x -J b host", "-c foo host", "-m foo host", "-p 0 host", "-p x host",
		"-e xx host", "-W a host", "-W a:1 -W b:2 host", "-O foo host", "-O check -O exit host", "-O check -W a:1 host", "-Q foo", "-1 host", "-L", "-L foo host",
		"-R foo host", "-D foo host", "-w x host", "-9 host", "--foo host", "@h", "ssh://", "-f host", "-l a;b host", "a;b", "-o Foo=1 host", "-o ControlPersist",
		"-o Port=x host", "-J a:b host", "-E /nonexistent/x host", "-o RemoteCommand=x host y", "-- -x", "-O forward host", "-S /tmp/gm-none -O check host", "-Q protocol-version",
		"-o SessionType=x host", "-o LocalForward=1 host", "",
	} {
		t.Run(args, func(t *testing.T) {
			want, got := s.run("ssh", nil, strings.Fields(args)...), s.run(s.gmssh, nil, strings.Fields(args)...)
			cut := func(text string) string {
				text, _, _ = strings.Cut(text, "usage: ")
				return strings.ReplaceAll(text, "Pseudo-terminal will not be allocated because stdin is not a terminal.\n", "")
			}
			if got.status != want.status || got.out != want.out || cut(got.err) != cut(want.err) {
				t.Errorf("%+v, ssh: %+v", got, want)
			}
		})
	}
}
