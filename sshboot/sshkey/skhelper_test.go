package sshkey

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/pem"
	"path/filepath"
	"testing"

	"gm/sshboot/sshboottest"
)

// A helper that waits for a touch ends when the context is canceled.
func TestCanceledTouch(t *testing.T) {
	dir := t.TempDir()
	helper := filepath.Join(dir, "helper")
	sshboottest.WriteFile(t, helper, "#!/bin/sh\ntouch "+dir+"/waiting; exec sleep 1000\n", 0o700)
	ctx, cancel := sshboottest.ContextAfterFile(t, filepath.Join(dir, "waiting"))
	defer cancel()
	if _, err := (Helper{Program: helper}).Sign(ctx, nil, nil, ""); err != context.Canceled {
		t.Error(err)
	}
}

func FuzzSKReply(f *testing.F) {
	f.Add([]byte{0, 0, 0, 5, 5, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, text []byte) {
		reply, err := readSKReply(bytes.NewReader(text), skRequestSign)
		if err == nil && uint32(len(reply)+5) != binary.BigEndian.Uint32(text) {
			t.Errorf("%q of %q", reply, text)
		}
		parseSecurityKey(pem.EncodeToMemory(&pem.Block{Type: openSSHKey, Bytes: text}))
	})
}
