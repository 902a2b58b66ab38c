package firewall

import (
	"context"
	"strings"
	"testing"
)

// fake is a host with some files and programs.
type fake struct {
	files    map[string]string
	programs string // that it has
	outputs  map[string]string
	root     bool
}

func (f fake) File(path string) string { return f.files[path] }
func (f fake) Exists(path string) bool {
	_, ok := f.files[path]
	return ok
}
func (f fake) Find(program string) string {
	for _, p := range strings.Fields(f.programs) {
		if p == program {
			return "/usr/sbin/" + p
		}
	}
	return ""
}
func (f fake) Output(_ context.Context, program string, args ...string) (string, bool) {
	text, ok := f.outputs[strings.Join(append([]string{program}, args...), " ")]
	return text, ok
}
func (f fake) Root() bool { return f.root }

const (
	listing = `table inet filter {
	set blocked {
		type ipv4_addr
		elements = { 192.0.2.1, 192.0.2.2 }
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport { 22, 80 } accept # {
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
	chain out {
		type filter hook output priority filter; policy accept;
		udp dport 53 drop
	}
}
table ip nat {
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		drop
	}
}
table ip6 mangle {
	chain early {
		type filter hook prerouting priority raw; policy accept;
		udp dport 60001 reject
	}
}
`
	passing = `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
	}
}
`
	iptablesInNFT = `table ip filter {
	chain INPUT {
		type filter hook input priority filter; policy drop;
	}
}
`
	written = `#!/usr/sbin/nft -f
flush ruleset
table inet filter { chain input { type filter hook input priority 0; policy drop; iif lo accept; } }
`
)

func TestLookLinux(t *testing.T) {
	ports := Ports{60001, 60999}
	nftService := "/etc/systemd/system/sysinit.target.wants/nftables.service"
	for name, c := range map[string]struct {
		host  fake
		ports Ports
		want  Firewall
	}{
		"nothing": {},
		"ufw": {host: fake{files: map[string]string{"/etc/ufw/ufw.conf": "# x\nENABLED=yes\n"}, programs: "sudo ufw"},
			want: Firewall{Name: "ufw", Command: "sudo ufw allow 60001:60999/udp"}},
		"ufw for root and one port": {host: fake{files: map[string]string{"/etc/ufw/ufw.conf": "ENABLED=yes\n"}, root: true, programs: "sudo"}, ports: Ports{443, 443},
			want: Firewall{Name: "ufw", Command: "ufw allow 443/udp"}},
		"ufw turned off": {host: fake{files: map[string]string{"/etc/ufw/ufw.conf": "ENABLED=no\n"}}},
		"firewalld": {host: fake{files: map[string]string{"/run/firewalld": ""}, programs: "doas"},
			want: Firewall{Name: "firewalld", Command: "doas firewall-cmd --add-port=60001-60999/udp && doas firewall-cmd --permanent --add-port=60001-60999/udp"}},
		"firewalld in systemd": {host: fake{files: map[string]string{"/sys/fs/cgroup/system.slice/firewalld.service": ""}},
			want: Firewall{Name: "firewalld", Command: "firewall-cmd --add-port=60001-60999/udp && firewall-cmd --permanent --add-port=60001-60999/udp"}},
		"nftables for root": {host: fake{root: true, programs: "nft", outputs: map[string]string{"nft -t list ruleset": listing}},
			want: Firewall{Name: "nftables", Read: true, Drops: true,
				Command: "nft 'insert rule inet filter input udp dport 60001-60999 accept; insert rule ip6 mangle early udp dport 60001-60999 accept'", Temporary: true}},
		"nftables that passes": {host: fake{root: true, programs: "nft", outputs: map[string]string{"nft -t list ruleset": passing}},
			want: Firewall{Name: "nftables", Read: true}},
		"no rules": {host: fake{root: true, programs: "nft iptables", outputs: map[string]string{"nft -t list ruleset": "", "iptables -S INPUT": "-P INPUT ACCEPT\n"}},
			want: Firewall{Read: true}},
		"iptables": {host: fake{root: true, programs: "iptables ip6tables", outputs: map[string]string{
			"iptables -S INPUT": "-P INPUT ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n", "ip6tables -S INPUT": "-P INPUT DROP\n"}},
			want: Firewall{Name: "iptables", Read: true, Drops: true,
				Command: "iptables -I INPUT -p udp --dport 60001:60999 -j ACCEPT && ip6tables -I INPUT -p udp --dport 60001:60999 -j ACCEPT", Temporary: true}},
		"iptables by nftables": {host: fake{root: true, programs: "nft iptables", outputs: map[string]string{"nft -t list ruleset": iptablesInNFT, "iptables -S INPUT": "-P INPUT DROP\n"}},
			want: Firewall{Name: "iptables", Read: true, Drops: true, Command: "iptables -I INPUT -p udp --dport 60001:60999 -j ACCEPT", Temporary: true}},
		"iptables beside nftables": {host: fake{root: true, programs: "nft iptables", outputs: map[string]string{"nft -t list ruleset": iptablesInNFT + listing, "iptables -S INPUT": "-P INPUT DROP\n"}},
			want: Firewall{Name: "iptables and nftables", Read: true, Drops: true, Command: "iptables -I INPUT -p udp --dport 60001:60999 -j ACCEPT" +
				" && nft 'insert rule inet filter input udp dport 60001-60999 accept; insert rule ip6 mangle early udp dport 60001-60999 accept'", Temporary: true}},
		"tables of iptables, which is gone": {host: fake{root: true, programs: "nft", outputs: map[string]string{"nft -t list ruleset": iptablesInNFT}},
			want: Firewall{Name: "nftables", Read: true, Drops: true, Command: "nft insert rule ip filter INPUT udp dport 60001-60999 accept", Temporary: true}},
		"iptables that passes": {host: fake{root: true, programs: "iptables", outputs: map[string]string{"iptables -S INPUT": "-P INPUT ACCEPT\n-A INPUT -j LOG\n"}},
			want: Firewall{Read: true}},
		"root of a container": {host: fake{root: true, programs: "nft iptables"}},
		"the file of nftables": {host: fake{programs: "sudo", files: map[string]string{"/etc/nftables.conf": written, nftService: ""}},
			want: Firewall{Name: "nftables", Command: "sudo nft insert rule inet filter input udp dport 60001-60999 accept", Temporary: true}},
		"the file of nftables, which is not used": {host: fake{files: map[string]string{"/etc/nftables.conf": written}}},
		"the file of iptables": {host: fake{programs: "iptables ip6tables sudo", files: map[string]string{"/etc/iptables/rules.v4": "", "/etc/sysconfig/ip6tables": ""}},
			want: Firewall{Name: "iptables", Command: "sudo iptables -I INPUT -p udp --dport 60001:60999 -j ACCEPT && sudo ip6tables -I INPUT -p udp --dport 60001:60999 -j ACCEPT", Temporary: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.ports == (Ports{}) {
				c.ports = ports
			}
			if got := lookLinux(t.Context(), c.host, c.ports); got != c.want {
				t.Errorf("\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}

func TestLookBSD(t *testing.T) {
	const pf = `echo "pass in proto udp to port 60001:60999" | tee -a /etc/pf.conf && pfctl -f /etc/pf.conf`
	for name, c := range map[string]struct {
		host    fake
		openBSD bool
		want    Firewall
	}{
		"none": {},
		"pf":   {host: fake{files: map[string]string{"/etc/rc.conf": "pf_enable=\"YES\"\n"}}, want: Firewall{Name: "pf", Command: pf}},
		"pf with doas": {host: fake{programs: "doas", files: map[string]string{"/etc/rc.conf": "pf_enable=YES\n"}},
			want: Firewall{Name: "pf", Command: `echo "pass in proto udp to port 60001:60999" | doas tee -a /etc/pf.conf && doas pfctl -f /etc/pf.conf`}},
		"pf for root": {host: fake{root: true, files: map[string]string{"/etc/rc.conf": "pf_enable=\"YES\"\n"}, outputs: map[string]string{"pfctl -s rules": "block drop in all\n"}},
			want: Firewall{Name: "pf", Read: true, Drops: true, Command: pf}},
		"pf of OpenBSD":            {openBSD: true, want: Firewall{Name: "pf", Command: pf}},
		"pf of OpenBSD turned off": {openBSD: true, host: fake{files: map[string]string{"/etc/rc.conf.local": "pf=NO\n"}}},
		"ipfw": {host: fake{files: map[string]string{"/etc/rc.conf": "firewall_enable=\"YES\"\n"}},
			want: Firewall{Name: "ipfw", Command: "ipfw add 100 allow udp from any to me 60001-60999 in", Temporary: true}},
	} {
		if got := lookBSD(t.Context(), c.host, Ports{60001, 60999}, c.openBSD); got != c.want {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, c.want)
		}
	}
}

func TestLookDarwin(t *testing.T) {
	enabled := fake{programs: "sudo", outputs: map[string]string{socketFilter + " --getglobalstate": "Firewall is enabled. (State = 1)\n"}}
	disabled := fake{outputs: map[string]string{socketFilter + " --getglobalstate": "Firewall is disabled. (State = 0)\n"}}
	const name, command = "the firewall of macOS", "sudo " + socketFilter + " --add /opt/gm && sudo " + socketFilter + " --unblockapp /opt/gm"
	for _, c := range []struct {
		host    fake
		program string
		want    Firewall
	}{
		{enabled, "/opt/gm", Firewall{Name: name, Read: true, Drops: true, Command: command}},
		{enabled, "/Users/x/.cache/gm/.new-host-17", Firewall{Name: name, Read: true, Drops: true}},
		{enabled, "/Users/x y/gm", Firewall{Name: name, Read: true, Drops: true}},
		{disabled, "/opt/gm", Firewall{Read: true}},
		{fake{}, "/opt/gm", Firewall{}},
	} {
		if got := lookDarwin(t.Context(), c.host, c.program); got != c.want {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

func TestProvider(t *testing.T) {
	const dmi = "/sys/class/dmi/id/"
	for want, files := range map[string]map[string]string{
		"Amazon EC2":      {dmi + "sys_vendor": "Amazon EC2\n"},
		"Google Cloud":    {dmi + "sys_vendor": "Google\n", dmi + "product_name": "Google Compute Engine\n"},
		"Microsoft Azure": {dmi + "sys_vendor": "Microsoft Corporation\n", dmi + "chassis_asset_tag": azureTag + "\n"},
		"Oracle Cloud":    {dmi + "sys_vendor": "QEMU\n", dmi + "chassis_asset_tag": "OracleCloud.com\n"},
	} {
		if got := provider(fake{files: files}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, files := range []map[string]string{nil, {dmi + "sys_vendor": "LENOVO\n"}, {dmi + "sys_vendor": "Google\n", dmi + "product_name": "Eve\n"}, {dmi + "sys_vendor": "Microsoft Corporation\n"}} {
		if got := provider(fake{files: files}); got != "" {
			t.Errorf("%v is of %q", files, got)
		}
	}
}

// TestOutputIsBounded lists more than is read.
func TestOutputIsBounded(t *testing.T) {
	var b bounded
	for range 3 {
		b.Write(make([]byte, maxText/2))
	}
	if len(b) != maxText {
		t.Errorf("%d bytes", len(b))
	}
}

// FuzzNFT parses what nft does not print.
func FuzzNFT(f *testing.F) {
	for _, text := range []string{listing, passing, written, "}}{", "table a\nchain {", "chain x {\ntype filter hook input\n}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range parseNFT(text) {
			if !isName(c.table) || !isName(c.name) {
				t.Errorf("%+v", c)
			}
		}
	})
}
