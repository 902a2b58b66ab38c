//go:build e2e

package sshconfig

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// hostileNames are names of users or hosts that could be used in an attack. All may be in
// a command line, but some must not reach the shell of a ProxyCommand.
var hostileNames = []string{
	"ok", "a;b", "a b", "a -b", "-x", "a$b", "a`b", `a"b`, "a'b", "a<b", "a>b", "a|b", "a&b", "a(b", "a)b", "a{b", "a}b", `a\b`, `a\`,
	"a/b", "a%b", "a*b", "a?b", "a~b", "a#b", "a!b", "a\nb", "a\tb", "a\x01b", "a\x7fb", "a=b", "a^b", "a+b", "\u00e9", "~x", "#x",
}

// TestNamesAreCheckedAsBySSH passes the names to ssh and to gm in every possible way.
// There is no login, because the ProxyCommand ends at once.
func TestNamesAreCheckedAsBySSH(t *testing.T) {
	t.Parallel()
	for _, name := range hostileNames {
		for _, words := range [][]string{
			{"-l", name, "host"},
			{"-o", "User=" + Quote(name), "host"},
			{"-l" + name, "other@host"},
			{"--", name + "@host"},
			{"--", name},
			{"-o", "HostName=" + Quote(name), "host"},
			{"-J", name, "host"},
			{"-J", name + "@jump", "host"},
			{"-J", "jump," + name, "host"},
		} {
			out, _ := exec.Command("ssh", append([]string{"-G", "-F", "none"}, words...)...).CombinedOutput()
			refused := regexp.MustCompile(`contains invalid characters|invalid (hostname|username)`).Match(out)
			last := len(words) - 1
			options := append([]string{"ssh", "-F", "none"}, words[:last]...)
			if options[last+2] == "--" {
				options = options[:last+2]
			}
			_, err := Resolve(t.Context(), testEnvironment(t.TempDir()), Query{Destination: words[last], SSHCommand: options})
			if words[0] == "-J" && strings.ContainsAny(name, " \t\n") {
				continue // ssh drops what follows the blank
			}
			if (err != nil) != refused && !strings.Contains(string(out), "unknown key") {
				t.Errorf("%q: gm says %v, ssh says %.100s", words, err, out)
			}
		}
	}
}
