package sshboot

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/crypto/ssh"
)

// checkRevoked refuses a key, or a certificate of an authority, that a line
// marked @revoked names.
func (h *hostKeys) checkRevoked(key ssh.PublicKey) error {
	for _, name := range []string{h.name, h.host()} {
		for _, key := range keysOf(key) {
			if entry, ok := h.known.matching(name).find(markerRevoked, key); ok {
				return h.revoked(key, entry.place())
			}
		}
	}
	return h.checkRevokedFile(key)
}

// keysOf returns a key, or that of a certificate and its authority's.
func keysOf(key ssh.PublicKey) []ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return []ssh.PublicKey{cert.Key, cert.SignatureKey}
	}
	return []ssh.PublicKey{key}
}

// maxRevoked bounds a file of revoked keys, in bytes.
const maxRevoked = 64 << 20

// revocations is a list of revoked keys.
type revocations interface {
	// revokes reports whether the list has the key, or anything that makes a
	// certificate void.
	revokes(key ssh.PublicKey) bool
}

// checkRevokedFile refuses a key that the file RevokedHostKeys lists. A file of
// which anything cannot be read refuses every key, as it may name this one.
func (h *hostKeys) checkRevokedFile(key ssh.PublicKey) error {
	for _, path := range h.config.paths("revokedhostkeys") {
		list, err := readRevoked(path)
		if err != nil {
			return &Error{Err: fmt.Errorf("RevokedHostKeys %s: %w", path, err), Hint: "it is a list that ssh-keygen -k writes, or has a public key a line"}
		}
		if list.revokes(key) {
			return h.revoked(plainKey(key), path)
		}
	}
	return nil
}

// readRevoked reads a key revocation list, or a file with a public key a line.
func readRevoked(path string) (revocations, error) {
	text, err := readFileUpTo(path, maxRevoked)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(text, []byte("SSHKRL")) {
		return parseKRL(text)
	}
	return parseRevokedKeys(text)
}

// keyList is a list of revoked keys.
type keyList []ssh.PublicKey

func (l keyList) revokes(key ssh.PublicKey) bool {
	for _, key := range keysOf(key) {
		if slices.ContainsFunc(l, func(k ssh.PublicKey) bool { return sameKey(k, key) }) {
			return true
		}
	}
	return false
}

// parseRevokedKeys parses a public key a line, without options. Blank lines and
// comments are skipped.
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

func (h *hostKeys) revoked(key ssh.PublicKey, place string) error {
	return &Error{
		Err:  fmt.Errorf("the %s host key of %s is revoked in %s", keyName(key), h.shown, place),
		Hint: "do not log in: whoever answers may hold a stolen key; ask who runs the host",
	}
}
