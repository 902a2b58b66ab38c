package address

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// names are the answers of a name server; a name that is not among them fails.
type names map[string]string

func (n names) lookup(_ context.Context, name string) ([]netip.Addr, error) {
	if text, ok := n[name]; ok {
		return addrs(text), nil
	}
	return nil, errors.New("no such host")
}

func finder(login, routes string, n names) *Finder {
	return &Finder{
		Host: Host{Login: addr(login)}, Name: "host.example",
		lookup: n.lookup, prefixes: func() []netip.Prefix { return nil }, source: routed(routes).Source,
	}
}

func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		login, routes string
		names         names
		want          string
	}{
		"both families":         {"192.0.2.1", "46", names{"host.example": "192.0.2.1 2001:db8::1"}, "192.0.2.1 2001:db8::1"},
		"IPv4 in its IPv6 form": {"192.0.2.1", "46", names{"host.example": "::ffff:192.0.2.2"}, "192.0.2.1 192.0.2.2"},
		"no such name":          {"192.0.2.1", "46", names{}, "192.0.2.1"},
		"NAT64 is not looked for with IPv4": {"192.0.2.1", "46", names{nat64Name: "2001:db8:64::192.0.0.170"},
			"192.0.2.1"},
		"NAT64":                   {"192.0.2.1", "6", names{nat64Name: "2001:db8:64::192.0.0.170"}, "2001:db8:64::c000:201 192.0.2.1"},
		"NAT64 without an answer": {"192.0.2.1", "6", names{}, "64:ff9b::c000:201 192.0.2.1"},
		"NAT64 without a DNS64":   {"192.0.2.1", "6", names{nat64Name: "192.0.0.170 192.0.0.171"}, "64:ff9b::c000:201 192.0.2.1"},
		"no network":              {"192.0.2.1", "-", names{}, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := finder(c.login, c.routes, c.names)
			known := c.login
			if c.routes == "6" {
				known = "64:ff9b::c000:201 192.0.2.1"
			}
			if got := f.Known(); !slices.Equal(got, addrs(known)) {
				t.Errorf("known are %v", got)
			}
			if got := f.Find(t.Context()); !slices.Equal(got, addrs(c.want)) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// TestFindKeepsEarlierAddresses: a name server that fails does not take addresses away.
func TestFindKeepsEarlierAddresses(t *testing.T) {
	n := names{"host.example": "2001:db8::1"}
	f := finder("192.0.2.1", "46", n)
	f.Find(t.Context())
	delete(n, "host.example")
	if got := f.Find(t.Context()); !slices.Equal(got, addrs("192.0.2.1 2001:db8::1")) {
		t.Errorf("after a failure: %v", got)
	}
	n["host.example"] = "2001:db8::2"
	if got := f.Find(t.Context()); !slices.Equal(got, addrs("192.0.2.1 2001:db8::2")) {
		t.Errorf("after a change: %v", got)
	}
}

// TestFindWithoutLookups: what the user or the route to the host rules out is not asked
// for.
func TestFindWithoutLookups(t *testing.T) {
	for name, change := range map[string]func(*Finder){
		"no name":               func(f *Finder) { f.Name = "" },
		"a bound server":        func(f *Finder) { f.Host.Bound = addr("192.0.2.1") },
		"IPv4 alone, no NAT64":  func(f *Finder) { f.Name, f.Host.Families, f.source = "", IPv4, routed("6").Source },
		"no route of any kind":  func(f *Finder) { f.Name, f.source = "", routed("-").Source },
		"routes of both":        func(f *Finder) { f.Name = "" },
		"a route for IPv4 only": func(f *Finder) { f.Name, f.source = "", routed("4").Source },
	} {
		t.Run(name, func(t *testing.T) {
			f := finder("192.0.2.1", "46", nil)
			f.lookup = func(_ context.Context, name string) ([]netip.Addr, error) {
				t.Errorf("%s is looked up", name)
				return nil, nil
			}
			change(f)
			f.Find(t.Context())
		})
	}
}

func TestFindEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := finder("192.0.2.1", "6", nil)
		f.lookup = func(ctx context.Context, _ string) ([]netip.Addr, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		begun := time.Now()
		if got := f.Find(t.Context()); !slices.Equal(got, addrs("64:ff9b::c000:201 192.0.2.1")) {
			t.Errorf("%v", got)
		}
		if took := time.Since(begun); took != lookupTimeout {
			t.Errorf("it took %v", took)
		}
	})
}

// TestFinderOfThisMachine uses the system: a loopback address has a route.
func TestFinderOfThisMachine(t *testing.T) {
	f := NewFinder(Host{Login: addr("127.0.0.1"), Resolved: addrs("127.0.0.2")}, "")
	if got := f.Known(); !slices.Equal(got, addrs("127.0.0.1 127.0.0.2")) {
		t.Errorf("%v", got)
	}
}
