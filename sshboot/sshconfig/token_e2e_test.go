//go:build e2e

package sshconfig

import (
	"strings"
	"testing"
)

// Without a jump host, %C is that of any ssh.
func TestConnectionHashAsSSH(t *testing.T) {
	for _, options := range []string{"", "-l joe", "-p 77", "-o HostName=real.example.org", "-J none"} {
		t.Run(options, func(t *testing.T) {
			words := append([]string{"-F", "none"}, strings.Fields(options)...)
			text, err := realConfig(t, append(append(words, "-o", "ControlPath=/%C"), "host.example.org")...)
			if err != nil {
				t.Fatalf("ssh: %v %s", err, text)
			}
			_, rest, _ := strings.Cut(text, "controlpath /")
			want, _, _ := strings.Cut(rest, "\n")
			config, err := Resolve(t.Context(), accountEnvironment(t), Query{Destination: "host.example.org", SSHCommand: append([]string{"ssh"}, words...)})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := config.ExpandTokens("%C"); got != want || err != nil {
				t.Errorf("%s, %v, want %s", got, err, want)
			}
		})
	}
}
