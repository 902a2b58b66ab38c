package sshboot

import (
	"bytes"

	"golang.org/x/crypto/ssh"
)

// plainKey returns the key in a certificate.
func plainKey(key ssh.PublicKey) ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return cert.Key
	}
	return key
}

func sameKey(a, b ssh.PublicKey) bool {
	return a.Type() == b.Type() && bytes.Equal(a.Marshal(), b.Marshal())
}

// keysOf returns a key, or that of a certificate and its authority's.
func keysOf(key ssh.PublicKey) []ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return []ssh.PublicKey{cert.Key, cert.SignatureKey}
	}
	return []ssh.PublicKey{key}
}
