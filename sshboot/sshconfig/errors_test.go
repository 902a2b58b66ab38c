package sshconfig

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

func TestUnusableConfigurations(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config")
	for text, want := range map[string]string{
		"UserKnownHostsFile ${NO_SUCH_VARIABLE}/x\n": "NO_SUCH_VARIABLE",
		"IdentityFile ~/%y\n":                        "unknown token %y",
		"Include " + file + "\n":                     "too many recursive",
		"HostName %x\n":                              "unknown token",
		"Bogus 1\n":                                  "IgnoreUnknown",
		strings.Repeat("Port x\n", 1000):             "terminating, 1000 bad",
	} {
		t.Run(want, func(t *testing.T) {
			sshboottest.WriteFile(t, file, text, 0o600)
			_, err := ourConfig(testEnvironment(dir), file, "host")
			sshboottest.WantError(t, err, want)
			if lines := strings.Count(err.Error(), "\n"); lines > maxFileErrors {
				t.Errorf("%d lines", lines)
			}
		})
	}
	_, err := ourConfig(testEnvironment(dir), filepath.Join(dir, "missing"), "host")
	sshboottest.WantError(t, err, "missing")
}

func TestBadOptionsAreNamed(t *testing.T) {
	for option, want := range map[string]string{
		"Bogus=1": "Bad configuration option: bogus", "Port=x": "Bad port 'x'.", "Port": `no argument after keyword "port"`,
	} {
		t.Run(option, func(t *testing.T) {
			_, err := ourConfig(testEnvironment(t.TempDir()), "none", "host", "-o", option)
			sshboottest.WantError(t, err, fmt.Sprintf("option %q: %s", option, want))
		})
	}
}
