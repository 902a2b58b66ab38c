//go:build e2e

package sshconfig

import (
	"bytes"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
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
	for _, k := range slices.Concat(keywords, sessionKeywords) {
		if _, twice := keywordAliases[k.name]; twice || strings.Contains(" "+strings.Join(strings.Fields(ignoredKeywords), " ")+" ", " "+k.name+" ") {
			t.Errorf("%s stands in two tables", k.name)
		}
	}
}

// comparedAlways are the keywords that every ssh prints alike, whatever its defaults.
var comparedAlways = []string{
	"user", "hostname", "port", "addressfamily", "batchmode", "canonicalizefallbacklocal", "canonicalizehostname", "checkhostip",
	"hashknownhosts", "identitiesonly", "kbdinteractiveauthentication", "nohostauthenticationforlocalhost", "passwordauthentication",
	"pubkeyauthentication", "requesttty", "stricthostkeychecking", "tcpkeepalive", "visualhostkey", "updatehostkeys", "canonicalizemaxdots",
	"connectionattempts", "numberofpasswordprompts", "requiredrsasize", "serveralivecountmax", "serveraliveinterval", "loglevel", "bindaddress", "bindinterface",
	"hostkeyalias", "identityagent", "preferredauthentications", "proxyjump", "proxycommand", "remotecommand", "revokedhostkeys", "identityfile",
	"certificatefile", "canonicaldomains", "globalknownhostsfile", "userknownhostsfile", "sendenv", "setenv", "addkeystoagent", "connecttimeout",
	"clearallforwardings", "compression", "controlmaster", "controlpath", "controlpersist", "enableescapecommandline", "enablesshkeysign",
	"escapechar", "exitonforwardfailure", "fingerprinthash", "forkafterauthentication", "forwardagent", "forwardx11", "forwardx11timeout",
	"gatewayports", "hostbasedauthentication", "ipqos", "localcommand", "localforward", "dynamicforward", "remoteforward", "logverbose",
	"permitlocalcommand", "permitremoteopen", "pkcs11provider", "rekeylimit", "sessiontype", "stdinnull", "streamlocalbindmask",
	"streamlocalbindunlink", "syslogfacility", "tunnel", "tunneldevice",
}

// compared returns the lines to compare, with keywords in lower case.
func compared(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		isDefault := strings.HasPrefix(value, "~/.ssh/id_") // of which later versions of ssh have fewer
		if name = strings.ToLower(name); slices.Contains(comparedAlways, name) && !isDefault {
			lines = append(lines, name+" "+value)
		}
	}
	slices.Sort(lines)
	return lines
}

// realConfig returns the output of ssh -G, or its errors.
func realConfig(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command("ssh", append([]string{"-G"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil {
		return errs.String(), err
	}
	return out.String(), nil
}

// accountEnvironment returns the environment of the account with its home from the user
// database, which ssh uses as well.
func accountEnvironment(t *testing.T) Environment {
	t.Helper()
	env := LocalEnvironment()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	env.Home, env.Shell = me.HomeDir, "/bin/sh"
	return env
}

// sameAsSSH compares gm's configuration with that of ssh and reports the lines that
// differ.
func sameAsSSH(t *testing.T, env Environment, file, host string, words ...string) {
	t.Helper()
	want, wantErr := realConfig(t, append(append([]string{"-F", file}, words...), host)...)
	got, err := ourConfig(env, file, host, words...)
	if (err != nil) != (wantErr != nil) {
		t.Errorf("%s for %s: error %v, ssh: %v %s", file, host, err, wantErr, want)
		return
	}
	if err != nil {
		return
	}
	ours, theirs := compared(got), compared(want)
	for _, line := range theirs {
		if !slices.Contains(ours, line) {
			t.Errorf("%s for %s: ssh says %q, which is missing", file, host, line)
		}
	}
	for _, line := range ours {
		if !slices.Contains(theirs, line) {
			t.Errorf("%s for %s: %q, which ssh does not say", file, host, line)
		}
	}
}

// Files are shared with machines that have a relative of OpenSSH. Each keyword comes
// with a value as that relative's manual has it; those of OpenSSH and Debian are
// compared with ssh.
func TestKeywordsOfVariants(t *testing.T) {
	for _, line := range []string{
		"UseKeychain yes", "AskPassGUI no", "HPNDisabled no", "HPNBufferSize 2048", "TcpRcvBufPoll yes", "NoneEnabled no",
		"NoneSwitch no", "UseMPTCP yes", "MetricsPath /tmp/x", "Fallback no", "DisableBanner in-exec-mode",
		"KMFPolicyDatabase /etc/x", "UseOpenSSLEngine yes", "AllowedCertPurpose sslserver", "CACertificatePath ~/.ssh/crt",
	} {
		t.Run(line, func(t *testing.T) {
			if err := New("host", testEnvironment("/home/me")).SetLine(line); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		})
	}
	for line, want := range map[string]string{"RSAMinSize 2048": "requiredrsasize 2048", "IgnoreIfUnknown X,Y": "ignoreunknown X,Y"} {
		t.Run(line, func(t *testing.T) {
			c := New("host", testEnvironment("/home/me"))
			name, value, _ := strings.Cut(want, " ")
			if err := c.SetLine(line); err != nil || c.Word(name) != value {
				t.Errorf("%s: %v, %s is %s", line, err, name, c.Word(name))
			}
		})
	}
	env := accountEnvironment(t)
	for _, option := range []string{"ProtocolKeepAlives=7", "SetupTimeOut=9", "IdentityFile2=/etc/passwd", "UseBlacklistedKeys=no"} {
		sameAsSSH(t, env, "none", "host", "-o", option)
	}
}
