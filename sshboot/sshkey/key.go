package sshkey

import (
	"bytes"

	"golang.org/x/crypto/ssh"
)

// Plain returns the public key that a certificate certifies, or key itself if it is not a
// certificate.
func Plain(key ssh.PublicKey) ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return cert.Key
	}
	return key
}

// Same reports whether a and b are the same key or the same certificate.
func Same(a, b ssh.PublicKey) bool {
	return a.Type() == b.Type() && bytes.Equal(a.Marshal(), b.Marshal())
}

// KeysOf returns key itself, or the certified key and the authority's key of a
// certificate.
func KeysOf(key ssh.PublicKey) []ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return []ssh.PublicKey{cert.Key, cert.SignatureKey}
	}
	return []ssh.PublicKey{key}
}
