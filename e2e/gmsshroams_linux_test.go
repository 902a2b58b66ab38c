//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// under returns a command with ssh's configuration of the user, and the path of gmssh.
func (s *site) under() (run func(words ...string) *exec.Cmd, config, gmssh string) {
	s.t.Helper()
	dir := s.t.TempDir()
	config, gmssh = filepath.Join(dir, "config"), filepath.Join(dir, "gmssh")
	text := fmt.Sprintf("User root\nIdentityFile %[1]s/id_ed25519\nIdentitiesOnly yes\nUserKnownHostsFile %[1]s/known_hosts\n", filepath.Join(s.home, ".ssh"))
	sshboottest.WriteFile(s.t, config, text, 0o600)
	if err := os.Symlink(plain, gmssh); err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*harness.Patience)
	s.t.Cleanup(cancel)
	return func(words ...string) *exec.Cmd {
		words = slices.Concat(s.prefix, words)
		cmd := exec.CommandContext(ctx, words[0], words[1:]...)
		cmd.Env = append(harness.Environment(s.t), "HOME="+s.home, s.clients.Env(), "SSH_AUTH_SOCK=")
		return cmd
	}, config, gmssh
}

// roam moves the user's host to its nth address, and drops those before.
func (s *site) roam(n int) {
	s.here.IP("addr flush dev cable")
	s.here.Address("cable", fmt.Sprintf("10.99.0.%d/24", 100+n))
}

// TestJumpRoams has ssh go through gmssh -W while the client's address changes.
func TestJumpRoams(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	run, config, gmssh := s.under()
	jump := fmt.Sprintf("ProxyCommand=%s -F %s -W %%h:%%p 10.99.0.1", gmssh, config)
	cmd := run("ssh", "-F", config, "-o", jump, "127.0.0.1", "cat")
	var errors bytes.Buffer
	cmd.Stderr = &errors
	in, err := cmd.StdinPipe()
	var out io.ReadCloser
	if err == nil {
		out, err = cmd.StdoutPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	data := randomBytes(300_000)
	for i := range 4 {
		go in.Write(data)
		got := make([]byte, len(data))
		if _, err := io.ReadFull(out, got); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("after %d changes of the address: %v, %s", i, err, errors.String())
		}
		s.roam(i)
	}
	in.Close()
	if rest, err := io.ReadAll(out); err != nil || len(rest) > 0 {
		t.Errorf("%d other bytes, %v", len(rest), err)
	}
	if got := status(cmd.Wait()); got != 0 {
		t.Errorf("status %d: %s", got, errors.String())
	}
	s.sessions.ExpectNone(t, harness.Patience)
}

// TestSFTPRoams has sftp send and fetch files by gmssh -s while the client's address changes.
func TestSFTPRoams(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{Options: []string{"Subsystem sftp internal-sftp"}})
	run, config, gmssh := s.under()
	work := t.TempDir()
	here := filepath.Join(work, "here")
	data := string(randomBytes(2 << 20))
	sshboottest.WriteFile(t, here, data, 0o600)
	cmd := run("sftp", "-S", gmssh, "-F", config, "-b", "-", "10.99.0.1")
	var messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &messages, &messages
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		there, back := fmt.Sprintf("%s/there%d", work, i), fmt.Sprintf("%s/back%d", work, i)
		fmt.Fprintf(in, "put %s %s\nget %s %s\n!touch %s.done\n", here, there, there, back, back)
		harness.Until(t, "a file", harness.Patience, func() bool { _, err := os.Stat(back + ".done"); return err == nil }, messages.String)
		if sshboottest.ReadFile(t, back) != data {
			t.Fatalf("another file came back after %d changes of the address", i)
		}
		s.roam(i)
	}
	in.Close()
	if got := status(cmd.Wait()); got != 0 {
		t.Errorf("status %d: %s", got, messages.String())
	}
	s.sessions.ExpectNone(t, harness.Patience)
}
