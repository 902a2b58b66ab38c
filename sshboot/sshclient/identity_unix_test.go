//go:build unix

package sshclient

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// A private key is used only if its mode has no bit for group and others.
func TestModesOfAPrivateKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	sshboottest.WriteFile(t, path, "", 0o600)
	for mode := range os.FileMode(0o1000) {
		if mode&0o400 == 0 {
			continue
		}
		t.Run(fmt.Sprintf("%04o", mode), func(t *testing.T) {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			if err := checkPrivate(path); (err == nil) != (mode&0o077 == 0) {
				t.Errorf("checkPrivate: %v", err)
			}
		})
	}
}
