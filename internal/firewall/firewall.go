package firewall

import (
	"context"
	"fmt"
	"strings"
)

// Firewall is a firewall of this machine.
type Firewall struct {
	Name      string // "firewalld", "ufw", "nftables", "iptables", "pf" ...; empty if none was found
	Read      bool   // its rules were read
	Drops     bool   // they may drop or reject UDP
	Command   string // that has it accept UDP to the ports, with sudo or doas if needed; empty if it is not known
	Temporary bool   // what Command opens is closed at the next boot
}

// Ports are UDP ports, both ends included.
type Ports struct{ Low, High uint16 }

// with returns the ports with a word between them, or the only one.
func (p Ports) with(separator string) string {
	if p.Low == p.High {
		return fmt.Sprint(p.Low)
	}
	return fmt.Sprintf("%d%s%d", p.Low, separator, p.High)
}

// Look finds the firewall. It takes as long as the system's programs take to list rules; ctx
// ends them.
func Look(ctx context.Context, ports Ports) Firewall { return look(ctx, system{}, ports) }

// Provider returns whose machine this is, such as "Amazon EC2", if it is one of a provider
// with firewalls of its own; empty if that is not known.
func Provider() string { return provider(system{}) }

// host is what look looks at.
type host interface {
	// File returns the text of a file; empty if it cannot be read.
	File(path string) string
	// Exists reports whether there is a file or directory.
	Exists(path string) bool
	// Find returns the path of a program; empty if there is none.
	Find(program string) string
	// Output runs a program that lists something. ok is false if it fails.
	Output(ctx context.Context, program string, args ...string) (text string, ok bool)
	// Root reports whether this process may read rules.
	Root() bool
}

// asRoot returns how a command line begins that needs root's rights.
func asRoot(h host) string {
	switch {
	case h.Root():
	case h.Find("sudo") != "":
		return "sudo "
	case h.Find("doas") != "":
		return "doas "
	}
	return ""
}

// quoted quotes a command for a shell, if there are several.
func quoted(commands []string) string {
	if len(commands) == 1 {
		return commands[0]
	}
	return "'" + strings.Join(commands, "; ") + "'"
}
