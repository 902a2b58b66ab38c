package sshboot

import (
	"bytes"
	"errors"
	"fmt"
	"net"
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

// checkRevokedFile refuses a key that the file RevokedHostKeys lists. A file
// that can not be read refuses every key.
func (h *hostKeys) checkRevokedFile(keys []ssh.PublicKey) error {
	for _, path := range h.config.paths("revokedhostkeys") {
		text, err := readSmallFile(path)
		if err == nil && bytes.HasPrefix(text, []byte("SSHKRL")) {
			err = errors.New("key revocation lists in binary form can not be read")
		}
		if err != nil {
			return &Error{Err: fmt.Errorf("RevokedHostKeys %s: %w", path, err), Hint: "list the keys in it as text, one a line"}
		}
		for len(text) > 0 {
			revoked, _, _, rest, err := ssh.ParseAuthorizedKey(text)
			if err != nil {
				break // no further key
			}
			if text = rest; slices.ContainsFunc(keys, func(k ssh.PublicKey) bool { return sameKey(k, revoked) }) {
				return h.revoked(revoked, path)
			}
		}
	}
	return nil
}

func (h *hostKeys) revoked(key ssh.PublicKey, place string) error {
	return &Error{
		Err:  fmt.Errorf("the %s host key of %s is revoked in %s", keyName(key), h.shown, place),
		Hint: "do not log in: whoever answers may hold a stolen key; ask who runs the host",
	}
}

// checkAddress warns, where CheckHostIP is on, if the host's address is known
// by another key.
func (h *hostKeys) checkAddress(remote net.Addr, key ssh.PublicKey) {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok || !h.config.flag("checkhostip") {
		return
	}
	known := h.known.matching(hostKeyName(tcp.AddrPort().Addr().Unmap().String(), h.config.number("port"))).marked(markerNone)
	if _, same := known.find(markerNone, key); !same && len(known) > 0 {
		h.ask.notice(fmt.Sprintf("gm: warning: the host key of %s is not the one in %s for its address", h.shown, known[0].place()))
	}
}
