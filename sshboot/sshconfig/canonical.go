package sshconfig

import (
	"context"
	"fmt"
	"strings"

	"gm/internal/hostlookup"
)

func (c *Config) expandHostName() (string, error) {
	if !c.IsSet("hostname") {
		return c.Alias, nil
	}
	var out strings.Builder
	for s := c.Word("hostname"); ; {
		before, rest, found := strings.Cut(s, "%")
		out.WriteString(before)
		switch {
		case !found:
			return out.String(), nil
		case strings.HasPrefix(rest, "h"):
			out.WriteString(c.Alias)
		case strings.HasPrefix(rest, "%"):
			out.WriteByte('%')
		default:
			return "", fmt.Errorf("unknown token after %%")
		}
		s = rest[1:]
	}
}

// canonicalize returns the fully qualified name of host according to CanonicalizeHostname
// and the related keywords (ssh_config(5)). Addresses, and names with more dots than
// CanonicalizeMaxDots, are returned unchanged.
func (c *Config) canonicalize(ctx context.Context, host string) (string, error) {
	mode := c.Word("canonicalizehostname")
	proxied := c.Jump() != "" || c.IsSet("proxycommand") && !strings.EqualFold(c.Word("proxycommand"), "none")
	if mode == "false" || mode == "true" && proxied {
		return host, nil
	}
	if _, err := hostlookup.ParseAddr(host); err == nil {
		return host, nil
	}
	if anchored, ok := strings.CutSuffix(host, "."); ok {
		return anchored, nil
	}
	if strings.Count(host, ".") > c.Number("canonicalizemaxdots") {
		return host, nil
	}
	for _, domain := range c.List("canonicaldomains") {
		if strings.EqualFold(domain, "none") {
			break
		}
		full := host + "." + strings.Trim(domain, ".")
		if _, err := c.Env.resolver.LookupHost(ctx, full); err == nil {
			return c.followCNAME(ctx, full), nil
		}
	}
	if !c.Flag("canonicalizefallbacklocal") {
		return "", fmt.Errorf("resolve %q: it is not in CanonicalDomains", host)
	}
	return host, nil
}

// followCNAME returns the target of the CNAME record of name if a rule SOURCES:TARGETS of
// CanonicalizePermittedCNAMEs permits it, otherwise name.
func (c *Config) followCNAME(ctx context.Context, name string) string {
	target, err := c.Env.resolver.LookupCNAME(ctx, name)
	target = strings.ToLower(strings.TrimSuffix(target, "."))
	if err != nil || target == name || !ValidHost(target) {
		return name
	}
	for _, rule := range c.List("canonicalizepermittedcnames") {
		sources, targets, ok := strings.Cut(rule, ":")
		if ok && matchAny(sources, name) && matchAny(targets, target) {
			return target
		}
	}
	return name
}
