package deploy

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// scriptCommand returns a command that runs the bootstrap script in home. Its input is
// that of a connection that is lost at the end of input.
func scriptCommand(t *testing.T, home string, tools []string, input []byte) *exec.Cmd {
	t.Helper()
	line, err := Launch{marker: "MARK", Deploy: Auto}.commandLine()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.Env = append([]string{"HOME=" + home}, tools...)
	cmd.Stdin = bytes.NewReader(input)
	return cmd
}

// runScript returns the output of the script.
func runScript(t *testing.T, home string, tools []string, input []byte) string {
	t.Helper()
	out, _ := scriptCommand(t, home, tools, input).Output() // the status is the script's own matter
	return string(out)
}

// An upload that is cut off at any position leaves nothing behind.
func TestUploadCutShort(t *testing.T) {
	whole := sshboottest.FakeServer + strings.Repeat("# padding that a cut leaves out\n", 1000)
	head := fmt.Sprintf("MARK 0123456789abcdef %d\n", len(whole))
	var packed bytes.Buffer
	packer := gzip.NewWriter(&packed)
	io.WriteString(packer, whole)
	packer.Close()
	bare := "PATH=" + sshboottest.Tools(t, "dash", sshboottest.Needed...)
	for _, c := range []struct{ path, content string }{{"PATH=" + os.Getenv("PATH"), packed.String()}, {bare, whole}} {
		t.Run(c.path, func(t *testing.T) {
			input := head + c.content
			for _, cut := range []int{0, 5, len(head) - 1, len(head), len(head) + 1, len(head) + 9, len(input) / 2, len(input) - 9, len(input) - 1} {
				home := t.TempDir()
				out := runScript(t, home, []string{c.path}, []byte(input[:cut]))
				if strings.Contains(out, "MARK run") {
					t.Errorf("cut at %d of %d: it ran\n%s", cut, len(input), out)
				}
				if files, _ := filepath.Glob(filepath.Join(home, ".cache/gm/*")); len(files) != 0 {
					t.Errorf("cut at %d of %d: left %q", cut, len(input), files)
				}
				if files, _ := filepath.Glob(filepath.Join(home, ".cache/gm/.*")); len(files) != 0 {
					t.Errorf("cut at %d of %d: left %q", cut, len(input), files)
				}
			}
			if out := runScript(t, t.TempDir(), []string{c.path}, []byte(input)); !strings.Contains(out, "MARK run") {
				t.Errorf("the whole program did not run:\n%s", out)
			}
		})
	}
}
