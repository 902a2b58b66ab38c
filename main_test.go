package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// calledBy is the name that the test's own program is called by when it stands
// in for gm.
const calledBy = "GM_TEST_CALLED_BY"

func TestMain(m *testing.M) {
	if name := os.Getenv(calledBy); name != "" {
		os.Unsetenv(calledBy)
		os.Exit(run(append([]string{name}, os.Args[1:]...)))
	}
	os.Exit(m.Run())
}

func TestWhichProgram(t *testing.T) {
	const key = "4NeCCgvZFe2RnPgrcU1PQw"
	tests := []struct {
		name, args, moshKey string
		want                string
	}{
		{"/usr/bin/mosh-server", "--help", "", "Usage: gm server new"},
		{"mosh-client", "", "", "mosh-client: an IP address and a port are needed"},
		{"mosh", "--help", "", "Usage: mosh"},
		{"/usr/bin/gmssh", "-V", "", "OpenSSH_10.6p1, gm dev"},
		{"ssh", "-G -F none host", "", "host host\n"},
		{"ssh.exe", "", "", "usage: ssh [-46"},
		{"gm", "--help", "", "Usage: gm"},
		{"anything", "--version", "", "gm dev"},
		{"gm", "server new --help", "", "Usage: gm server new"},
		{"gm", "server attach -p nine", "", "GM ERROR bad UDP port range"},
		{"gm", "server kill --version", "", "gm server "},
		{"mosh-server", "attach -p", "", "gm: bad UDP port range \"-p\""},
		{"gm", "client nowhere 60001", key, "mosh-client: "},
		{"gm", "client 127.0.0.1 60001", "", "gm: "},
		{"gm", "client a b c", key, "gm: "}, // the command "a b c" on a host called client
		{"gm", "client a", key, "gm: "},
		{"gm", "server", "", "gm: "},
		{"gm", "--print-config -F none -- server new", "", "host server\n"},
		{"gm", "--print-config -F none client", key, "host client\n"},
		{"gm", "help", "", "gm --help lists the most common options"},
		{"gm", "help keys", "", "The escape key is"},
		{"gm", "help uname -a", "", "gm: no help on \"uname -a\"\nhint: gm help lists the topics; to log in to a host called help: gm -- help uname -a\n"},
		{"gm", "--print-config -F none -- help keys", "", "host help\n"},
		{"mosh", "--print-config -F none help", "", "host help\n"},
	}
	for _, test := range tests {
		t.Run(test.name+" "+test.args, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], strings.Fields(test.args)...)
			cmd.Env = append(os.Environ(), calledBy+"="+test.name)
			if test.moshKey != "" {
				cmd.Env = append(cmd.Env, "MOSH_KEY="+test.moshKey)
			}
			out, _ := cmd.CombinedOutput() // with any exit status
			if !strings.HasPrefix(string(out), test.want) {
				t.Errorf("output %q, want %q", out, test.want)
			}
		})
	}
}
