package sshboot

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/ssh"
)

// checkRevoked refuses a key, or a certificate of an authority, that a line
// marked @revoked names.
func (h *hostKeys) checkRevoked(key ssh.PublicKey) error {
	keys := []ssh.PublicKey{key}
	if cert, ok := key.(*ssh.Certificate); ok {
		keys = []ssh.PublicKey{cert.Key, cert.SignatureKey}
	}
	for _, name := range []string{h.name, h.host()} {
		for _, key := range keys {
			if entry, ok := h.known.matching(name).find(markerRevoked, key); ok {
				return h.revoked(key, entry.place())
			}
		}
	}
	return h.checkRevokedFile(keys)
}

// checkRevokedFile refuses a key that the file RevokedHostKeys lists. A file of
// which anything cannot be read refuses every key, as it may name this one.
func (h *hostKeys) checkRevokedFile(keys []ssh.PublicKey) error {
	for _, path := range h.config.paths("revokedhostkeys") {
		revoked, err := readRevoked(path)
		if err != nil {
			return &Error{Err: fmt.Errorf("RevokedHostKeys %s: %w", path, err), Hint: "list the keys in it as text, one a line"}
		}
		for _, key := range revoked {
			if slices.ContainsFunc(keys, func(k ssh.PublicKey) bool { return sameKey(k, key) }) {
				return h.revoked(key, path)
			}
		}
	}
	return nil
}

// readRevoked reads a file with a public key a line, without options. Blank lines
// and comments are skipped.
func readRevoked(path string) (keys []ssh.PublicKey, err error) {
	text, err := readSmallFile(path)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(text, []byte("SSHKRL")) {
		return nil, errors.New("key revocation lists in binary form cannot be read")
	}
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
