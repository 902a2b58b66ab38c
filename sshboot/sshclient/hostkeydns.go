package sshclient

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"

	"golang.org/x/crypto/ssh"

	"gm/internal/hostlookup"
	"gm/internal/sshfp"
)

// sshfpAlgorithms maps key types to algorithm numbers (RFC 4255, 6594 and 7479).
var sshfpAlgorithms = map[string]byte{
	ssh.KeyAlgoRSA: 1, "ssh-dss": 2, ssh.KeyAlgoECDSA256: 3, ssh.KeyAlgoECDSA384: 3, ssh.KeyAlgoECDSA521: 3, ssh.KeyAlgoED25519: 4,
}

// Fingerprint types (RFC 4255 and 6594).
const (
	sshfpSHA1   = 1
	sshfpSHA256 = 2
)

// checkDNS compares key with the host's fingerprints in DNS if VerifyHostKeyDNS is on, and
// reports whether they establish trust. Without DNSSEC they are only mentioned in the
// question about an unknown key.
func (h *hostKeys) checkDNS(ctx context.Context, key ssh.PublicKey) bool {
	mode := h.config.Word("verifyhostkeydns")
	if mode == "false" || h.config.Env.Fingerprints == nil {
		return false
	}
	host := h.config.HostName()
	if _, err := hostlookup.ParseAddr(host); err == nil {
		Debugf(h.config, h.ask, "an address has no fingerprints in DNS: %s", host)
		return false
	}
	records, secure, err := h.config.Env.Fingerprints(ctx, host)
	if err != nil {
		Debugf(h.config, h.ask, "look up fingerprints in DNS: %v", err)
		return false
	}
	h.inDNS = matchesFingerprints(records, key)
	Debugf(h.config, h.ask, "%d fingerprints in DNS, secure %v, matching %v", len(records), secure, h.inDNS)
	if len(records) > 0 && !h.inDNS {
		h.ask.Notice(fmt.Sprintf("gm: warning: the %s host key of %s is not the one in DNS (SSHFP)", keyName(key), h.shown))
	}
	return h.inDNS && secure && mode == "true"
}

// matchesFingerprints reports whether records contain a fingerprint of key, and no other
// one for a key of its type. As with ssh, an unknown fingerprint type invalidates them all.
func matchesFingerprints(records []sshfp.Record, key ssh.PublicKey) bool {
	algorithm, known := sshfpAlgorithms[key.Type()]
	short, long := sha1.Sum(key.Marshal()), sha256.Sum256(key.Marshal())
	hashes := map[byte][]byte{sshfpSHA1: short[:], sshfpSHA256: long[:]}
	found := false
	for _, r := range records {
		hash, ok := hashes[r.Hash]
		sameType := known && r.Algorithm == algorithm
		if !ok || sameType && !bytes.Equal(hash, r.Fingerprint) {
			return false
		}
		found = found || sameType
	}
	return found
}

func (h *hostKeys) dnsText() string {
	switch {
	case h.config.Word("verifyhostkeydns") == "false":
		return ""
	case h.inDNS:
		return "Matching host key fingerprint found in DNS.\n"
	}
	return "No matching host key fingerprint found in DNS.\n"
}
