//go:build e2e

package e2e

import (
	"bytes"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"gm/e2e/harness"
)

// TestTransfers copies 5 MB to the clipboard and downloads a file over a slow link. Keys echo
// meanwhile, and both arrive byte for byte.
func TestTransfers(t *testing.T) {
	t.Parallel()
	dir := harness.TempDir(t)
	text := base64.StdEncoding.EncodeToString(randomBytes(5 << 20))
	for name, command := range map[string]string{
		"copy": "\x1b]52;c;" + text + "\a",
		"file": "\x1b]1337;MultipartFile=name=bmFtZQ==;size=9\a\x1b]1337;FilePart=" + text[:400_000] + "\a\x1b]1337;FilePart=YWJj\a\x1b]1337;FileEnd\a",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(command), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(plain, append([]string{"--local", "--predict=never", "--link=rtt=40ms,rate=16M", "--"}, harness.Shell()...)...)
	cmd.Env = append(harness.Environment(t), harness.NewFamily(t).Env())
	g := newGateway(t, cmd)
	at := g.await(0, "$ ")
	g.send("cd " + dir + "; cat copy file; echo co''pied\r")
	at = g.await(at, "copied")
	g.send("echo ke''ys\r")
	at = g.await(at, "keys")
	if bytes.Contains(g.written(0), []byte("\x1b]52;c;")) {
		t.Error("keys have no echo before the text is copied")
	}
	want := "\x1b]52;c;" + text + "\x1b\\"
	end := g.await(at, want)
	g.send("echo mo''re\r")
	for _, part := range []string{"MultipartFile=name=bmFtZQ==;size=9", "FilePart=" + text[:400_000], "FilePart=YWJj", "FileEnd"} {
		end = g.await(end, "\x1b]1337;"+part+"\x1b\\")
	}
	g.await(at, "more")
	g.send("exit\r")
	g.await(end, "[gm is exiting.]")
	if n := bytes.Count(g.written(0), []byte("\x1b]52;")); n != 1 {
		t.Errorf("the terminal has %d texts for the clipboard", n)
	}
}
