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

// skHelperPaths lists the paths of ssh-sk-helper on Debian; Fedora; the BSDs and macOS;
// Arch and Alpine; Homebrew.
var skHelperPaths = []string{
	"/usr/lib/openssh/ssh-sk-helper", "/usr/libexec/openssh/ssh-sk-helper", "/usr/libexec/ssh-sk-helper", "/usr/lib/ssh/ssh-sk-helper",
	"/usr/local/libexec/ssh-sk-helper", "/opt/homebrew/opt/openssh/libexec/ssh-sk-helper", "/usr/local/opt/openssh/libexec/ssh-sk-helper",
}

// skHelperPath returns the path of ssh-sk-helper, which SSH_SK_HELPER overrides as for ssh,
// or the empty string if it is not installed.
func skHelperPath(c *sshconfig.Config) string {
	paths := skHelperPaths
	if path, ok := c.Env.Lookup("SSH_SK_HELPER"); ok && path != "" {
		paths = []string{path}
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// skProvider returns SecurityKeyProvider, which may name an environment variable, or else
// SSH_SK_PROVIDER, or else "internal".
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

// skSigner signs with a security key through ssh-sk-helper.
type skSigner struct {
	file *sshkey.SecurityKey
	// sign is set by keyring.attach.
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

// attach connects the signer of a security key to the device prompts of r. It has no
// effect on other identities.
func (r *keyring) attach(ctx context.Context, id *identity) {
	if s, ok := id.signer.(*skSigner); ok {
		s.sign = func(file *sshkey.SecurityKey, data []byte) (*ssh.Signature, error) {
			return r.signOnDevice(ctx, id.path, file, data)
		}
	}
}

// signOnDevice signs data on the device. It prompts for a touch, and for the PIN if the key
// requires one.
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

func (r *keyring) securityKeyError(id *identity) error {
	if !sshkey.IsSecurityKey(id.public) || skHelperPath(r.config) != "" {
		return nil
	}
	return fmt.Errorf("key %s is that of a security key, for which ssh-sk-helper is missing here: load it into ssh-agent with ssh-add %s", id.path, shellquote.Quote(id.path))
}
