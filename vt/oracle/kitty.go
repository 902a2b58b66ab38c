package oracle

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Kitty is a kitty on an invisible display of its own. The test acts as the program inside
// it.
type Kitty struct {
	t       testing.TB
	output  *os.File // to kitty
	replies *os.File
	read    *bufio.Reader // reads replies
}

// relay connects the terminal with two pipes.
const relay = `stty raw -echo; cat <"$0" & exec cat >"$1"`

// StartKitty starts a kitty of 80x24 that ends with the test.
func StartKitty(t testing.TB) *Kitty {
	t.Helper()
	dir := t.TempDir()
	k := &Kitty{t: t}
	k.output, k.replies = k.pipe(dir, "output"), k.pipe(dir, "replies")
	k.read = bufio.NewReader(k.replies)
	cmd := exec.Command("kitty", "--config", "NONE", "-o", "update_check_interval=0", "-o", "remember_window_size=no",
		"-o", "initial_window_width=80c", "-o", "initial_window_height=24c", "-o", "shell_integration=disabled",
		"sh", "-c", relay, k.output.Name(), k.replies.Name())
	cmd.Env = append(os.Environ(), "DISPLAY="+StartDisplay(t), "LIBGL_ALWAYS_SOFTWARE=1", "XDG_RUNTIME_DIR="+dir, "LC_ALL=C.UTF-8")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	k.Ask("")
	return k
}

func (k *Kitty) pipe(dir, name string) *os.File {
	k.t.Helper()
	path := filepath.Join(dir, name)
	err := makePipe(path)
	if err != nil {
		k.t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { f.Close() })
	return f
}

// Ask writes output, which must not end within a sequence, and returns kitty's replies to it.
func (k *Kitty) Ask(output string) string {
	k.t.Helper()
	const end = "\x1b[0n"
	if _, err := k.output.WriteString(output + "\x1b[5n"); err != nil {
		k.t.Fatalf("kitty: %v", err)
	}
	k.replies.SetReadDeadline(time.Now().Add(replyTimeout))
	var replies string
	for !strings.HasSuffix(replies, end) {
		part, err := k.read.ReadString('n')
		if replies += part; err != nil {
			k.t.Fatalf("kitty replies %q to %.2000q: %v", replies, output, err)
		}
	}
	return strings.TrimSuffix(replies, end)
}
