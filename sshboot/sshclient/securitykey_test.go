package sshclient

import (
	"crypto/sha256"
	"io"

	"golang.org/x/crypto/ssh"
)

// securityKey is a FIDO authenticator in software (OpenSSH, PROTOCOL.u2f).
type securityKey struct {
	public ssh.PublicKey
	sign   func(message []byte) ([]byte, error)
}

const (
	application = "ssh:"
	userPresent = 1 // a flag
)

func (s securityKey) PublicKey() ssh.PublicKey { return s.public }

func (s securityKey) Sign(_ io.Reader, data []byte) (*ssh.Signature, error) {
	of, digest := sha256.Sum256([]byte(application)), sha256.Sum256(data)
	rest := []byte{userPresent, 0, 0, 0, 7} // flags and counter
	message := append(append(of[:], rest...), digest[:]...)
	signature, err := s.sign(message)
	return &ssh.Signature{Format: s.public.Type(), Blob: signature, Rest: rest}, err
}
