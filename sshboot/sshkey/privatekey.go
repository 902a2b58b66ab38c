// Package sshkey parses key files that golang.org/x/crypto/ssh does not: private keys in
// every encrypted format of ssh-keygen, security keys, and key revocation lists.
package sshkey

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
)

// errUnknownEncryption is the error for a key whose encryption is not supported.
var errUnknownEncryption = errors.New("its encryption is not supported")

// LockedError is the error for a private key whose encryption is not supported. Public is
// its public half, or nil if that is encrypted too.
type LockedError struct{ Public ssh.PublicKey }

func (LockedError) Error() string { return errUnknownEncryption.Error() }

func (LockedError) Unwrap() error { return errUnknownEncryption }

// pemCiphers lists the ciphers of PEM keys (RFC 1421) that the SSH library supports.
var pemCiphers = []string{"DES-CBC", "DES-EDE3-CBC", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC"}

// Parse is like [ssh.ParseRawPrivateKey] but supports more formats. For an encrypted key
// it returns a [ssh.PassphraseMissingError] if Decrypt supports the encryption, and a
// LockedError otherwise.
func Parse(text []byte) (any, error) {
	block, _ := pem.Decode(text)
	if block != nil && block.Type == encryptedPKCS8 {
		if _, err := parsePKCS8(block.Bytes); err != nil {
			return nil, LockedError{}
		}
		return nil, &ssh.PassphraseMissingError{}
	}
	if kind := unknownKind(block); kind != "" {
		return nil, fmt.Errorf("keys of type %s are not supported", kind)
	}
	key, err := parseOpenKey(text)
	missing, ok := errors.AsType[*ssh.PassphraseMissingError](err)
	if ok && !decryptable(block) {
		return nil, LockedError{missing.PublicKey}
	}
	return key, err
}

// parseOpenKey parses an unencrypted key, which may be a *SecurityKey.
func parseOpenKey(text []byte) (any, error) {
	key, err := ssh.ParseRawPrivateKey(text)
	if err != nil {
		if file, ok := parseSecurityKey(text); ok {
			return file, nil
		}
	}
	return key, err
}

// unknownKind returns the type of a key in OpenSSH's format if neither the SSH library nor
// this package supports it, and otherwise the empty string.
func unknownKind(block *pem.Block) string {
	if block == nil || block.Type != openSSHKey {
		return ""
	}
	key, err := parseOpenSSHKey(block.Bytes)
	var public struct {
		Type string
		Rest []byte `ssh:"rest"`
	}
	if err != nil || ssh.Unmarshal(key.Public, &public) != nil {
		return ""
	}
	if _, err := ssh.ParsePublicKey(key.Public); err == nil {
		return ""
	}
	return sanitize.Line(public.Type)
}

func decryptable(block *pem.Block) bool {
	if block.Type == openSSHKey {
		key, err := parseOpenSSHKey(block.Bytes)
		return err == nil && key.supported()
	}
	cipher, _, _ := strings.Cut(block.Headers["DEK-Info"], ",")
	return slices.Contains(pemCiphers, cipher)
}

// Decrypt is like [ssh.ParseRawPrivateKeyWithPassphrase] but supports more formats and
// ciphers.
func Decrypt(text, passphrase []byte) (any, error) {
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
	case block.Type == encryptedPKCS8:
		encrypted, err := parsePKCS8(block.Bytes)
		if err != nil {
			return nil, err
		}
		plain, err := encrypted.decrypt(passphrase)
		if err != nil {
			return nil, err
		}
		defer clear(plain)
		key, err := x509.ParsePKCS8PrivateKey(plain)
		if err != nil {
			return nil, x509.IncorrectPasswordError
		}
		return key, nil
	case block.Type == openSSHKey:
		encrypted, err := parseOpenSSHKey(block.Bytes)
		if err != nil {
			return nil, err
		}
		plain, err := encrypted.decrypt(passphrase)
		if err != nil {
			return nil, err
		}
		defer clear(plain)
		return parseOpenKey(plain)
	}
	return ssh.ParseRawPrivateKeyWithPassphrase(text, passphrase)
}
