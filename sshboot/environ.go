package sshboot

import (
	"context"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"gm/internal/hostlookup"
	"gm/internal/sshfp"
)

// environment is what the resolution of a configuration takes from the machine
// and the user.
type environment struct {
	home         string
	user         string // local user name
	uid          string
	hostname     string // of this machine
	shell        string // runs Match exec and ProxyCommand
	systemConfig string // the system's ssh_config
	lookup       func(name string) (value string, ok bool)
	all          func() []string // NAME=VALUE of each variable
	// resolver answers for CanonicalizeHostname.
	resolver nameResolver
	// fingerprints answers for VerifyHostKeyDNS.
	fingerprints fingerprintLookup
}

// nameResolver is the part of [hostlookup.Resolver] that finds names.
type nameResolver interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
	LookupCNAME(ctx context.Context, host string) (string, error)
}

// localEnvironment asks the operating system. $HOME stands before the account's
// home, so that a session with another home keeps its files apart.
func localEnvironment() environment {
	env := environment{systemConfig: systemConfigFile(), shell: localShell(), lookup: os.LookupEnv, all: os.Environ, resolver: hostlookup.Resolver{}, fingerprints: sshfp.Lookup}
	if me, err := user.Current(); err == nil {
		env.home, env.uid = me.HomeDir, me.Uid
		env.user = me.Username[strings.LastIndexByte(me.Username, '\\')+1:] // DOMAIN\user on Windows
	}
	if home, err := os.UserHomeDir(); err == nil {
		env.home = home
	}
	if env.user == "" {
		env.user = os.Getenv("USER")
	}
	env.hostname, _ = os.Hostname()
	return env
}

// expandHome resolves ~ at the front of a path.
func (e environment) expandHome(path string) string {
	if path == "~" {
		return e.home
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(e.home, rest)
	}
	if rest, ok := strings.CutPrefix(path, "~"); ok {
		name, rest, _ := strings.Cut(rest, "/")
		if other, err := user.Lookup(name); err == nil {
			return filepath.Join(other.HomeDir, rest)
		}
	}
	return path
}

// fingerprintLookup returns what DNS has about a host's keys, as [sshfp.Lookup] does.
type fingerprintLookup func(ctx context.Context, host string) (records []sshfp.Record, secure bool, err error)
