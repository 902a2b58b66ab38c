package sshclient

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
	"gm/sshboot/sshconfig"
)

// certified reports whether cert is valid and signed by an authority in lines. If only the
// authority is right, it warns the user: as with ssh, the plain key of the certificate may
// still be known.
func (h *hostKeys) certified(lines knownHosts, cert *ssh.Certificate) bool {
	entry, ok := lines.find(markerCA, cert.SignatureKey)
	if !ok {
		return false
	}
	err := h.checkCert(cert)
	if err == nil {
		h.place = entry.position()
	}
	if err != nil {
		h.ask.Notice(fmt.Sprintf("gm: warning: the host certificate of %s is not used: %v", h.shown, err))
	}
	return err == nil
}

func (h *hostKeys) checkCert(cert *ssh.Certificate) error {
	if !slices.Contains(caAlgorithms(h.config), cert.Signature.Format) {
		return fmt.Errorf("it is signed with %s, which CASignatureAlgorithms does not list", sanitize.Line(cert.Signature.Format))
	}
	if cert.CertType != ssh.HostCert {
		return errors.New("it is not a host certificate")
	}
	var checker ssh.CertChecker
	if err := checker.CheckCert(hostPrincipal(cert, h.host()), cert); err != nil {
		return errors.New(sanitize.SSHError(err))
	}
	return nil
}

// caAlgorithms returns CASignatureAlgorithms, by default all secure ones.
func caAlgorithms(c *sshconfig.Config) []string {
	secure := ssh.SupportedAlgorithms().PublicKeyAuths
	return chooseAlgorithms(c.Word("casignaturealgorithms"), secure, slices.Concat(secure, ssh.InsecureAlgorithms().PublicKeyAuths))
}

// hostPrincipal returns the first principal of cert that matches host, which may be a
// pattern as in OpenSSH 10.3, or host itself if none does.
func hostPrincipal(cert *ssh.Certificate, host string) string {
	for _, pattern := range cert.ValidPrincipals {
		if sshconfig.MatchPattern(host, pattern) {
			return pattern
		}
	}
	return host
}
