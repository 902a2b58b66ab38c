package sshkey

import (
	"encoding/pem"
	"strings"

	"golang.org/x/crypto/ssh"
)

// A key file of a security key (OpenSSH, PROTOCOL.u2f) contains a handle with which the
// device signs. The SSH library does not parse such files.

// UserVerification is the flag of a key that requires the device's PIN for signing.
const UserVerification = 0x04

// SecurityKey is the private half of a security key.
type SecurityKey struct {
	Public ssh.PublicKey
	Flags  byte
	// Serialized is the key in the form that ssh-sk-helper expects.
	Serialized []byte
}

// IsSecurityKey reports whether the private half of key is on a security key.
func IsSecurityKey(key ssh.PublicKey) bool {
	return key != nil && strings.HasPrefix(Plain(key).Type(), "sk-")
}

// parseSecurityKey parses an unencrypted key file of a security key. ok is false for any
// other or damaged file.
func parseSecurityKey(text []byte) (key *SecurityKey, ok bool) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != openSSHKey {
		return nil, false
	}
	file, err := parseOpenSSHKey(block.Bytes)
	if err != nil || file.Cipher != "none" || file.Count != 1 || len(file.Private) < 8 {
		return nil, false
	}
	public, err := ssh.ParsePublicKey(file.Public)
	if err != nil || !IsSecurityKey(public) {
		return nil, false
	}
	rest := file.Private[8:] // after the check values
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
	return &SecurityKey{public, body.Flags, rest[:len(rest)-after]}, true
}
