package sshclient

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshconfig"
)

// hostKeyAlgorithms lists the default host key algorithms in ssh's order.
var hostKeyAlgorithms = []string{
	ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01,
	ssh.CertAlgoSKED25519v01, ssh.CertAlgoSKECDSA256v01, ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01,
	ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
}

// orderHostKeyAlgorithms returns algorithms with those of the host's known keys first, so
// that a server with several keys uses a known one. If a certificate authority is known,
// certificates come before them.
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
	var ordered []string
	for r := range 3 {
		for _, algorithm := range algorithms {
			if rank(algorithm) == r {
				ordered = append(ordered, algorithm)
			}
		}
	}
	return ordered
}

// hostKeyType returns the plain key type of a signature or certificate algorithm. A known
// plain key is valid within a certificate too, whatever authority signed that.
func hostKeyType(algorithm string) string {
	switch algorithm {
	case ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512, ssh.CertAlgoRSASHA256v01, ssh.CertAlgoRSASHA512v01:
		return ssh.KeyAlgoRSA
	}
	return strings.Replace(algorithm, "-cert-v01@openssh.com", "", 1)
}

func isCertAlgorithm(algorithm string) bool { return strings.Contains(algorithm, "-cert-v01@") }

// chooseAlgorithms applies a list in the syntax of Ciphers in ssh_config(5): names and
// patterns that replace defaults, or that change them after +, - or ^. Names that are not
// in supported are ignored.
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
