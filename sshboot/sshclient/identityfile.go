package sshclient

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gm/internal/sanitize"
	"gm/internal/shellquote"
	"gm/sshboot/sshkey"

	"golang.org/x/crypto/ssh"
)

// maxIdentityFile is the largest size of a key file, in bytes.
const maxIdentityFile = 1 << 20

// readIdentity reads the key at path like ssh: the file may contain a private key, a
// public key or a certificate. The public key may also be in path.pub, and certificates in
// path-cert.pub and path-cert. The private key of x.pub and x-cert.pub is in x or in the
// agent. Errors are in the result.
func readIdentity(path string) *identity {
	id := &identity{path: path}
	file := path
	if id.add(readPublicKey(path)) {
		file = strings.TrimSuffix(strings.TrimSuffix(path, ".pub"), "-cert")
	}
	for _, name := range slices.Compact([]string{file, path}) {
		for _, suffix := range []string{".pub", "-cert.pub", "-cert"} {
			id.add(readPublicKey(name + suffix))
		}
	}
	id.err = id.readPrivate(file)
	return id
}

// add adds a public key or a certificate to the identity. It reports whether key is not
// nil.
func (id *identity) add(key ssh.PublicKey) bool {
	switch key := key.(type) {
	case nil:
		return false
	case *ssh.Certificate:
		if !slices.ContainsFunc(id.certificates, func(c *ssh.Certificate) bool { return sshkey.Same(c, key) }) {
			id.certificates = append(id.certificates, key)
		}
	default:
		if id.public == nil {
			id.public = key
		}
	}
	return true
}

// readPrivate reads the private key. A key that others may read is not used, but its
// public half still selects a key of the agent. The error for a missing file wraps
// fs.ErrNotExist.
func (id *identity) readPrivate(file string) error {
	text, err := readSmallFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && id.isSelector():
		return fmt.Errorf("key %s: its private half is neither in the agent nor in %s (%w)", id.path, file, fs.ErrNotExist)
	case err != nil:
		return fmt.Errorf("key %s: %w", id.path, pathReason(err))
	}
	exposed := checkPrivate(file)
	err = id.setPrivate(sshkey.Parse(text))
	if missing, ok := errors.AsType[*ssh.PassphraseMissingError](err); ok {
		id.pem, err = text, nil
		if missing.PublicKey != nil {
			id.public = missing.PublicKey
		}
	}
	if locked, ok := errors.AsType[sshkey.LockedError](err); ok {
		if locked.Public != nil {
			id.public = locked.Public
		}
		err = fmt.Errorf("%w (ssh-keygen -p -f %s re-encrypts it, where it can be decrypted)", err, shellquote.Quote(file))
	} else if err != nil {
		err = errors.New(sanitize.SSHError(err))
	}
	if exposed != nil {
		id.pem, id.private, id.signer = nil, nil, nil
		return exposed
	}
	if err != nil {
		return fmt.Errorf("key %s: %w", id.path, err)
	}
	return nil
}

func (id *identity) isSelector() bool { return id.public != nil || len(id.certificates) > 0 }

// readPublicKey returns the first key of a file in the format of authorized_keys, or nil
// if there is none.
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

func readCertificate(path string) *ssh.Certificate {
	cert, _ := readPublicKey(path).(*ssh.Certificate)
	return cert
}

func readSmallFile(path string) ([]byte, error) { return readFileUpTo(path, maxIdentityFile) }

func readFileUpTo(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s is longer than %d bytes", path, limit)
	}
	return text, err
}

func pathReason(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
