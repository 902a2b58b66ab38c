package sshconfig

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Print writes the keywords that have a value in the format of ssh -G, one line each, and
// one line per value for keywords that accumulate.
func (c *Config) Print(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "host %s\nuser %s\n", c.Alias, c.User())
	for _, k := range keywords {
		values := c.printValues(k)
		switch {
		case k.name == "user" || len(values) == 0:
		case k.kind == kindMulti || k.kind == kindMultiWord || k.name == "setenv":
			for _, value := range values {
				fmt.Fprintf(out, "%s %s\n", k.name, value)
			}
		default:
			fmt.Fprintf(out, "%s %s\n", k.name, strings.Join(values, " "))
		}
	}
	return out.Flush()
}

func (c *Config) printValues(k keyword) []string {
	values := c.List(k.name)
	switch k.name {
	case "proxyjump", "proxycommand":
		return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return strings.EqualFold(v, "none") })
	case "userknownhostsfile", "globalknownhostsfile":
	default:
		return values
	}
	expanded := make([]string, len(values))
	for i, value := range values {
		expanded[i] = value
		if path, err := c.ExpandPath(value); err == nil {
			expanded[i] = path
		}
	}
	return expanded
}
