package sshclient

import (
	"fmt"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/sshboot/sshkey"
)

// checkRevoked returns an error if key, or the key or authority of a certificate, is marked
// @revoked in the known hosts or listed in RevokedHostKeys.
func (h *hostKeys) checkRevoked(key ssh.PublicKey) error {
	for _, name := range []string{h.name, h.host()} {
		for _, key := range sshkey.KeysOf(key) {
			if entry, ok := h.known.matching(name).find(markerRevoked, key); ok {
				return h.revokedError(key, entry.position())
			}
		}
	}
	return h.checkRevokedFile(key)
}

// maxRevoked is the largest size of a file of revoked keys, in bytes.
const maxRevoked = 64 << 20

// checkRevokedFile returns an error if a file of RevokedHostKeys lists key. If a file cannot
// be parsed completely, every key is refused, because the file may list it.
func (h *hostKeys) checkRevokedFile(key ssh.PublicKey) error {
	for _, path := range h.config.Paths("revokedhostkeys") {
		list, err := readRevoked(path)
		if err != nil {
			return &hint.Error{Err: fmt.Errorf("RevokedHostKeys %s: %w", path, err), Hint: "it must be a list of ssh-keygen -k, or have one public key per line"}
		}
		if list.Revokes(key) {
			return h.revokedError(sshkey.Plain(key), path)
		}
	}
	return nil
}

func readRevoked(path string) (sshkey.RevocationList, error) {
	text, err := readFileUpTo(path, maxRevoked)
	if err != nil {
		return nil, err
	}
	return sshkey.ParseRevoked(text)
}

func (h *hostKeys) revokedError(key ssh.PublicKey, place string) error {
	return &hint.Error{
		Err:  fmt.Errorf("the %s host key of %s is revoked in %s", keyName(key), h.shown, place),
		Hint: "do not log in: the key may have been stolen; ask the host's administrator",
	}
}
