package sshconfig

import (
	"context"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"gm/internal/hostlookup"
	"gm/internal/sshfp"
)

// Environment is the part of the machine's and the user's environment on which a
// configuration depends.
type Environment struct {
	Home         string
	User         string // local user name
	UID          string
	Hostname     string // of this machine
	Shell        string // for Match exec and ProxyCommand
	SystemConfig string // path of the system's ssh_config
	Lookup       func(name string) (value string, ok bool)
	All          func() []string // all variables, as NAME=VALUE
	// resolver finds names for CanonicalizeHostname.
	resolver nameResolver
	// Fingerprints finds the fingerprints for VerifyHostKeyDNS.
	Fingerprints FingerprintLookup
	// Stderr is the standard error of ProxyCommand and KnownHostsCommand; nil for that of
	// this process, sanitized.
	Stderr io.Writer
	// Background is set if the terminal belongs to a session: programs get none, and keys
	// that must be touched are not used.
	Background bool
}

// nameResolver is the part of [hostlookup.Resolver] that finds names.
type nameResolver interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
	LookupCNAME(ctx context.Context, host string) (string, error)
}

// LocalEnvironment returns the environment of this process. $HOME takes precedence over
// the account's home, so that a session with another home has its own files.
func LocalEnvironment() Environment {
	env := Environment{SystemConfig: systemConfigFile(), Shell: localShell(), Lookup: os.LookupEnv, All: os.Environ, resolver: hostlookup.Resolver{}, Fingerprints: sshfp.Lookup}
	if me, err := user.Current(); err == nil {
		env.Home, env.UID = me.HomeDir, me.Uid
		env.User = me.Username[strings.LastIndexByte(me.Username, '\\')+1:] // DOMAIN\user on Windows
	}
	if home, err := os.UserHomeDir(); err == nil {
		env.Home = home
	}
	if env.User == "" {
		env.User = os.Getenv("USER")
	}
	env.Hostname, _ = os.Hostname()
	return env
}

func (e Environment) expandHome(path string) string {
	if path == "~" {
		return e.Home
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(e.Home, rest)
	}
	if rest, ok := strings.CutPrefix(path, "~"); ok {
		name, rest, _ := strings.Cut(rest, "/")
		if other, err := user.Lookup(name); err == nil {
			return filepath.Join(other.HomeDir, rest)
		}
	}
	return path
}

// FingerprintLookup returns the SSHFP records of a host, and reports whether DNSSEC
// validated them, as [sshfp.Lookup] does.
type FingerprintLookup func(ctx context.Context, host string) (records []sshfp.Record, secure bool, err error)
