package login

import (
	"os"
	"path/filepath"
	"testing"

	"gm/server/pty"
)

// utempter's helper knows the line by its standard input and output.
func TestUtempter(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	helper := filepath.Join(dir, "utempter")
	script := "#!/bin/sh\n[ -t 0 ] && [ -t 1 ] && echo \"$*\" >>" + log + "\n"
	if err := os.WriteFile(helper, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := pty.Start(pty.Command{Argv: []string{"cat"}, Dir: dir}, pty.CoreLimit{}, 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	runUtmpHelper(helper, c, "add", "192.0.2.1 via mosh [1]")
	runUtmpHelper(helper, c, "del")
	runUtmpHelper("", c, "del")
	got, err := os.ReadFile(log)
	if err != nil || string(got) != "add 192.0.2.1 via mosh [1]\ndel\n" {
		t.Errorf("the helper was told %q, %v", got, err)
	}
	// The pty must still be one whose Close ends a Read.
	read := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, 10))
		read <- err
	}()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err == nil {
		t.Error("read something from a closed pty")
	}
	c.Wait() // cat ends by the hang-up or by what its read says, whichever comes first
}
