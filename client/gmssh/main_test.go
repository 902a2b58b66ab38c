package gmssh

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/client/sshexec"
	"gm/client/sshline"
	"gm/sshboot"
	"gm/sshboot/sshboottest"
)

// invoked is an invocation whose output is kept.
type invoked struct {
	invocation
	out, err bytes.Buffer
}

// invoke returns the command line args of a user without configuration, whose standard
// streams terminals are terminals.
func invoke(t *testing.T, terminals string, args ...string) *invoked {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	i := &invoked{}
	i.invocation = invocation{
		name: "gmssh", version: "1.2.3", args: args, errors: &i.err,
		streams:    sshexec.Streams{In: strings.NewReader(""), Out: &i.out, Err: &i.err},
		isTerminal: func(fd int) bool { return strings.Contains(terminals, string(rune('0'+fd))) },
	}
	return i
}

// resolve parses the line and resolves the configuration.
func (i *invoked) resolve(t *testing.T) {
	t.Helper()
	var err error
	if i.line, err = sshline.Parse(i.args, optionChecker()); err != nil {
		t.Fatal(err)
	}
	if i.config, err = sshboot.Resolve(t.Context(), i.request()); err != nil {
		t.Fatal(err)
	}
}

func TestSessionOrProgram(t *testing.T) {
	for _, c := range []struct {
		terminals, args string
		session, tty    bool
	}{
		{"012", "h", true, true},
		{"012", "h ls", true, false},
		{"012", "-t h ls", true, true},
		{"012", "-T h ls", false, false},
		{"012", "-n h ls", false, false},
		{"012", "-f h ls", false, false},
		{"012", "-N h", false, false},
		{"012", "-s h sftp", false, false},
		{"012", "-W a:1 h", false, false},
		{"012", "-o RequestTTY=no h", false, false},
		{"012", "-o RemoteCommand=ls h", true, false},
		{"0", "h", false, true},
		{"0", "h ls", false, false},
		{"0", "-t h ls", false, true},
		{"0", "-tn h ls", false, false},
		{"1", "h", false, false},
		{"1", "-t h ls", false, false},
		{"", "-t h ls", false, false},
		{"", "-tt h ls", false, true},
		{"", "-tt -n h ls", false, true},
		{"", "h", false, false},
	} {
		t.Run(c.terminals+" "+c.args, func(t *testing.T) {
			i := invoke(t, c.terminals, append([]string{"-F", "none"}, strings.Fields(c.args)...)...)
			i.resolve(t)
			if session, tty := i.isSession(), i.wantsTerminal(); session != c.session || tty != c.tty {
				t.Errorf("session %v, terminal %v", session, tty)
			}
		})
	}
}

func TestSessionArguments(t *testing.T) {
	i := invoke(t, "012", "-F", "a file", "-p", "22", "me@h:44", "echo", "$HOME")
	i.line, _ = sshline.Parse(i.args, optionChecker())
	got := i.sessionArgs()
	want := []string{`--ssh=ssh -F 'a file' -o 'Port 22' -o 'User "me"'`, "--", "[h:44]", "sh", "-c", `exec "${SHELL:-sh}" -c "$0"`, "echo $HOME"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOutput(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		out    string // its beginning
		err    string
	}{
		{"-V", 0, "", "OpenSSH_10.6p1, gm 1.2.3\n"},
		{"-Q protocol-version", 0, "2\n", ""},
		{"-Q compression", 0, "none\n", ""},
		{"-Q help", 0, "cipher\n", ""},
		{"-Q Ciphers", 0, "aes128-gcm@openssh.com\n", ""},
		{"-Q foo", 255, "", "Unsupported query \"foo\"\n"},
		{"", 255, "", sshline.Usage},
		{"-9", 255, "", "unknown option -- 9\n" + sshline.Usage},
		{"-o Port=x h", 255, "", "command-line line 0: Bad port 'x'.\n"},
		{"-o Nonsense=x h", 255, "", "command-line: line 0: Bad configuration option: nonsense\n"},
		{"-c foo h", 255, "", "Unknown cipher type 'foo'\n"},
		{"-m +foo h", 255, "", "Unknown mac type '+foo'\n"},
		{"-l a;b h", 255, "", "remote username contains invalid characters\n"},
		{"-F none -G h", 0, "host h\n", ""},
		{"-F none -w 1 h", 255, "", "gmssh: -w: gm has no tunnel devices\n"},
		{"-F none -qw 1 h", 255, "", ""},
		{"-F none -O check h", 255, "", "No ControlPath specified for \"-O\" command\n"},
		{"-F none -S /x/%h -O check h", 255, "", "Control socket connect(/x/h): No such file or directory\n"},
		{"-F none -o RemoteCommand=x h y", 255, "", "Cannot execute command-line and remote command.\n"},
		{"-F none -f h", 255, "", "Cannot fork into background without a command to execute.\n"},
		{"-F none -o SessionType=subsystem h", 255, "", "You must specify a subsystem to invoke.\n" + sshline.Usage},
		{"-F none -E /nonexistent/x h", 1, "", "Couldn't open logfile /nonexistent/x: No such file or directory\n"},
		{"-F none -v -w 1 h", 255, "", "OpenSSH_10.6p1, gm 1.2.3\ngmssh: -w: gm has no tunnel devices\n"},
	} {
		t.Run(c.args, func(t *testing.T) {
			i := invoke(t, "", strings.Fields(c.args)...)
			status, err := i.run()
			if err != nil {
				i.report(err)
			}
			if status != c.status || !strings.HasPrefix(i.out.String(), c.out) || i.err.String() != c.err {
				t.Errorf("status %d, out %.100q, err %q", status, i.out.String(), i.err.String())
			}
		})
	}
}

// Errors of files are in ssh's words, which programs look for.
func TestErrorsOfFiles(t *testing.T) {
	i := invoke(t, "", "h")
	config := filepath.Join(os.Getenv("HOME"), ".ssh", "config")
	sshboottest.WriteFile(t, config, "Nonsense yes\n", 0o600)
	_, err := i.run()
	i.report(err)
	if want := config + ": line 1: Bad configuration option: nonsense\n" + config + ": terminating, 1 bad configuration options\n"; !strings.HasPrefix(i.err.String(), want) {
		t.Errorf("%q, want %q", i.err.String(), want)
	}
	i.err.Reset()
	if err := os.Chmod(config, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = i.run()
	i.report(err)
	if want := "Bad owner or permissions on " + config + "\n"; !strings.HasPrefix(i.err.String(), want) {
		t.Errorf("%q, want %q", i.err.String(), want)
	}
}

func TestWarnings(t *testing.T) {
	for args, want := range map[string]string{
		"-F none -K h":  "gmssh: warning: -K: gm has no GSSAPI\n",
		"-F none -qK h": "",
		"-F none -X h":  "",
	} {
		t.Run(args, func(t *testing.T) {
			i := invoke(t, "", strings.Fields(args)...)
			i.resolve(t)
			if i.warn(); i.err.String() != want {
				t.Errorf("%q", i.err.String())
			}
		})
	}
}
