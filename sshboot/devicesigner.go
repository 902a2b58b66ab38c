package sshboot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// skHelperPlaces are where systems install the helper: Debian; Fedora; the BSDs and
// macOS; Arch and Alpine; Homebrew.
var skHelperPlaces = []string{
	"/usr/lib/openssh/ssh-sk-helper", "/usr/libexec/openssh/ssh-sk-helper", "/usr/libexec/ssh-sk-helper", "/usr/lib/ssh/ssh-sk-helper",
	"/usr/local/libexec/ssh-sk-helper", "/opt/homebrew/opt/openssh/libexec/ssh-sk-helper", "/usr/local/opt/openssh/libexec/ssh-sk-helper",
}

// skHelperPath returns the path of the helper, which SSH_SK_HELPER names as for ssh. It is
// empty if there is none.
func skHelperPath(c *Config) string {
	places := skHelperPlaces
	if path, ok := c.env.lookup("SSH_SK_HELPER"); ok && path != "" {
		places = []string{path}
	}
	for _, path := range places {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// skProvider returns SecurityKeyProvider, which may be a variable, or SSH_SK_PROVIDER.
func skProvider(c *Config) string {
	value := c.word("securitykeyprovider")
	if name, ok := strings.CutPrefix(value, "$"); ok {
		value, _ = c.env.lookup(name)
	}
	if value == "" {
		value, _ = c.env.lookup("SSH_SK_PROVIDER")
	}
	if value == "" {
		value = "internal"
	}
	return value
}

// skSigner signs with a security key, by the helper of OpenSSH.
type skSigner struct {
	file *securityKeyFile
	// sign is set before a signature is wanted.
	sign func(file *securityKeyFile, data []byte) (*ssh.Signature, error)
}

func (s *skSigner) PublicKey() ssh.PublicKey { return s.file.public }

func (s *skSigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return s.SignWithAlgorithm(rand, data, s.file.public.Type())
}

func (s *skSigner) SignWithAlgorithm(_ io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	if algorithm != s.file.public.Type() || s.sign == nil {
		return nil, fmt.Errorf("a security key of type %s cannot sign with %s", s.file.public.Type(), algorithm)
	}
	return s.sign(s.file, data)
}

// attach has a security key of the identity sign on a device, once it is unlocked.
func (r *keyring) attach(ctx context.Context, id *identity) {
	if s, ok := id.signer.(*skSigner); ok {
		s.sign = func(file *securityKeyFile, data []byte) (*ssh.Signature, error) {
			return r.signOnDevice(ctx, id.path, file, data)
		}
	}
}

// signOnDevice has the user touch the device, and type its PIN if it wants one.
func (r *keyring) signOnDevice(ctx context.Context, path string, file *securityKeyFile, data []byte) (*ssh.Signature, error) {
	helper := skHelper{program: skHelperPath(r.config), provider: skProvider(r.config)}
	askPIN := func() (string, error) {
		return r.ask.secret(ctx, fmt.Sprintf("Enter PIN for %s key %s: ", keyName(file.public), path))
	}
	pin, asked := "", file.flags&userVerification != 0
	if asked {
		var err error
		if pin, err = askPIN(); err != nil {
			return nil, err
		}
	}
	r.ask.notice(fmt.Sprintf("Confirm user presence for key %s %s", keyName(file.public), ssh.FingerprintSHA256(file.public)))
	signature, err := helper.sign(ctx, file.serialized, data, pin)
	if errors.Is(err, errWrongPIN) && !asked {
		if pin, err = askPIN(); err == nil {
			signature, err = helper.sign(ctx, file.serialized, data, pin)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", path, err)
	}
	return signature, nil
}

// deviceTrouble returns why the key file of a security key cannot be used here, nil if
// it can, or is none.
func (r *keyring) deviceTrouble(id *identity) error {
	if !isSecurityKey(id.public) || skHelperPath(r.config) != "" {
		return nil
	}
	return fmt.Errorf("key %s is that of a security key, for which ssh-sk-helper is missing here: load it into ssh-agent with ssh-add %s", id.path, quoteShell(id.path))
}
