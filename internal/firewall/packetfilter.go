package firewall

import (
	"context"
	"strings"
)

// lookBSD finds pf or ipfw, by rc.conf(5) and, as root, by pf's state.
func lookBSD(ctx context.Context, h host, ports Ports, pfByDefault bool) Firewall {
	conf := h.File("/etc/rc.conf") + "\n" + h.File("/etc/rc.conf.local")
	sudo := asRoot(h)
	switch {
	case isYes(conf, "firewall_enable", false):
		return Firewall{Name: "ipfw", Command: sudo + "ipfw add 100 allow udp from any to me " + ports.with("-") + " in", Temporary: true}
	case !isYes(conf, "pf_enable", pfByDefault) || !isYes(conf, "pf", true):
		return Firewall{}
	}
	f := Firewall{
		Name:    "pf",
		Command: `echo "pass in proto udp to port ` + ports.with(":") + `" | ` + sudo + "tee -a /etc/pf.conf && " + sudo + "pfctl -f /etc/pf.conf",
	}
	if h.Root() {
		var text string
		text, f.Read = h.Output(ctx, "pfctl", "-s", "rules")
		f.Drops = strings.Contains(text, "block ")
	}
	return f
}

// isYes returns the value of a variable of rc.conf(5), or the default.
func isYes(conf, name string, byDefault bool) bool {
	for line := range strings.Lines(conf) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), "="); key == name {
			byDefault = strings.EqualFold(strings.Trim(value, `"' `), "yes")
		}
	}
	return byDefault
}

const socketFilter = "/usr/libexec/ApplicationFirewall/socketfilterfw"

// lookDarwin finds the firewall for applications of macOS. program is the path of this one.
func lookDarwin(ctx context.Context, h host, program string) Firewall {
	text, ok := h.Output(ctx, socketFilter, "--getglobalstate")
	if !ok || !strings.Contains(text, "enabled") {
		return Firewall{Read: ok}
	}
	f := Firewall{Name: "the firewall of macOS", Read: true, Drops: true}
	if !strings.Contains(program, "/.new-") && !strings.ContainsAny(program, "' \\") { // a file that stays
		f.Command = asRoot(h) + socketFilter + " --add " + program + " && " + asRoot(h) + socketFilter + " --unblockapp " + program
	}
	return f
}
