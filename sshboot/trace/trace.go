// Package trace reports the steps of a login, as package net/http/httptrace those of an
// HTTP request. The hooks are carried by the context of the login.
package trace

import (
	"context"
	"net/netip"
	"time"

	"golang.org/x/crypto/ssh"
)

// Trace is a set of hooks. Any of them may be nil. They may be called from several
// goroutines, also after the login has failed, and must not block.
type Trace struct {
	// Host is called before the login on a host: jump hosts come before the host that they
	// lead to. address is its HostName and port.
	Host func(alias, address string)
	// Proxy is called before the ProxyCommand of a host starts.
	Proxy func()
	// Resolved is called when the addresses of a name are known, in the order in which they
	// are tried.
	Resolved func(name string, addrs []netip.Addr, took time.Duration, err error)
	// Dialed is called at the end of each attempt to connect by TCP. The attempts that are
	// under way when one has succeeded are canceled.
	Dialed func(addr netip.AddrPort, took time.Duration, err error)
	// Connected is called when bytes of the host can come.
	Connected func()
	// HostKey is called when the host's key has been checked.
	HostKey func(HostKey)
	// Exchanged is called after the key exchange.
	Exchanged func(version string, algorithms ssh.NegotiatedAlgorithms)
	// Allowed is called with the methods that the host accepts, before each attempt.
	Allowed func(methods []string)
	// Offered is called for each key that is offered, and for each method that is tried. key
	// is nil for methods without one, and name describes the credential.
	Offered func(method, name string, key ssh.PublicKey)
	// LoggedIn is called after a method has succeeded.
	LoggedIn func()
}

// HostKey is the result of a check of a host's key.
type HostKey struct {
	Key ssh.PublicKey
	// Known is the place of the key in the known_hosts files, such as
	// "/home/u/.ssh/known_hosts:3", or "DNS". It is empty if the key was not known.
	Known string
	Err   error
}

type contextKey struct{}

// With returns a context that has the hooks of t. It replaces those of ctx.
func With(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}

// From returns the hooks of ctx, each of which can be called.
func From(ctx context.Context) *Trace {
	var t Trace
	if set, ok := ctx.Value(contextKey{}).(*Trace); ok {
		t = *set
	}
	t.fill()
	return &t
}

// fill replaces the hooks that are nil.
func (t *Trace) fill() {
	if t.Host == nil {
		t.Host = func(string, string) {}
	}
	if t.Proxy == nil {
		t.Proxy = func() {}
	}
	if t.Resolved == nil {
		t.Resolved = func(string, []netip.Addr, time.Duration, error) {}
	}
	if t.Dialed == nil {
		t.Dialed = func(netip.AddrPort, time.Duration, error) {}
	}
	if t.Connected == nil {
		t.Connected = func() {}
	}
	if t.HostKey == nil {
		t.HostKey = func(HostKey) {}
	}
	if t.Exchanged == nil {
		t.Exchanged = func(string, ssh.NegotiatedAlgorithms) {}
	}
	if t.Allowed == nil {
		t.Allowed = func([]string) {}
	}
	if t.Offered == nil {
		t.Offered = func(string, string, ssh.PublicKey) {}
	}
	if t.LoggedIn == nil {
		t.LoggedIn = func() {}
	}
}
