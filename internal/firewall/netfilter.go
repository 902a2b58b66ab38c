package firewall

import (
	"context"
	"strings"
)

// lookLinux finds the program that manages the rules of netfilter, as rules that are changed
// behind its back are lost.
func lookLinux(ctx context.Context, h host, ports Ports) Firewall {
	rules := readRules(ctx, h)
	found := Firewall{Read: rules.read, Drops: len(rules.closed()) > 0 || len(rules.tables) > 0}
	switch sudo := asRoot(h); {
	case h.Exists("/run/firewalld") || h.Exists(cgroupOf("firewalld")):
		found.Name = "firewalld"
		add := "--add-port=" + ports.with("-") + "/udp"
		found.Command = sudo + "firewall-cmd " + add + " && " + sudo + "firewall-cmd --permanent " + add
	case ufwEnabled(h.File("/etc/ufw/ufw.conf")):
		found.Name = "ufw"
		found.Command = sudo + "ufw allow " + ports.with(":") + "/udp"
	case len(rules.tables) > 0 && len(rules.closed()) > 0:
		found.Name, found.Command, found.Temporary = "iptables and nftables", iptables(sudo, rules.tables, ports)+" && "+nft(sudo, rules.closed(), ports), true
	case len(rules.tables) > 0:
		found.Name, found.Command, found.Temporary = "iptables", iptables(sudo, rules.tables, ports), true
	case len(rules.closed()) > 0:
		found.Name, found.Command, found.Temporary = "nftables", nft(sudo, rules.closed(), ports), true
	case rules.read: // and nothing that drops
		if len(rules.chains) > 0 {
			found.Name = "nftables"
		}
	default:
		return lookAtFiles(h, sudo, ports)
	}
	return found
}

// cgroupOf returns the directory of a service of systemd, which exists while it runs.
func cgroupOf(service string) string { return "/sys/fs/cgroup/system.slice/" + service + ".service" }

func ufwEnabled(conf string) bool {
	for line := range strings.Lines(conf) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), "="); key == "ENABLED" {
			return strings.EqualFold(strings.Trim(value, `"' `), "yes")
		}
	}
	return false
}

// wants is the directory with the services that systemd starts at boot.
const wants = "/etc/systemd/system/"

// lookAtFiles finds the firewall by the files that configure it at boot, for an account that
// cannot read its rules.
func lookAtFiles(h host, sudo string, ports Ports) Firewall {
	conf := parseNFT(h.File("/etc/nftables.conf") + "\n" + h.File("/etc/nftables.nft") + "\n" + h.File("/etc/sysconfig/nftables.conf"))
	boots := h.Exists(wants+"sysinit.target.wants/nftables.service") || h.Exists(wants+"multi-user.target.wants/nftables.service") || h.Exists("/etc/runlevels/default/nftables")
	if closed := (rules{chains: conf}).closed(); boots && len(closed) > 0 {
		return Firewall{Name: "nftables", Command: nft(sudo, closed, ports), Temporary: true}
	}
	var tables []string
	for _, saved := range [...][3]string{
		{"iptables", "/etc/iptables/rules.v4", "/etc/sysconfig/iptables"}, {"ip6tables", "/etc/iptables/rules.v6", "/etc/sysconfig/ip6tables"},
	} {
		if (h.Exists(saved[1]) || h.Exists(saved[2])) && h.Find(saved[0]) != "" {
			tables = append(tables, saved[0])
		}
	}
	if len(tables) > 0 {
		return Firewall{Name: "iptables", Command: iptables(sudo, tables, ports), Temporary: true}
	}
	return Firewall{}
}

// rules are those of netfilter that may drop packets to programs of this machine.
type rules struct {
	read   bool
	chains []chain
	tables []string // the programs of iptables whose chain INPUT may drop
}

// closed returns the chains of nftables that may drop, without those of tables.
func (r rules) closed() (out []chain) {
	for _, c := range r.chains {
		if c.closed && !(c.iptables() && len(r.tables) > 0) {
			out = append(out, c)
		}
	}
	return out
}

func readRules(ctx context.Context, h host) (r rules) {
	if !h.Root() {
		return r
	}
	if h.Find("nft") != "" {
		text, ok := h.Output(ctx, "nft", "-t", "list", "ruleset")
		r.read, r.chains = ok, parseNFT(text)
	}
	for _, program := range []string{"iptables", "ip6tables"} {
		if h.Find(program) == "" {
			continue
		}
		text, ok := h.Output(ctx, program, "-S", "INPUT")
		if r.read = r.read || ok; ok && dropsInput(text) {
			r.tables = append(r.tables, program)
		}
	}
	return r
}

// dropsInput reports whether the rules of a chain, as of iptables -S, may drop: by its policy
// or by a rule with another target than ACCEPT.
func dropsInput(text string) bool {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		for i, word := range words[:max(len(words)-1, 0)] {
			if word == "-P" && i+2 < len(words) && words[i+2] != "ACCEPT" {
				return true
			}
			if target := words[i+1]; (word == "-j" || word == "-g") && target != "ACCEPT" && target != "LOG" && target != "RETURN" {
				return true
			}
		}
	}
	return false
}

func iptables(sudo string, programs []string, ports Ports) string {
	var commands []string
	for _, program := range programs {
		commands = append(commands, sudo+program+" -I INPUT -p udp --dport "+ports.with(":")+" -j ACCEPT")
	}
	return strings.Join(commands, " && ")
}

// maxChains is the number of chains that a command changes.
const maxChains = 4

func nft(sudo string, chains []chain, ports Ports) string {
	var commands []string
	for _, c := range chains[:min(len(chains), maxChains)] {
		commands = append(commands, "insert rule "+c.family+" "+c.table+" "+c.name+" udp dport "+ports.with("-")+" accept")
	}
	return sudo + "nft " + quoted(commands)
}

// providers are the names of machines' vendors, in their firmware, whose networks have
// firewalls that are configured elsewhere.
var providers = []struct{ vendor, name string }{
	{"Amazon EC2", "Amazon EC2"}, {"Google", "Google Cloud"}, {"Microsoft Corporation", "Microsoft Azure"}, {"DigitalOcean", "DigitalOcean"},
	{"Hetzner", "Hetzner"}, {"OpenStack Foundation", "an OpenStack cloud"}, {"Alibaba Cloud", "Alibaba Cloud"}, {"OracleCloud.com", "Oracle Cloud"},
	{"Scaleway", "Scaleway"}, {"Vultr", "Vultr"}, {"Linode", "Linode"}, {"Akamai", "Linode"}, {"UpCloud", "UpCloud"}, {"Exoscale", "Exoscale"},
}

func provider(h host) string {
	vendor := strings.TrimSpace(h.File("/sys/class/dmi/id/sys_vendor"))
	tag := strings.TrimSpace(h.File("/sys/class/dmi/id/chassis_asset_tag"))
	product := strings.TrimSpace(h.File("/sys/class/dmi/id/product_name"))
	for _, p := range providers {
		switch {
		case p.vendor != vendor && p.vendor != tag:
		case vendor == "Google" && product != "Google Compute Engine": // a Chromebook
		case vendor == "Microsoft Corporation" && tag != azureTag: // Hyper-V, a Surface
		default:
			return p.name
		}
	}
	return ""
}

// azureTag is the asset tag of all machines of Azure.
const azureTag = "7783-7084-3265-9085-8269-3286-77"
