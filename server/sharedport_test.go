//go:build unix

package server

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"gm/server/registry"
	"gm/server/registry/registrytest"
	"gm/wire/udp"
)

func TestDefaultPorts(t *testing.T) {
	for name, c := range map[string]struct {
		args, variable string
		want           udp.PortRange
		set, warns     bool
	}{
		"nothing":             {"new", "", udp.DefaultPorts(), false, false},
		"variable":            {"new", "60005", udp.PortRange{Low: 60005, High: 60005}, true, false},
		"range":               {"new", "60005:60010", udp.PortRange{Low: 60005, High: 60010}, true, false},
		"command line":        {"new -p 60007", "60005", udp.PortRange{Low: 60007, High: 60007}, true, false},
		"wrong variable":      {"new", "many", udp.DefaultPorts(), false, true},
		"variable for attach": {"attach", "60005", udp.PortRange{Low: 60005, High: 60005}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			getenv := func(name string) string { return map[string]string{portVariable: c.variable}[name] }
			words := strings.Fields(c.args)
			parse := parseOptions
			if words[0] != verbNew {
				parse = parseVerb
			}
			o, err := parse(words, getenv)
			if err != nil || o.ports != c.want || o.portsSet != c.set || (len(o.warnings) > 0) != c.warns {
				t.Errorf("ports %v, set %v, warnings %q, %v", o.ports, o.portsSet, o.warnings, err)
			}
		})
	}
}

// A port that sessions share is opened for all addresses, as the next client may come by
// another one; an address of -i is kept.
func TestSharedPortBindsAllAddresses(t *testing.T) {
	ssh := func(name string) string {
		return map[string]string{"SSH_CONNECTION": "192.0.2.1 5 198.51.100.7 22"}[name]
	}
	for args, want := range map[string]string{
		"new -s":                        "198.51.100.7",
		"new -s -p 60001":               "invalid IP",
		"new -p 60001 -s":               "invalid IP",
		"new -s -p 60001:60002":         "198.51.100.7",
		"new -s -p 0":                   "198.51.100.7",
		"new -p 60001 -i 198.51.100.9":  "198.51.100.9",
		"new -s -i 198.51.100.9 -p 443": "198.51.100.9",
	} {
		t.Run(args, func(t *testing.T) {
			o, err := parseOptions(strings.Fields(args), ssh)
			if err != nil || o.bind.String() != want {
				t.Errorf("bound to %v, %v", o.bind, err)
			}
		})
	}
}

func newSharer(t *testing.T) sharer {
	t.Helper()
	return sharer{registry: registry.Open(registrytest.Getenv(registrytest.Dir(t))), log: t.Logf}
}

func freePort(t *testing.T) udp.PortRange {
	t.Helper()
	conn, err := udp.Listen(netip.MustParseAddr("127.0.0.1"), udp.PortRange{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return udp.PortRange{Low: conn.Local().Port(), High: conn.Local().Port()}
}

func TestSharer(t *testing.T) {
	s, bind, ports := newSharer(t), netip.MustParseAddr("127.0.0.1"), freePort(t)
	first, err := s.open(bind, ports)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.open(bind, ports)
	if err != nil {
		t.Fatal(err)
	}
	if first.Local() != second.Local() || first.Local().Port() != ports.Low {
		t.Errorf("the sockets are bound to %v and %v", first.Local(), second.Local())
	}
	first.Close()
	second.Close()
	if _, err := second.Read(nil); !errors.Is(err, net.ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
	alone, err := s.open(bind, udp.PortRange{Low: ports.Low, High: ports.Low + 1})
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if _, ok := alone.(routed); ok {
		t.Error("a port of a range is shared")
	}
	if _, err = s.open(bind, ports); err == nil || !strings.Contains(err.Error(), "is in use") || !strings.Contains(hintOf(err), "-p") {
		t.Errorf("beside a socket that is not shared: %v, hint %q", err, hintOf(err))
	}
}

// Without a directory for the port's files the session has the port alone.
func TestSharerWithoutDirectory(t *testing.T) {
	s, ports := sharer{log: t.Logf}, freePort(t)
	conn, err := s.listen(netip.MustParseAddr("127.0.0.1"), ports, nil)
	if err != nil {
		t.Fatal(err)
	}
	own, warning := s.join(conn, ports)
	defer own.Close()
	if own != socket(conn) || !strings.Contains(warning, "no other session can use UDP port") {
		t.Errorf("%T, warning %q", own, warning)
	}
}
