package sshclient

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshconfig"
)

// hostKeyAlgorithms are those offered by default, in ssh's order.
var hostKeyAlgorithms = []string{
	ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01,
	ssh.CertAlgoSKED25519v01, ssh.CertAlgoSKECDSA256v01, ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01,
	ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
}

// orderHostKeyAlgorithms puts first the algorithms of the keys that are known
// of the host, so that a server with several keys shows one that is known.
// Where a certificate authority is known, certificates come before all.
func orderHostKeyAlgorithms(algorithms []string, known knownHosts) []string {
	var types []string
	hasCA := false
	for _, entry := range known {
		switch entry.Marker {
		case markerNone:
			types = append(types, entry.Key.Type())
		case markerCA:
			hasCA = true
		}
	}
	rank := func(algorithm string) int {
		switch {
		case isCertAlgorithm(algorithm) && hasCA:
			return 0
		case slices.Contains(types, hostKeyType(algorithm)):
			return 1
		}
		return 2
	}
	ordered := slices.Clone(algorithms)
	slices.SortStableFunc(ordered, func(a, b string) int { return rank(a) - rank(b) })
	return ordered
}

// hostKeyType gives the type of key that an algorithm signs with: a known
// plain key stands for its certificates too, which may be signed by anyone.
func hostKeyType(algorithm string) string {
	switch algorithm {
	case ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512, ssh.CertAlgoRSASHA256v01, ssh.CertAlgoRSASHA512v01:
		return ssh.KeyAlgoRSA
	}
	return strings.Replace(algorithm, "-cert-v01@openssh.com", "", 1)
}

func isCertAlgorithm(algorithm string) bool { return strings.Contains(algorithm, "-cert-v01@") }

// chooseAlgorithms applies a list as in ssh_config(5), Ciphers: names and
// patterns that stand for the defaults, or after +, - or ^ change them. Only
// what is in supported can be had.
func chooseAlgorithms(spec string, defaults, supported []string) []string {
	if spec == "" {
		return defaults
	}
	names := strings.Split(strings.TrimLeft(spec, "+-^"), ",")
	var chosen []string
	for _, name := range names {
		for _, algorithm := range supported {
			if sshconfig.MatchPattern(algorithm, name) && !slices.Contains(chosen, algorithm) {
				chosen = append(chosen, algorithm)
			}
		}
	}
	without := slices.DeleteFunc(slices.Clone(defaults), func(a string) bool { return slices.Contains(chosen, a) })
	switch spec[0] {
	case '+':
		return slices.Concat(defaults, slices.DeleteFunc(chosen, func(a string) bool { return slices.Contains(defaults, a) }))
	case '-':
		return without
	case '^':
		return slices.Concat(chosen, without)
	}
	return chosen
}
