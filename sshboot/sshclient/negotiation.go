package sshclient

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/sshconfig"
)

// algorithmKind is something that client and host agree upon.
type algorithmKind struct {
	what    string // the library's word for it
	keyword string // of ssh_config
	list    func(ssh.Algorithms) []string
	// defaults are those that are on by default, if they are not the library's.
	defaults []string
	// further are algorithms that the library has and does not list.
	further []string
}

var algorithmKinds = []algorithmKind{
	{what: "key exchange", keyword: "KexAlgorithms", list: func(a ssh.Algorithms) []string { return a.KeyExchanges }, further: []string{"curve25519-sha256@libssh.org"}},
	{what: "host key", keyword: "HostKeyAlgorithms", list: func(a ssh.Algorithms) []string { return a.HostKeys }, defaults: hostKeyAlgorithms},
	{what: "cipher", keyword: "Ciphers", list: func(a ssh.Algorithms) []string { return a.Ciphers }},
	{what: "MAC", keyword: "MACs", list: func(a ssh.Algorithms) []string { return a.MACs }},
}

// enabledByDefault returns the algorithms that are on by default.
func (k algorithmKind) enabledByDefault() []string {
	if k.defaults != nil {
		return k.defaults
	}
	return k.list(ssh.SupportedAlgorithms())
}

// all returns those that gm has, the better ones first.
func (k algorithmKind) all() (all []string) {
	for _, a := range slices.Concat(k.enabledByDefault(), k.list(ssh.SupportedAlgorithms()), k.further, k.list(ssh.InsecureAlgorithms())) {
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// choose returns those that the configuration allows.
func (k algorithmKind) choose(c *sshconfig.Config) []string {
	return chooseAlgorithms(c.Word(strings.ToLower(k.keyword)), k.enabledByDefault(), k.all())
}

// kindOf returns the kind that the library calls what, or one with that and more.
func kindOf(what string) (algorithmKind, bool) {
	i := slices.IndexFunc(algorithmKinds, func(k algorithmKind) bool { return strings.Contains(what, k.what) })
	if i < 0 {
		return algorithmKind{}, false
	}
	return algorithmKinds[i], true
}

// negotiationError names what the two sides do not have in common: an algorithm that
// gm has and that is not allowed, or those that it does not have.
func negotiationError(c *sshconfig.Config, host string, err *ssh.AlgorithmNegotiationError) *hint.Error {
	offered := slices.DeleteFunc(slices.Clone(err.RequestedAlgorithms), isSignal)
	advice := "the host offers " + sanitize.Line(strings.Join(offered, ","))
	if kind, ok := kindOf(err.What); ok {
		advice += kind.remedy(c, offered)
	}
	return &hint.Error{Err: fmt.Errorf("log in to %s: no %s algorithm in common", host, err.What), Hint: advice}
}

// isSignal reports whether a name in a list of key exchanges is none, but tells what the
// host can do (RFC 8308; OpenSSH, PROTOCOL, section 1.10).
func isSignal(name string) bool {
	return strings.HasPrefix(name, "kex-strict-") || strings.HasPrefix(name, "ext-info-")
}

// remedy continues a advice about what a host offers.
func (k algorithmKind) remedy(c *sshconfig.Config, offered []string) string {
	all := k.all()
	i := slices.IndexFunc(offered, func(a string) bool { return slices.Contains(all, a) })
	spec := c.Word(strings.ToLower(k.keyword))
	switch {
	case i < 0:
		return fmt.Sprintf(", which gm does not have; it has to allow another one, such as %s", k.enabledByDefault()[0])
	case spec == "" || spec[0] == '^':
		return fmt.Sprintf("; --ssh-option=%s=+%s allows that", k.keyword, offered[i])
	}
	return fmt.Sprintf("; %s %s in your configuration does not allow %s", k.keyword, spec, offered[i])
}
