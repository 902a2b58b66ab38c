package sshconfig

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// Lines that OpenSSH 10 reads differently from Debian's ssh 9.2, with the output of
// OpenSSH 10.6. ConnectTimeout 9 follows each Match.
func TestConfigOfOpenSSH10(t *testing.T) {
	const matched, not = "9", "none"
	for _, c := range []struct{ config, command, keyword, want string }{
		{`Match exec "test \"a b\" = \"a b\""`, "", "connecttimeout", matched},
		{`Match exec 'test 1 = 1'`, "", "connecttimeout", matched},
		{`Match exec="test 1 = 1" user=me`, "", "connecttimeout", matched},
		{`Match exec test\ 1\ =\ 1`, "", "connecttimeout", matched},
		{`Match exec "printf 'a\\nb' | { grep -x b; }"`, "", "connecttimeout", matched},
		{`Match exec "test 'a b' = 'a b'"`, "", "connecttimeout", matched},
		{`Match exec "echo a#b | { grep a#b; }" # x`, "", "connecttimeout", matched},
		{`Match exec "test x`, "", "", "invalid quotes"},
		{`Match exec "true" "b"`, "", "", "b"},
		{`Match host "a b,h"`, "", "connecttimeout", matched},
		{`Match host h#x`, "", "connecttimeout", not},
		{`Match host ""`, "", "", "missing argument"},
		{`Match command "ls*"`, "", "connecttimeout", not},
		{`Match command "ls*"`, "ls -l", "connecttimeout", matched},
		{`Match command "x y,ls -?"`, "ls -l", "connecttimeout", matched},
		{`Match command ""`, "", "connecttimeout", matched},
		{`Match command=`, "", "connecttimeout", matched},
		{`Match !command ""`, "ls", "connecttimeout", matched},
		{`Match sessiontype exec`, "ls", "connecttimeout", matched},
		{`Match sessiontype shell`, "ls", "connecttimeout", not},
		{`Match sessiontype shell`, "", "connecttimeout", matched},
		{`Match tagged=""`, "", "connecttimeout", matched},
		{`Match tagged`, "", "", "missing argument"},
		{`Match version OpenSSH_10.*`, "", "connecttimeout", matched},
		{`Match version OpenSSH_9.*`, "", "connecttimeout", not},
		{`Match canonical=1`, "", "", "canonical"},
		{`Match all=`, "", "", "all"},
		{"RemoteCommand ls\nMatch command ls", "", "connecttimeout", not},
		{"User u-%h\nMatch user u-h", "", "connecttimeout", not},
		{"User u-%h\nMatch user u-%h", "", "connecttimeout", matched},
		{"User u-%h\nHostName real-%h", "", "user", "u-real-h"},
		{`User u-%h-${X}-%n-%p%%`, "", "user", "u-h-env%u-h-22%"},
		{`User %u`, "", "user", "me"},
		{`User ${NOPE}`, "", "", `"NOPE" is not set`},
		{"Include inc-%h", "", "connecttimeout", "4"},
		{"HostName real\nInclude inc-%h", "", "connecttimeout", "3"},
		{"Include inc-${X}", "", "connecttimeout", "5"},
		{"UserKnownHostsFile ~/.ssh/known_hosts", "", "updatehostkeys", "true"},
		{"UserKnownHostsFile ~/.ssh/known_hosts ~/.ssh/known_hosts2", "", "updatehostkeys", "false"},
		{"UserKnownHostsFile %d/.ssh/known_hosts", "", "updatehostkeys", "false"},
	} {
		t.Run(c.config+" "+c.command, func(t *testing.T) {
			home := t.TempDir()
			text := c.config + "\n"
			if strings.Contains(text, "Match") {
				text += "ConnectTimeout 9\n"
			}
			sshboottest.WriteFile(t, filepath.Join(home, ".ssh/config"), text, 0o600)
			for i, name := range []string{"real", "h", "env%u"} {
				sshboottest.WriteFile(t, filepath.Join(home, ".ssh/inc-"+name), "ConnectTimeout "+strconv.Itoa(3+i)+"\n", 0o600)
			}
			request := Query{Destination: "h", Command: c.command}
			config, err := Resolve(t.Context(), testEnvironment(home, "X=env%u"), request)
			switch {
			case c.keyword == "":
				sshboottest.WantError(t, err, c.want)
			case err != nil:
				t.Error(err)
			case c.keyword == "user" && config.User() != c.want, c.keyword != "user" && config.Word(c.keyword) != c.want:
				t.Errorf("%s is %s, want %s", c.keyword, config.Word(c.keyword), c.want)
			}
		})
	}
}

// Tokens in a user name of the command line are not expanded, for hosts and for jump
// hosts, and unknown tokens are kept, as by ssh 9.2.
func TestUsersThatAreNotExpanded(t *testing.T) {
	home := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/config"), "Host plain\nUser a%zb%r\nHost *\nUser u-%h\n", 0o600)
	for destination, want := range map[string]string{"h": "u-h", "%h@h": "%h", "plain": "a%zb%r", "ssh://a%25u@h": "a%u"} {
		t.Run(destination, func(t *testing.T) {
			_, r, err := NewResolver(testEnvironment(home), Query{Destination: destination})
			if err != nil {
				t.Fatal(err)
			}
			d, _ := ParseDestination(destination)
			host, err1 := r.Resolve(t.Context(), d)
			jump, err2 := r.ResolveJump(t.Context(), d, "")
			if err1 != nil || err2 != nil || host.User() != want || jump.User() != want {
				t.Errorf("%s: %v, %v; %v, %v; want %s", destination, host.User(), jump.User(), err1, err2, want)
			}
		})
	}
	c, err := Resolve(t.Context(), testEnvironment(home), Query{Destination: "h", SSHCommand: []string{"ssh", "-l", "%u"}})
	if err != nil || c.User() != "%u" {
		t.Errorf("-l: %v, %v", c, err)
	}
}
