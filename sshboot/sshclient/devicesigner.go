package sshclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/shellquote"
	"gm/sshboot/sshconfig"
	"gm/sshboot/sshkey"
)

// skHelperPlaces are where systems install the helper: Debian; Fedora; the BSDs and
// macOS; Arch and Alpine; Homebrew.
var skHelperPlaces = []string{
	"/usr/lib/openssh/ssh-sk-helper", "/usr/libexec/openssh/ssh-sk-helper", "/usr/libexec/ssh-sk-helper", "/usr/lib/ssh/ssh-sk-helper",
	"/usr/local/libexec/ssh-sk-helper", "/opt/homebrew/opt/openssh/libexec/ssh-sk-helper", "/usr/local/opt/openssh/libexec/ssh-sk-helper",
}

// skHelperPath returns the path of the helper, which SSH_SK_HELPER names as for ssh. It is
// empty if there is none.
func skHelperPath(c *sshconfig.Config) string {
	places := skHelperPlaces
	if path, ok := c.Env.Lookup("SSH_SK_HELPER"); ok && path != "" {
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
func skProvider(c *sshconfig.Config) string {
	value := c.Word("securitykeyprovider")
	if name, ok := strings.CutPrefix(value, "$"); ok {
		value, _ = c.Env.Lookup(name)
	}
	if value == "" {
		value, _ = c.Env.Lookup("SSH_SK_PROVIDER")
	}
	if value == "" {
		value = "internal"
	}
	return value
}

// skSigner signs with a security key, by the helper of OpenSSH.
type skSigner struct {
	file *sshkey.SecurityKey
	// sign is set before a signature is wanted.
	sign func(file *sshkey.SecurityKey, data []byte) (*ssh.Signature, error)
}

func (s *skSigner) PublicKey() ssh.PublicKey { return s.file.Public }

func (s *skSigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return s.SignWithAlgorithm(rand, data, s.file.Public.Type())
}

func (s *skSigner) SignWithAlgorithm(_ io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	if algorithm != s.file.Public.Type() || s.sign == nil {
		return nil, fmt.Errorf("a security key of type %s cannot sign with %s", s.file.Public.Type(), algorithm)
	}
	return s.sign(s.file, data)
}

// attach has a security key of the identity sign on a device, once it is unlocked.
func (r *keyring) attach(ctx context.Context, id *identity) {
	if s, ok := id.signer.(*skSigner); ok {
		s.sign = func(file *sshkey.SecurityKey, data []byte) (*ssh.Signature, error) {
			return r.signOnDevice(ctx, id.path, file, data)
		}
	}
}

// signOnDevice has the user touch the device, and type its PIN if it wants one.
func (r *keyring) signOnDevice(ctx context.Context, path string, file *sshkey.SecurityKey, data []byte) (*ssh.Signature, error) {
	helper := sshkey.Helper{Program: skHelperPath(r.config), Provider: skProvider(r.config)}
	askPIN := func() (string, error) {
		return r.ask.Secret(ctx, fmt.Sprintf("Enter PIN for %s key %s: ", keyName(file.Public), path))
	}
	pin, asked := "", file.Flags&sshkey.UserVerification != 0
	if asked {
		var err error
		if pin, err = askPIN(); err != nil {
			return nil, err
		}
	}
	r.ask.Notice(fmt.Sprintf("Confirm user presence for key %s %s", keyName(file.Public), ssh.FingerprintSHA256(file.Public)))
	signature, err := helper.Sign(ctx, file.Serialized, data, pin)
	if errors.Is(err, sshkey.ErrWrongPIN) && !asked {
		if pin, err = askPIN(); err == nil {
			signature, err = helper.Sign(ctx, file.Serialized, data, pin)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", path, err)
	}
	return signature, nil
}

// securityKeyError returns why the key file of a security key cannot be used here, nil if
// it can, or is none.
func (r *keyring) securityKeyError(id *identity) error {
	if !sshkey.IsSecurityKey(id.public) || skHelperPath(r.config) != "" {
		return nil
	}
	return fmt.Errorf("key %s is that of a security key, for which ssh-sk-helper is missing here: load it into ssh-agent with ssh-add %s", id.path, shellquote.Quote(id.path))
}
