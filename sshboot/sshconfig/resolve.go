package sshconfig

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gm/internal/hint"
	"gm/internal/hostlookup"
)

// Resolver finds the configuration of hosts.
type Resolver struct {
	Env  Environment
	Args Args
	port int // --ssh-port
	// Command is the user's command, its words joined by blanks.
	command string
}

// Resolve returns the configuration of the host that the user named.
func (r Resolver) Resolve(ctx context.Context, d Destination) (*Config, error) {
	c := New(d.Host, r.Env)
	c.command = r.command
	if err := r.Args.apply(c, d, r.port); err != nil {
		return nil, &hint.Error{Err: err}
	}
	c.userTyped = c.IsSet("user")
	if err := c.checkTyped(); err != nil {
		return nil, &hint.Error{Err: err}
	}
	return c, r.files(ctx, c)
}

// ResolveJump returns the configuration of a jump host. As with ssh, the options of the
// command line do not apply to it. via is the chain of jump hosts before it.
func (r Resolver) ResolveJump(ctx context.Context, d Destination, via string) (*Config, error) {
	c := New(d.Host, r.Env)
	c.isJump = true
	if via != "" {
		c.values["proxyjump"] = []string{via}
	}
	if err := (Args{}).apply(c, d, 0); err != nil {
		return nil, &hint.Error{Err: err}
	}
	c.userTyped = c.IsSet("user")
	return c, r.files(ctx, c)
}

// files reads the configuration files into c, and a second time if Match final requests it
// or canonicalization has changed the name of the host.
func (r Resolver) files(ctx context.Context, c *Config) error {
	reader := configReader{ctx: ctx, config: c}
	if err := r.pass(&reader); err != nil {
		return err
	}
	host, err := c.expandHostName()
	if err != nil {
		return &hint.Error{Err: fmt.Errorf("HostName %s: %w", c.Word("hostname"), err)}
	}
	host = strings.ToLower(host)
	if addr, err := hostlookup.ParseAddr(host); err == nil {
		host = addr.String()
	}
	canonical, err := c.canonicalize(ctx, host)
	if err != nil {
		return &hint.Error{Err: err}
	}
	c.values["hostname"] = []string{canonical}
	if reader.wantFinal || canonical != host {
		reader.final = true
		if err := r.pass(&reader); err != nil {
			return err
		}
	}
	if err := cmp.Or(c.expandUser(), c.checkPaths()); err != nil {
		return &hint.Error{Err: err}
	}
	if c.IsSet("refuseconnection") {
		return &hint.Error{Err: fmt.Errorf("RefuseConnection for %s: %s", c.Alias, c.Word("refuseconnection"))}
	}
	return nil
}

func (r Resolver) scopes() (scopes []scope, required bool) {
	own := filepath.Join(r.Env.Home, ".ssh")
	switch only := r.Args.ConfigFile; {
	case strings.EqualFold(only, "none"):
		return nil, false
	case only != "":
		return []scope{{path: r.Env.expandHome(only), dir: own, active: true, trusted: true}}, true
	}
	return []scope{
		{path: filepath.Join(own, "config"), dir: own, active: true},
		{path: r.Env.SystemConfig, dir: filepath.Dir(r.Env.SystemConfig), active: true, trusted: true},
	}, false
}

// pass reads the configuration files once. As with ssh, the file of -F has to exist, and
// the others may be unreadable.
func (r Resolver) pass(reader *configReader) error {
	scopes, required := r.scopes()
	for _, s := range scopes {
		if required {
			f, err := os.Open(s.path)
			if err != nil {
				return &hint.Error{Err: fmt.Errorf("read configuration: %w", err)}
			}
			f.Close()
		}
		if err := reader.readIfPossible(s); err != nil {
			return withHint(err)
		}
	}
	return nil
}

func withHint(err error) error {
	if ours, ok := errors.AsType[*hint.Error](err); ok {
		return ours
	}
	advice := ""
	if bad, ok := errors.AsType[*fileErrors](err); ok && bad.unknown {
		advice = "IgnoreUnknown makes a keyword that only some programs know harmless"
	}
	return &hint.Error{Err: err, Hint: advice}
}

// Query names a host in the way that the user did on the command line.
type Query struct {
	Destination string   // [user@]host[:port] or ssh://[user@]host[:port]
	Port        int      // --ssh-port, 0 for the configured one
	SSHCommand  []string // --ssh, split into words: "ssh" and options
	Command     string   // to run on the host, its words joined by blanks; "" for the login shell
}

// NewResolver parses the destination and the options of q.
func NewResolver(env Environment, q Query) (Destination, Resolver, error) {
	d, err := ParseDestination(q.Destination)
	if err != nil {
		return d, Resolver{}, &hint.Error{Err: err, Hint: "a destination is [user@]host[:port] or ssh://[user@]host[:port]"}
	}
	args, err := ParseArgs(q.SSHCommand)
	return d, Resolver{Env: env, Args: args, port: q.Port, command: q.Command}, err
}

// Resolve returns the configuration of the host that q names.
func Resolve(ctx context.Context, env Environment, q Query) (*Config, error) {
	destination, resolver, err := NewResolver(env, q)
	if err != nil {
		return nil, err
	}
	return resolver.Resolve(ctx, destination)
}
