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

// algorithmKind is a kind of algorithm that client and host negotiate.
type algorithmKind struct {
	what    string // the SSH library's name of the kind
	keyword string // of ssh_config
	list    func(ssh.Algorithms) []string
	// defaults lists the default algorithms; nil for those of the SSH library.
	defaults []string
	// further lists algorithms that the SSH library supports but does not list.
	further []string
}

var algorithmKinds = []algorithmKind{
	{what: "key exchange", keyword: "KexAlgorithms", list: func(a ssh.Algorithms) []string { return a.KeyExchanges }, further: []string{"curve25519-sha256@libssh.org"}},
	{what: "host key", keyword: "HostKeyAlgorithms", list: func(a ssh.Algorithms) []string { return a.HostKeys }, defaults: hostKeyAlgorithms},
	{what: "cipher", keyword: "Ciphers", list: func(a ssh.Algorithms) []string { return a.Ciphers }},
	{what: "MAC", keyword: "MACs", list: func(a ssh.Algorithms) []string { return a.MACs }},
}

func (k algorithmKind) enabledByDefault() []string {
	if k.defaults != nil {
		return k.defaults
	}
	return k.list(ssh.SupportedAlgorithms())
}

func (k algorithmKind) all() (all []string) {
	for _, a := range slices.Concat(k.enabledByDefault(), k.list(ssh.SupportedAlgorithms()), k.further, k.list(ssh.InsecureAlgorithms())) {
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

func (k algorithmKind) choose(c *sshconfig.Config) []string {
	return chooseAlgorithms(c.Word(strings.ToLower(k.keyword)), k.enabledByDefault(), k.all())
}

// kindOf returns the kind whose name is part of what.
func kindOf(what string) (algorithmKind, bool) {
	i := slices.IndexFunc(algorithmKinds, func(k algorithmKind) bool { return strings.Contains(what, k.what) })
	if i < 0 {
		return algorithmKind{}, false
	}
	return algorithmKinds[i], true
}

// negotiationError returns the message for a failed negotiation. Its hint names an
// algorithm of the host that the configuration does not allow, or those that gm does not
// support.
func negotiationError(c *sshconfig.Config, host string, err *ssh.AlgorithmNegotiationError) *hint.Error {
	offered := slices.DeleteFunc(slices.Clone(err.RequestedAlgorithms), isSignal)
	advice := "the host offers " + sanitize.Line(strings.Join(offered, ","))
	if kind, ok := kindOf(err.What); ok {
		advice += kind.remedy(c, offered)
	}
	return &hint.Error{Err: fmt.Errorf("log in to %s: no %s algorithm in common", host, err.What), Hint: advice}
}

// isSignal reports whether name, in a list of key exchanges, signals a capability instead
// (RFC 8308; OpenSSH, PROTOCOL, section 1.10).
func isSignal(name string) bool {
	return strings.HasPrefix(name, "kex-strict-") || strings.HasPrefix(name, "ext-info-")
}

// remedy returns the continuation of a hint that lists the offered algorithms.
func (k algorithmKind) remedy(c *sshconfig.Config, offered []string) string {
	all := k.all()
	i := slices.IndexFunc(offered, func(a string) bool { return slices.Contains(all, a) })
	spec := c.Word(strings.ToLower(k.keyword))
	switch {
	case i < 0:
		return fmt.Sprintf(", which gm does not support; the host must allow another one, such as %s", k.enabledByDefault()[0])
	case spec == "" || spec[0] == '^':
		return fmt.Sprintf("; --ssh-option=%s=+%s allows that", k.keyword, offered[i])
	}
	return fmt.Sprintf("; %s %s in your configuration does not allow %s", k.keyword, spec, offered[i])
}
