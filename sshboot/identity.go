package sshboot

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// identity is a private key in a file. It may be encrypted: then the passphrase
// is asked for when a signature is wanted, that is, after the server accepted
// the public key.
type identity struct {
	path   string
	public ssh.PublicKey // nil if only the passphrase would show it
	pem    []byte        // the file, while it is encrypted
	// private is the decrypted key.
	private crypto.PrivateKey
	signer  ssh.AlgorithmSigner
}

// maxIdentityFile bounds the file of a key, in bytes.
const maxIdentityFile = 1 << 20

// readIdentity reads the key in the file at path. If the file is missing or of
// a kind that needs an agent, path.pub says which key it is.
func readIdentity(path string) (*identity, error) {
	id := &identity{path: path, public: readPublicKey(path + ".pub")}
	text, err := readSmallFile(path)
	if err != nil {
		if id.public != nil && errors.Is(err, fs.ErrNotExist) {
			return id, nil
		}
		return nil, err
	}
	if err := checkPrivate(path); err != nil {
		return nil, err
	}
	var missing *ssh.PassphraseMissingError
	switch err := id.use(parsePrivateKey(text)); {
	case errors.As(err, &missing):
		id.pem = text
		if missing.PublicKey != nil {
			id.public = missing.PublicKey
		}
	case err != nil && id.public == nil:
		return nil, fmt.Errorf("key %s: %w", path, err)
	}
	return id, nil
}

// use takes the result of parsing the private key.
func (id *identity) use(private any, err error) error {
	if err != nil {
		return err
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return err
	}
	algorithm, ok := signer.(ssh.AlgorithmSigner)
	if !ok {
		return fmt.Errorf("keys of type %s can not be used", signer.PublicKey().Type())
	}
	id.private, id.signer, id.public, id.pem = private, algorithm, signer.PublicKey(), nil
	return nil
}

// usable says that the file itself can sign, once it is decrypted.
func (id *identity) usable() bool { return id.signer != nil || id.pem != nil }

// unlock asks for the passphrase, at most tries times. An empty one gives up.
func (id *identity) unlock(ctx context.Context, ask prompter, tries int) error {
	prompt := fmt.Sprintf("Enter passphrase for key '%s': ", id.path)
	for range tries {
		passphrase, err := ask.secret(ctx, prompt)
		if err != nil {
			return err
		}
		if passphrase == "" {
			break
		}
		err = id.use(decryptPrivateKey(id.pem, []byte(passphrase)))
		if err == nil {
			return nil
		}
		if unknownEncryption(err) {
			return fmt.Errorf("key %s: %w (ssh-keygen -p -f %s writes it anew)", id.path, err, id.path)
		}
		prompt = fmt.Sprintf("Bad passphrase, try again for %s: ", id.path)
	}
	return fmt.Errorf("key %s stays locked", id.path)
}

// unknownEncryption says that no passphrase can open the key here.
func unknownEncryption(err error) bool {
	return errors.Is(err, errUnknownEncryption) || strings.Contains(err.Error(), "unknown cipher")
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

// readPublicKey reads a .pub file, nil if there is none that can be read.
func readPublicKey(path string) ssh.PublicKey {
	text, err := readSmallFile(path)
	if err != nil {
		return nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		return nil
	}
	return key
}

// readCertificate reads a certificate, nil if there is none.
func readCertificate(path string) *ssh.Certificate {
	cert, _ := readPublicKey(path).(*ssh.Certificate)
	return cert
}

func readSmallFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxIdentityFile+1))
	if err == nil && len(text) > maxIdentityFile {
		err = fmt.Errorf("%s is longer than %d bytes", path, maxIdentityFile)
	}
	return text, err
}
