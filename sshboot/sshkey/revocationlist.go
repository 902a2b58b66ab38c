package sshkey

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/crypto/ssh"
)

// RevocationList is a set of revoked keys and certificates.
type RevocationList interface {
	// Revokes reports whether the list contains key. A certificate is also revoked with
	// its key, its authority's key, its serial number or its key ID.
	Revokes(key ssh.PublicKey) bool
}

// ParseRevoked parses a key revocation list (OpenSSH, PROTOCOL.krl), or a text with one
// public key per line.
func ParseRevoked(text []byte) (RevocationList, error) {
	if bytes.HasPrefix(text, []byte("SSHKRL")) {
		return parseKRL(text)
	}
	return parseRevokedKeys(text)
}

// keyList is a RevocationList of plain keys.
type keyList []ssh.PublicKey

func (l keyList) Revokes(key ssh.PublicKey) bool {
	for _, key := range KeysOf(key) {
		if slices.ContainsFunc(l, func(k ssh.PublicKey) bool { return Same(k, key) }) {
			return true
		}
	}
	return false
}

func parseRevokedKeys(text []byte) (keys keyList, err error) {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
			continue
		}
		key, _, options, _, err := ssh.ParseAuthorizedKey(line)
		if err != nil || len(options) > 0 {
			return nil, fmt.Errorf("line %d is not a public key", number)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
