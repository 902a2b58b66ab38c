package sshconfig

import (
	"path/filepath"
	"strings"
)

// testEnvironment returns the environment of a user with the given home and variables.
func testEnvironment(home string, variables ...string) Environment {
	return Environment{
		Home: home, User: "me", UID: "1000", Hostname: "here.example.org", Shell: "/bin/sh",
		SystemConfig: filepath.Join(home, "no-system-config"),
		Lookup: func(name string) (string, bool) {
			for _, v := range variables {
				if n, value, _ := strings.Cut(v, "="); n == name {
					return value, true
				}
			}
			return "", false
		},
		All: func() []string { return variables },
	}
}
