//go:build unix

package server

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"gm/wire/state"
	"gm/wire/udp"
)

func parse(t *testing.T, line, sshConnection string) (options, error) {
	t.Helper()
	return parseOptions(strings.Fields(line), func(name string) string {
		switch name {
		case "SSH_CONNECTION":
			return sshConnection
		case portVariable:
			return ""
		}
		t.Errorf("asked for %s", name)
		return ""
	})
}

func TestOptions(t *testing.T) {
	loopback := netip.MustParseAddr("127.0.0.1")
	tests := []struct {
		line string
		want func(o *options)
	}{
		{"", func(o *options) {}},
		{"new", func(o *options) {}},
		{"new --", func(o *options) {}},
		{"-- cat -v", func(o *options) { o.command = []string{"cat", "-v"} }},
		{"new -- --help", func(o *options) { o.command = []string{"--help"} }},
		{"new -- a -- b", func(o *options) { o.command = []string{"a", "--", "b"} }},
		{"new -v", func(o *options) { o.verbose = true }},
		{"new -i 127.0.0.1 -p 61000", func(o *options) { o.bind, o.ports = loopback, udp.PortRange{Low: 61000, High: 61000} }},
		{"new -p61000:61010 -c256 -vi127.0.0.1", func(o *options) {
			o.bind, o.ports, o.colors, o.verbose = loopback, udp.PortRange{Low: 61000, High: 61010}, 256, true
		}},
		{"new -p 0", func(o *options) { o.ports = udp.PortRange{} }},
		{"new -i ::ffff:127.0.0.1", func(o *options) { o.bind = loopback }},
		{"new -s", func(o *options) { o.bind = netip.MustParseAddr("192.0.2.1") }},
		{"new -i 127.0.0.1 -s", func(o *options) { o.bind = netip.MustParseAddr("192.0.2.1") }},
		{"new -s -i 127.0.0.1", func(o *options) { o.bind = loopback }},
		{"new -l LANG=x -l LC_ALL=y", func(o *options) { o.locale = []string{"LANG=x", "LC_ALL=y"} }},
		{"new -c -5", func(o *options) { o.colors = -5 }},
		{"new -@ gm=screen", func(o *options) { o.extensions = state.ExtScreen }},
		{"new -@ gm=screen,appearance", func(o *options) { o.extensions = state.ExtScreen | state.ExtAppearance }},
		{"new -@ gm=echo,echo", func(o *options) { o.extensions = state.ExtEcho }},
		{"new -@ gm=telepathy,screen,screen", func(o *options) { o.extensions = state.ExtScreen }},
		{"new -@ anything", func(o *options) {}},
		{"127.0.0.1", func(o *options) { o.bind = loopback }},
		{"127.0.0.1 61000", func(o *options) { o.bind, o.ports = loopback, udp.PortRange{Low: 61000, High: 61000} }},
		{"--help", func(o *options) { o.help = true }},
		{"new -h", func(o *options) { o.help = true }},
		{"new --version", func(o *options) { o.version = true }},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			want := options{ports: udp.DefaultPorts()}
			test.want(&want)
			got, err := parse(t, test.line, "192.0.2.9 50000 192.0.2.1 22")
			if err != nil {
				t.Fatal(err)
			}
			if len(got.warnings) > 0 {
				t.Errorf("warnings %q", got.warnings)
			}
			if got.verb != verbNew || !sameOptions(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		})
	}
}

func sameOptions(a, b options) bool {
	return a.bind == b.bind && a.ports == b.ports && a.colors == b.colors &&
		slices.Equal(a.locale, b.locale) && a.extensions == b.extensions &&
		a.verbose == b.verbose && a.help == b.help && a.version == b.version &&
		slices.Equal(a.command, b.command)
}

// What mosh-server 1.4.0 warns of and lives with.
func TestOptionsWarn(t *testing.T) {
	tests := []struct{ line, ssh, warning string }{
		{"new -x", "", `unknown option -- 'x'`},
		{"new -vx -c 8", "", `unknown option -- 'x'`},
		{"new -p", "", `option requires a value -- 'p'`},
		{"new true", "", `ignored: "true" (a command follows --)`},
		{"new -i nowhere", "", `bad IP address "nowhere": listening on every address`},
		{"nowhere", "", `bad IP address "nowhere": listening on every address`},
		{"new -s", "", `SSH_CONNECTION is not set: listening on every address`},
		{"new -s", "1.2.3.4 5 6.7.8.9", `bad SSH_CONNECTION "1.2.3.4 5 6.7.8.9": listening on every address`},
		{"new -s", "junk", `bad SSH_CONNECTION "junk": listening on every address`},
		{"new -s", "a 1 b 2", `bad IP address "b": listening on every address`},
	}
	for _, test := range tests {
		o, err := parse(t, test.line, test.ssh)
		if err != nil || len(o.warnings) != 1 || o.warnings[0] != test.warning {
			t.Errorf("%q: warnings %q, error %v", test.line, o.warnings, err)
		}
		if o.bind.IsValid() {
			t.Errorf("%q: binds %v", test.line, o.bind)
		}
	}
}

func TestOptionsRefuse(t *testing.T) {
	for _, line := range []string{
		"new -p abc", "new -p 70000", "new -p -1", "new -p 2:1", "new -p 0:5", "new -p 5:",
		"new -c abc", "127.0.0.1 abc", "127.0.0.1 70000", "one two three",
	} {
		if o, err := parse(t, line, ""); err == nil {
			t.Errorf("%q is taken: %+v", line, o)
		}
	}
}
