package sshclient

import (
	"context"
	"crypto"
	"crypto/sha256"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt"
	"gm/sshboot/sshkey"
)

// identity is the contents of a file named by IdentityFile or its default: a private key,
// or a public key or certificate that selects a key of the agent, or both. The passphrase
// of an encrypted private key is requested for the first signature, that is, after the
// server has accepted the public key.
type identity struct {
	path   string        // as configured, for messages
	public ssh.PublicKey // without certificate; nil if encrypted
	// certificates holds those in the file and in its companion files.
	certificates []*ssh.Certificate
	// err is the reason why the file has no usable private key; nil if it has.
	err error

	pem     []byte            // encrypted private key; nil once it is decrypted
	private crypto.PrivateKey // decrypted private key
	signer  ssh.AlgorithmSigner
}

func (id *identity) setPrivate(private any, err error) error {
	if err != nil {
		return err
	}
	if file, ok := private.(*sshkey.SecurityKey); ok {
		id.private, id.signer, id.public, id.pem = nil, &skSigner{file: file}, file.Public, nil
		return nil
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return err
	}
	algorithm, ok := signer.(ssh.AlgorithmSigner)
	if !ok {
		return fmt.Errorf("keys of type %s cannot be used", signer.PublicKey().Type())
	}
	id.private, id.signer, id.public, id.pem = private, algorithm, signer.PublicKey(), nil
	return nil
}

// usable reports whether the identity has a private key, encrypted or not.
func (id *identity) usable() bool { return id.signer != nil || id.pem != nil }

// unlock decrypts the private key. It asks for the passphrase up to tries times, until the
// user enters an empty one.
func (id *identity) unlock(ctx context.Context, ask prompt.Prompter, tries int) error {
	prompt := fmt.Sprintf("Enter passphrase for key '%s': ", id.path)
	for range tries {
		passphrase, err := ask.Secret(ctx, prompt)
		if err != nil {
			return err
		}
		if passphrase == "" {
			break
		}
		err = id.setPrivate(sshkey.Decrypt(id.pem, []byte(passphrase)))
		if err == nil {
			return nil
		}
		prompt = fmt.Sprintf("Bad passphrase, try again for %s: ", id.path)
	}
	return fmt.Errorf("key %s was not unlocked", id.path)
}

// Unlocked holds the private keys that the user has unlocked, by the contents of their
// encrypted files, so that a later login of the same run does not ask again. The zero value
// is empty. At most one login uses it at a time.
type Unlocked struct {
	keys map[[sha256.Size]byte]crypto.PrivateKey
}

// add adds the decrypted key of a file. u may be nil.
func (u *Unlocked) add(file []byte, private crypto.PrivateKey) {
	if u == nil {
		return
	}
	if u.keys == nil {
		u.keys = map[[sha256.Size]byte]crypto.PrivateKey{}
	}
	u.keys[sha256.Sum256(file)] = private
}

// unlock decrypts the identity if its file was unlocked before. u may be nil.
func (u *Unlocked) unlock(id *identity) {
	if u == nil || id.pem == nil {
		return
	}
	if private, ok := u.keys[sha256.Sum256(id.pem)]; ok {
		id.setPrivate(private, nil) // succeeded before
	}
}

// lazySigner is a signer that unlocks its identity before the first signature.
type lazySigner struct {
	*identity
	unlock func() error
}

func (s lazySigner) PublicKey() ssh.PublicKey { return s.public }

func (s lazySigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return s.SignWithAlgorithm(rand, data, s.public.Type())
}

func (s lazySigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	if s.signer == nil {
		if err := s.unlock(); err != nil {
			return nil, err
		}
	}
	return s.signer.SignWithAlgorithm(rand, data, algorithm)
}
