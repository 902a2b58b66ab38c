package sshclient

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func addrs(s ...string) []netip.Addr {
	var out []netip.Addr
	for _, a := range s {
		out = append(out, netip.MustParseAddr(a))
	}
	return out
}

func TestOrderAddresses(t *testing.T) {
	all := addrs("::1", "::2", "::3", "10.0.0.1", "10.0.0.2")
	for family, want := range map[Family][]netip.Addr{
		Inet:        addrs("10.0.0.1", "10.0.0.2"),
		Inet6:       addrs("::1", "::2", "::3"),
		PreferInet:  addrs("10.0.0.1", "::1", "10.0.0.2", "::2", "::3"),
		PreferInet6: addrs("::1", "10.0.0.1", "::2", "10.0.0.2", "::3"),
		Auto:        addrs("::1", "10.0.0.1", "::2", "10.0.0.2", "::3"),
		All:         addrs("::1", "10.0.0.1", "::2", "10.0.0.2", "::3"),
	} {
		if got := orderAddresses(all, family); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", family, got, want)
		}
	}
	if got := orderAddresses(addrs("::ffff:10.0.0.1"), Auto); !slices.Equal(got, addrs("10.0.0.1")) {
		t.Errorf("mapped address: %v", got)
	}
}

// attempt is the result of dialing an address.
type attempt struct {
	after time.Duration
	err   error
}

// fakeNet is a network with scripted results, which records when it is dialed.
type fakeNet struct {
	answers map[string]attempt
	mu      sync.Mutex
	started map[string]time.Duration
	begin   time.Time
	closed  chan string
}

type fakeConn struct {
	net.Conn
	name string
	net  *fakeNet
}

func (c fakeConn) Close() error { c.net.closed <- c.name; return nil }

func (n *fakeNet) dialer(hosts ...string) dialer {
	n.started, n.begin, n.closed = map[string]time.Duration{}, time.Now(), make(chan string, 10)
	return dialer{
		lookup: func(context.Context, string) ([]netip.Addr, error) { return addrs(hosts...), nil },
		dial: func(ctx context.Context, addr netip.AddrPort) (net.Conn, error) {
			name := addr.Addr().String()
			n.mu.Lock()
			n.started[name] = time.Since(n.begin)
			n.mu.Unlock()
			a := n.answers[name]
			select {
			case <-time.After(a.after):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			return fakeConn{name: name, net: n}, a.err
		},
	}
}

func TestConnectStaggersAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{answers: map[string]attempt{
			"::1": {after: time.Hour}, "10.0.0.1": {after: 100 * time.Millisecond, err: errors.New("refused")}, "::2": {after: time.Second},
		}}
		conn, err := n.dialer("::1", "10.0.0.1", "::2").connect(t.Context(), "host", 22, Auto)
		if err != nil || conn.(fakeConn).name != "::2" {
			t.Fatalf("connect = %v, %v", conn, err)
		}
		// ::2 starts when 10.0.0.1 fails, not attemptDelay later
		want := map[string]time.Duration{"::1": 0, "10.0.0.1": attemptDelay, "::2": attemptDelay + 100*time.Millisecond}
		for name, at := range want {
			if n.started[name] != at {
				t.Errorf("%s started at %v, want %v", name, n.started[name], at)
			}
		}
		synctest.Wait() // the slower attempt ends with the context
	})
}

func TestConnectClosesLosers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{answers: map[string]attempt{"::1": {after: 300 * time.Millisecond}, "10.0.0.1": {after: 50 * time.Millisecond}}}
		d := n.dialer("::1", "10.0.0.1")
		dial := d.dial
		d.dial = func(_ context.Context, a netip.AddrPort) (net.Conn, error) { return dial(context.Background(), a) }
		if _, err := d.connect(t.Context(), "host", 22, Auto); err != nil {
			t.Fatal(err)
		}
		if got := <-n.closed; got != "::1" && got != "10.0.0.1" {
			t.Errorf("closed %q", got)
		}
	})
}

func TestConnectReportsEveryFailure(t *testing.T) {
	n := &fakeNet{answers: map[string]attempt{"::1": {err: errors.New("first")}, "10.0.0.1": {err: errors.New("second")}}}
	_, err := n.dialer("::1", "10.0.0.1").connect(t.Context(), "host", 22, Auto)
	if err == nil || !strings.Contains(err.Error(), "first") || !strings.Contains(err.Error(), "second") {
		t.Errorf("connect: %v", err)
	}
	if _, err := n.dialer("10.0.0.1").connect(t.Context(), "host", 22, Inet6); err == nil || !strings.Contains(err.Error(), "inet6") {
		t.Errorf("no address of the family: %v", err)
	}
}

func TestDialErrorNamesHostAndReason(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	c := configured(t, "Port "+strconv.Itoa(port))
	_, err = dialTCP(t.Context(), c, Auto, nil)
	got := dialError(c, err)
	if want := "connect to 127.0.0.1:" + strconv.Itoa(port) + ": connection refused"; got.Error() != want {
		t.Errorf("error %q, want %q", got, want)
	}
}
