package sshkey

import (
	"testing"

	"gm/sshboot/sshboottest"
)

func FuzzKRL(f *testing.F) {
	f.Add([]byte(krlMagic + "\x00\x00\x00\x01aaaaaaaabbbbbbbbcccccccc\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x05\x00\x00\x00\x01k"))
	key := sshboottest.NewSigner(f).PublicKey()
	f.Fuzz(func(t *testing.T, text []byte) {
		if list, err := parseKRL(text); err == nil && list.Revokes(key) {
			t.Error("revokes a random key")
		}
	})
}
