package sshkey

import (
	"testing"
)

func FuzzOpenSSHKey(f *testing.F) {
	f.Add([]byte(openSSHMagic + "\x00\x00\x00\x0aaes256-ctr\x00\x00\x00\x06bcrypt\x00\x00\x00\x00\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, der []byte) {
		key, err := parseOpenSSHKey(der)
		if err != nil {
			return
		}
		if _, rounds, _ := key.kdf(); rounds < 100 {
			key.decrypt([]byte("x"))
		}
	})
}
