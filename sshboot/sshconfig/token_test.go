package sshconfig

import (
	"crypto/sha1"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// %C is the SHA-1 hash of %l%h%p%r%j (ssh_config(5) of OpenSSH 10, TOKENS). Debian's ssh
// leaves %j out of it, so that it agrees only without a jump host.
func TestConnectionHash(t *testing.T) {
	for _, c := range []struct {
		options string
		hashed  string
	}{
		{"", "here.example.orghost22me"},
		{"-J gate", "here.example.orghost22megate"},
		{"-J u@gate:23", "here.example.orghost22meu@gate:23"},
		{"-J gate,inner", "here.example.orghost22megate,inner"},
		{"-J none", "here.example.orghost22me"},
		{"-o HostName=real.example.org -l joe -p 77 -J gate", "here.example.orgreal.example.org77joegate"},
	} {
		t.Run(c.options, func(t *testing.T) {
			query := Query{Destination: "host", SSHCommand: append([]string{"ssh"}, strings.Fields(c.options)...)}
			config, err := Resolve(t.Context(), testEnvironment(t.TempDir()), query)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha1.Sum([]byte(c.hashed))
			if got, err := config.ExpandTokens("%C"); got != hex.EncodeToString(sum[:]) || err != nil {
				t.Errorf("%s, %v, want the hash of %q", got, err, c.hashed)
			}
		})
	}
}

// A jump host of the configuration is in the hash as one of the command line is.
func TestConnectionHashWithJumpOfTheConfiguration(t *testing.T) {
	home := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(home, ".ssh/config"), "Host host\nProxyJump gate\n", 0o600)
	var hashes []string
	for _, options := range []string{"-F none -J gate", ""} {
		config, err := Resolve(t.Context(), testEnvironment(home), Query{Destination: "host", SSHCommand: append([]string{"ssh"}, strings.Fields(options)...)})
		if err != nil {
			t.Fatal(err)
		}
		hash, err := config.ExpandTokens("%C")
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, hash)
	}
	if hashes[0] != hashes[1] {
		t.Errorf("hashes %q differ", hashes)
	}
}
