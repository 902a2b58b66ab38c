package sshclient

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshboottest"
)

// A key of exactly RequiredRSASize bits is long enough.
func TestRequiredRSASizeAtItsLimit(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int]bool{1024: false, 2047: false, 2048: false, 2049: true, 4096: true} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			c := configured(t, fmt.Sprintf("RequiredRSASize %d", size))
			if got := rsaTooShort(c, signer.PublicKey()); got != want {
				t.Errorf("a key of 2048 bits is too short: %v, want %v", got, want)
			}
			if rsaTooShort(c, sshboottest.NewSigner(t).PublicKey()) {
				t.Error("an Ed25519 key is too short")
			}
		})
	}
}
