package sshclient

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
)

func TestPageantPipe(t *testing.T) {
	reversed := func(b []byte) error {
		if string(b) != "Pageant\x00\x00\x00\x00\x00\x00\x00\x00\x00" {
			t.Errorf("%q is protected", b)
		}
		copy(b, "0123456789abcdef")
		return nil
	}
	hash := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte("\x00\x00\x00\x10"+s))) }
	for user, want := range map[string]string{
		"me":             `\\.\pipe\pageant.me.` + hash("0123456789abcdef"),
		"Me@example.org": `\\.\pipe\pageant.Me.` + hash("0123456789abcdef"),
	} {
		t.Run(user, func(t *testing.T) {
			if got := pageantPipe(user, reversed); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	broken := func(b []byte) error { b[0] = 'x'; return errors.New("broken") }
	want := `\\.\pipe\pageant.me.` + hash("Pageant\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	if got := pageantPipe("me", broken); got != want {
		t.Errorf("without protection: got %s, want %s", got, want)
	}
}
