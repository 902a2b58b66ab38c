package sshboot

import (
	"fmt"

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

// maxRevoked bounds a file of revoked keys, in bytes.
const maxRevoked = 64 << 20

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
	return parseRevoked(text)
}

func (h *hostKeys) revoked(key ssh.PublicKey, place string) error {
	return &Error{
		Err:  fmt.Errorf("the %s host key of %s is revoked in %s", keyName(key), h.shown, place),
		Hint: "do not log in: whoever answers may hold a stolen key; ask who runs the host",
	}
}
