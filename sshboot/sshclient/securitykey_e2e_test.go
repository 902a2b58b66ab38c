//go:build e2e

package sshclient

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

func securityKeyOf(t *testing.T, fields any, sign func([]byte) ([]byte, error)) securityKey {
	t.Helper()
	public, err := ssh.ParsePublicKey(ssh.Marshal(fields))
	if err != nil {
		t.Fatal(err)
	}
	return securityKey{public, sign}
}

func ed25519SecurityKey(t *testing.T) securityKey {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	fields := struct{ Type, Key, Application string }{ssh.KeyAlgoSKED25519, string(public), application}
	return securityKeyOf(t, fields, func(message []byte) ([]byte, error) { return ed25519.Sign(private, message), nil })
}

func ecdsaSecurityKey(t *testing.T) securityKey {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	fields := struct{ Type, Curve, Key, Application string }{ssh.KeyAlgoSKECDSA256, "nistp256", string(point), application}
	return securityKeyOf(t, fields, func(message []byte) ([]byte, error) {
		digest := sha256.Sum256(message)
		r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
		return ssh.Marshal(struct{ R, S *big.Int }{r, s}), err
	})
}

// Security keys log in through the agent, with and without a certificate, selected by the
// public key file of ssh-keygen.
func TestLoginBySecurityKey(t *testing.T) {
	s := sshboottest.Start(t)
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca")
	s.Authorize(t, sshboottest.Keygen(t, ca, "-t", "ed25519"), "cert-authority", `principals="tester"`)
	for name, key := range map[string]securityKey{"id_ed25519_sk": ed25519SecurityKey(t), "id_ecdsa_sk": ecdsaSecurityKey(t)} {
		t.Run(name, func(t *testing.T) {
			b, u := bootFor(t, s)
			b.env = testEnvironment(t.TempDir(), "SSH_AUTH_SOCK="+serveAgent(t, key))
			sshboottest.WriteFile(t, knownHostsFile(b), s.KnownHosts(), 0o600)
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, "permission denied")

			path := filepath.Join(b.env.Home, ".ssh", name)
			sshboottest.WriteFile(t, path+".pub", string(ssh.MarshalAuthorizedKey(key.PublicKey())), 0o600)
			sshboottest.Sign(t, "-s", ca, "-I", "test", "-n", "tester", path+".pub")
			got, err := b.run(t.Context())
			wantEndpoint(t, got, err)

			s.Authorize(t, key.PublicKey())
			got, err = withOptions(b, "IdentitiesOnly=yes", "CertificateFile=none").run(t.Context())
			wantEndpoint(t, got, err)

			b.env.Background = true // nobody is there to touch it
			_, err = b.run(t.Context())
			sshboottest.WantError(t, err, "permission denied")
			if asked := strings.Join(u.Asked, "\n"); !strings.Contains(asked, "Touch the security key agent?") {
				t.Errorf("asked %q", asked)
			}
		})
	}
}
