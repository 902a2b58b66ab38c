package sshclient

import (
	"context"
	"crypto"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt"
	"gm/sshboot/sshkey"
)

// identity is what IdentityFile, or a default in its place, names: a private key in
// a file, a public key or a certificate that selects a key of the agent, or both.
// A private key may be encrypted. Its passphrase is asked for when a signature is
// wanted, that is, after the server has accepted the public key.
type identity struct {
	path   string        // as configured, for messages
	public ssh.PublicKey // without certificate; nil if only the passphrase would show it
	// certificates are those in the file and in the files beside it.
	certificates []*ssh.Certificate
	// err is why the file cannot sign, nil if it can.
	err error

	pem     []byte            // the private key while it is encrypted
	private crypto.PrivateKey // the decrypted one
	signer  ssh.AlgorithmSigner
}

// setPrivate sets the private key to the result of parsing it.
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

// usable reports whether the file itself can sign once it is decrypted.
func (id *identity) usable() bool { return id.signer != nil || id.pem != nil }

// unlock asks for the passphrase, at most tries times. An empty one gives up.
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
	return fmt.Errorf("key %s stays locked", id.path)
}

// lazySigner signs with an identity that it unlocks first.
type lazySigner struct {
	*identity
	// unlocked is called before the first signature.
	unlocked func() error
}

func (s lazySigner) PublicKey() ssh.PublicKey { return s.public }

func (s lazySigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return s.SignWithAlgorithm(rand, data, s.public.Type())
}

func (s lazySigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	if s.signer == nil {
		if err := s.unlocked(); err != nil {
			return nil, err
		}
	}
	return s.signer.SignWithAlgorithm(rand, data, algorithm)
}
