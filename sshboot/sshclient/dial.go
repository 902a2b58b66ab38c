package sshclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"gm/internal/hostlookup"
	"gm/internal/rawconn"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
	"gm/sshboot/trace"
)

const (
	// attemptDelay is the Connection Attempt Delay of RFC 8305, section 8.
	attemptDelay = 250 * time.Millisecond
	// maxAddresses bounds the addresses of a name that are tried.
	maxAddresses = 16
	// retryDelay is the delay between two ConnectionAttempts.
	retryDelay = time.Second
	// defaultDialTimeout is the timeout for connecting if ConnectTimeout is not set.
	defaultDialTimeout = 30 * time.Second
)

// dialer opens TCP connections to host names. lookup and dial access the network.
type dialer struct {
	wait   *prompt.WaitNotice
	lookup lookupFunc
	dial   func(ctx context.Context, addr netip.AddrPort) (net.Conn, error)
}

func newDialer(ctx context.Context, c *sshconfig.Config) (dialer, error) {
	from, err := bindAddresses(ctx, c, hostlookup.Lookup)
	if err != nil {
		return dialer{}, err
	}
	return dialer{
		lookup: hostlookup.Lookup,
		dial: func(ctx context.Context, addr netip.AddrPort) (net.Conn, error) {
			d := netDialer(c)
			var err error
			if d.LocalAddr, err = localAddr(from, addr.Addr()); err != nil {
				return nil, err
			}
			conn, err := d.DialContext(ctx, "tcp", addr.String())
			if err != nil {
				return nil, err
			}
			limitUnsent(conn)
			retryEvenly(conn)
			return rawconn.New(conn), nil
		},
	}, nil
}

func netDialer(c *sshconfig.Config) (d net.Dialer) {
	if !c.Flag("tcpkeepalive") {
		d.KeepAlive = -1
	}
	return d
}

// connect dials host:port. It tries the addresses in the order of family, each
// attemptDelay after the previous one or as soon as that failed, and returns the first
// established connection.
func (d dialer) connect(ctx context.Context, host string, port int, family Family) (net.Conn, error) {
	d.wait.Enter(prompt.StageResolve, nil, "the address of %s", host)
	began, traced := time.Now(), trace.From(ctx)
	addrs, err := d.resolve(ctx, host, family)
	traced.Resolved(host, addrs, time.Since(began), err)
	if err != nil {
		return nil, err
	}
	d.wait.Enter(prompt.StageConnect, nil, "%s to accept a connection (%s)", hostKeyName(host, port), joinAddrs(addrs))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan dialResult)
	start := func(addr netip.Addr) {
		go func() {
			began, at := time.Now(), netip.AddrPortFrom(addr, uint16(port))
			conn, err := d.dial(ctx, at)
			traced.Dialed(at, time.Since(began), err)
			results <- dialResult{conn, err}
		}()
	}
	return race(addrs, start, results)
}

func joinAddrs(addrs []netip.Addr) string {
	texts := make([]string, len(addrs))
	for i, addr := range addrs {
		texts[i] = addr.String()
	}
	return strings.Join(texts, ", ")
}

type dialResult struct {
	conn net.Conn
	err  error
}

// race starts an attempt for one address after the other and returns the first
// connection. It closes later ones.
func race(addrs []netip.Addr, start func(netip.Addr), results chan dialResult) (net.Conn, error) {
	var errs []error
	next, pending := 0, 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	for next < len(addrs) || pending > 0 {
		select {
		case <-timer.C:
			if next < len(addrs) {
				start(addrs[next])
				next, pending = next+1, pending+1
				timer.Reset(attemptDelay)
			}
		case r := <-results:
			pending--
			if r.err == nil {
				go discard(results, pending)
				return r.conn, nil
			}
			errs = append(errs, r.err)
			timer.Reset(0)
		}
	}
	return nil, errors.Join(errs...)
}

func discard(results chan dialResult, pending int) {
	for range pending {
		if r := <-results; r.err == nil {
			r.conn.Close()
		}
	}
}

func (d dialer) resolve(ctx context.Context, host string, family Family) ([]netip.Addr, error) {
	var addrs []netip.Addr
	if addr, err := hostlookup.ParseAddr(host); err == nil {
		addrs = []netip.Addr{addr}
	} else if addrs, err = d.lookup(ctx, host); err != nil {
		return nil, err
	}
	ordered := orderAddresses(addrs, family)
	if len(ordered) == 0 {
		return nil, fmt.Errorf("%s has no address of family %s", host, family)
	}
	return ordered[:min(len(ordered), maxAddresses)], nil
}

// orderAddresses returns the addresses that family allows, with the two address families
// interleaved (RFC 8305, section 4). Unless family prefers one, the family of the
// resolver's first address comes first.
func orderAddresses(addrs []netip.Addr, family Family) []netip.Addr {
	var v4, v6 []netip.Addr
	for _, a := range addrs {
		if a = a.Unmap(); a.Is4() {
			v4 = append(v4, a)
		} else {
			v6 = append(v6, a)
		}
	}
	switch family {
	case Inet:
		return v4
	case Inet6:
		return v6
	case PreferInet:
		return interleave(v4, v6)
	case PreferInet6:
		return interleave(v6, v4)
	}
	if len(addrs) > 0 && addrs[0].Unmap().Is4() {
		return interleave(v4, v6)
	}
	return interleave(v6, v4)
}

func interleave(first, second []netip.Addr) []netip.Addr {
	var out []netip.Addr
	for i := range max(len(first), len(second)) {
		out = append(out, first[min(i, len(first)):min(i+1, len(first))]...)
		out = append(out, second[min(i, len(second)):min(i+1, len(second))]...)
	}
	return out
}

func dialTCP(ctx context.Context, c *sshconfig.Config, asked Family, w *prompt.WaitNotice) (net.Conn, error) {
	return retry(ctx, c.Number("connectionattempts"), func() (net.Conn, error) { return dialOnce(ctx, c, asked, w) })
}

func retry(ctx context.Context, attempts int, dial func() (net.Conn, error)) (net.Conn, error) {
	for i := 1; ; i++ {
		conn, err := dial()
		if err == nil || i >= attempts || ctx.Err() != nil {
			return conn, err
		}
		select {
		case <-time.After(retryDelay):
		case <-ctx.Done():
		}
	}
}

func dialTimeout(c *sshconfig.Config) time.Duration {
	return cmp.Or(c.Duration("connecttimeout"), defaultDialTimeout)
}

func dialOnce(ctx context.Context, c *sshconfig.Config, asked Family, w *prompt.WaitNotice) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout(c))
	defer cancel()
	w.Enter(prompt.StageResolve, nil, "the addresses to connect from")
	d, err := newDialer(ctx, c)
	if err != nil {
		return nil, err
	}
	d.wait = w
	return d.connect(ctx, c.HostName(), c.Number("port"), AddressFamily(c, asked))
}

// tcpAddr returns the remote address of conn. ok is false unless conn is a TCP connection
// of this machine.
func tcpAddr(conn net.Conn) (addr netip.Addr, ok bool) {
	tcp, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return addr, false
	}
	return tcp.AddrPort().Addr().Unmap(), true
}
