package sshboot

import (
	"crypto/rsa"

	"golang.org/x/crypto/ssh"
)

// tooShort says that key is an RSA key of fewer bits than RequiredRSASize.
func (c *Config) tooShort(key ssh.PublicKey) bool {
	crypto, ok := plainKey(key).(ssh.CryptoPublicKey)
	if !ok {
		return false
	}
	rsaKey, ok := crypto.CryptoPublicKey().(*rsa.PublicKey)
	return ok && rsaKey.N.BitLen() < c.number("requiredrsasize")
}
