package sshboot

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Key files of security keys (OpenSSH, PROTOCOL.u2f) hold a handle that the device
// signs with. The library does not read them.

// userVerification is the flag of a key that signs with the device's PIN alone.
const userVerification = 0x04

// securityKeyFile is the private half of a security key.
type securityKeyFile struct {
	public ssh.PublicKey
	flags  byte
	// serialized is the key as ssh-sk-helper reads it.
	serialized []byte
}

// isSecurityKey reports whether a device holds the private half of the key.
func isSecurityKey(key ssh.PublicKey) bool {
	return key != nil && strings.HasPrefix(plainKey(key).Type(), "sk-")
}

// parseSecurityKey parses an unencrypted key file. ok is false if that is of another
// kind, or damaged.
func parseSecurityKey(text []byte) (key *securityKeyFile, ok bool) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != openSSHKey {
		return nil, false
	}
	file, err := parseOpenSSHKey(block.Bytes)
	if err != nil || file.Cipher != "none" || file.Count != 1 || len(file.Private) < 8 {
		return nil, false
	}
	public, err := ssh.ParsePublicKey(file.Public)
	if err != nil || !isSecurityKey(public) {
		return nil, false
	}
	rest := file.Private[8:] // after the check
	var head struct {
		Type string
		Rest []byte `ssh:"rest"`
	}
	var ecdsa struct {
		Curve string
		Rest  []byte `ssh:"rest"`
	}
	var body struct {
		Key         []byte
		Application string
		Flags       byte
		Handle      []byte
		Reserved    []byte
		Comment     string
		Padding     []byte `ssh:"rest"`
	}
	if ssh.Unmarshal(rest, &head) != nil || head.Type != public.Type() {
		return nil, false
	}
	fields := head.Rest
	if head.Type == ssh.KeyAlgoSKECDSA256 {
		if ssh.Unmarshal(fields, &ecdsa) != nil {
			return nil, false
		}
		fields = ecdsa.Rest
	}
	if ssh.Unmarshal(fields, &body) != nil {
		return nil, false
	}
	after := len(body.Padding) + 4 + len(body.Comment)
	return &securityKeyFile{public, body.Flags, rest[:len(rest)-after]}, true
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
	helper := skHelper{program: r.config.skHelper(), provider: r.config.skProvider()}
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
	if !isSecurityKey(id.public) || r.config.skHelper() != "" {
		return nil
	}
	return fmt.Errorf("key %s is that of a security key, for which ssh-sk-helper is missing here: load it into ssh-agent with ssh-add %s", id.path, quoteShell(id.path))
}
