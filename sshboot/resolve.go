package sshboot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gm/internal/hostlookup"
)

// resolver finds the configuration of a host.
type resolver struct {
	env  environment
	args sshArgs
	port int // --ssh-port
	// command is the user's command, its words joined by blanks.
	command string
}

// resolve gives the configuration of the host that the user named.
func (r resolver) resolve(ctx context.Context, d destination) (*Config, error) {
	c := newConfig(d.Host, r.env)
	c.command = r.command
	if err := r.args.apply(c, d, r.port); err != nil {
		return nil, &Error{Err: err}
	}
	c.userTyped = c.isSet("user")
	if err := c.checkTyped(); err != nil {
		return nil, &Error{Err: err}
	}
	return c, r.files(ctx, c)
}

// resolveJump gives the configuration of a jump host, for which the options of
// the command line do not hold, as with ssh. via is the chain before it.
func (r resolver) resolveJump(ctx context.Context, d destination, via string) (*Config, error) {
	c := newConfig(d.Host, r.env)
	c.isJump = true
	if via != "" {
		c.values["proxyjump"] = []string{via}
	}
	if err := (sshArgs{}).apply(c, d, 0); err != nil {
		return nil, &Error{Err: err}
	}
	c.userTyped = c.isSet("user")
	return c, r.files(ctx, c)
}

// files reads the configuration files into c: once, and where Match final or
// CanonicalizeHostname wants it a second time with the real name of the host.
func (r resolver) files(ctx context.Context, c *Config) error {
	reader := configReader{ctx: ctx, config: c}
	if err := r.pass(&reader); err != nil {
		return err
	}
	host, err := c.expandHostName()
	if err != nil {
		return &Error{Err: fmt.Errorf("HostName %s: %w", c.word("hostname"), err)}
	}
	host = strings.ToLower(host)
	if addr, err := hostlookup.ParseAddr(host); err == nil {
		host = addr.String()
	}
	canonical, err := c.canonicalize(ctx, host)
	if err != nil {
		return &Error{Err: err}
	}
	c.values["hostname"] = []string{canonical}
	if reader.wantFinal || canonical != host {
		reader.final = true
		if err := r.pass(&reader); err != nil {
			return err
		}
	}
	if err := cmp.Or(c.expandUser(), c.checkPaths()); err != nil {
		return &Error{Err: err}
	}
	if c.isSet("refuseconnection") {
		return &Error{Err: fmt.Errorf("RefuseConnection for %s: %s", c.Alias, c.word("refuseconnection"))}
	}
	return nil
}

// scopes are the user's file and the system's, or the one that -F names, which
// has to be there.
func (r resolver) scopes() (scopes []scope, required bool) {
	switch only := r.args.ConfigFile; {
	case strings.EqualFold(only, "none"):
		return nil, false
	case only != "":
		return []scope{{path: r.env.expandHome(only), user: true, active: true, trusted: true}}, true
	}
	return []scope{
		{path: filepath.Join(r.env.home, ".ssh", "config"), user: true, active: true},
		{path: r.env.systemConfig, active: true, trusted: true},
	}, false
}

// pass reads the configuration files. As with ssh, the one that -F names has to be
// there, and the others may be unreadable.
func (r resolver) pass(reader *configReader) error {
	scopes, required := r.scopes()
	for _, s := range scopes {
		if required {
			f, err := os.Open(s.path)
			if err != nil {
				return &Error{Err: fmt.Errorf("read configuration: %w", err)}
			}
			f.Close()
		}
		if err := reader.readIfPossible(s); err != nil {
			return configError(err)
		}
	}
	return nil
}

// configError returns err with a advice.
func configError(err error) error {
	if ours, ok := errors.AsType[*Error](err); ok {
		return ours
	}
	advice := ""
	if bad, ok := errors.AsType[*badFile](err); ok && bad.unknown {
		advice = "IgnoreUnknown makes a keyword that only some programs know harmless"
	}
	return &Error{Err: err, Hint: advice}
}

// query is what the user typed about a host.
type query struct {
	destination string   // [user@]host[:port] or ssh://[user@]host[:port]
	port        int      // --ssh-port, 0 for the configured one
	sshCommand  []string // --ssh, split into words: "ssh" and options
	command     string   // for the host, its words joined by blanks; empty for the login shell
}

// newResolver reads what the user typed: the host, and how to find it.
func newResolver(env environment, q query) (destination, resolver, error) {
	d, err := parseDestination(q.destination)
	if err != nil {
		return d, resolver{}, &Error{Err: err, Hint: "a destination is [user@]host[:port] or ssh://[user@]host[:port]"}
	}
	args, err := parseSSHArgs(q.sshCommand)
	return d, resolver{env: env, args: args, port: q.port, command: q.command}, err
}

// resolve returns the configuration of the host that q names.
func resolve(ctx context.Context, env environment, q query) (*Config, error) {
	d, hosts, err := newResolver(env, q)
	if err != nil {
		return nil, err
	}
	return hosts.resolve(ctx, d)
}
