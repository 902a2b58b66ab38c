//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// OpenSSH's own programs, rsync and git run gmssh in place of ssh.
func TestProgramsOverGMSSH(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	work := t.TempDir()
	here, there := filepath.Join(work, "here"), filepath.Join(s.Home, "there")
	random := rand.New(rand.NewChaCha8([32]byte{2}))
	for i := range 300 {
		text := make([]byte, random.IntN(20000))
		for j := range text {
			text[j] = byte(random.Uint32())
		}
		sshboottest.WriteFile(t, filepath.Join(here, fmt.Sprint(i%7), fmt.Sprintf("file %d", i)), string(text), 0o600)
	}
	remoteShell := s.gmssh + " -F " + s.config
	env := append(os.Environ(), "HOME="+s.home, "SSH_AUTH_SOCK=", "GIT_SSH_COMMAND="+remoteShell, "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	do := func(t *testing.T, dir string, words ...string) {
		t.Helper()
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir, cmd.Env = dir, env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v: %s", words, err, out)
		}
	}
	do(t, work, "mkdir", there)
	same := func(t *testing.T, a, b string) { t.Helper(); do(t, work, "diff", "-r", "--exclude=.git", a, b) }
	t.Run("rsync", func(t *testing.T) {
		do(t, work, "rsync", "-a", "-e", remoteShell, here+"/", "host:"+there+"/rsync/")
		same(t, here, there+"/rsync")
		do(t, work, "rsync", "-az", "-e", remoteShell, "host:"+there+"/rsync/", work+"/rsync/")
		same(t, here, work+"/rsync")
	})
	t.Run("scp", func(t *testing.T) {
		do(t, work, "scp", "-q", "-r", "-S", s.gmssh, "-F", s.config, here, "host:"+there+"/scp")
		same(t, here, there+"/scp")
		do(t, work, "scp", "-q", "-O", "-r", "-S", s.gmssh, "-F", s.config, "host:"+there+"/scp", work+"/scp")
		same(t, here, work+"/scp")
	})
	t.Run("sftp", func(t *testing.T) {
		sshboottest.WriteFile(t, work+"/batch", "mkdir "+there+"/sftp\nput -r "+here+" "+there+"/sftp\nget -r "+there+"/sftp/here "+work+"/sftp\n", 0o600)
		do(t, work, "sftp", "-q", "-S", s.gmssh, "-F", s.config, "-b", work+"/batch", "host")
		same(t, here, work+"/sftp")
	})
	t.Run("git", func(t *testing.T) {
		do(t, work, "git", "init", "-q", "--bare", there+"/repo.git")
		do(t, here, "git", "init", "-q", "-b", "main")
		do(t, here, "git", "add", ".")
		do(t, here, "git", "commit", "-q", "-m", "all")
		do(t, here, "git", "push", "-q", "host:"+there+"/repo.git", "main")
		do(t, work, "git", "clone", "-q", "-b", "main", "ssh://host"+there+"/repo.git", "clone")
		same(t, here, work+"/clone")
	})
}

// Ansible runs gmssh in place of ssh, and has OpenSSH's sftp run it.
func TestAnsibleOverGMSSH(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	work := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(work, "sent"), string(randomBytes(100_000)), 0o600)
	ansible := func(want int, words ...string) string {
		t.Helper()
		cmd := exec.Command("ansible", append([]string{"host", "-i", "host,", "-e", "ansible_ssh_executable=" + s.gmssh,
			"-e", "ansible_python_interpreter=/usr/bin/python3", "--ssh-common-args=-F " + s.config,
			"--sftp-extra-args=-S " + s.gmssh}, words...)...)
		cmd.Dir = work
		cmd.Env = append(os.Environ(), "HOME="+s.home, "SSH_AUTH_SOCK=", "ANSIBLE_NOCOLOR=1", s.clients.Env(),
			"ANSIBLE_SSH_ARGS=-o ControlMaster=auto -o ControlPersist=2") // 60 s by default
		out, err := cmd.CombinedOutput()
		if status(err) != want {
			t.Fatalf("%q: %v, want %d: %s", words, err, want, out)
		}
		return string(out)
	}
	if out := ansible(0, "-m", "ping"); !strings.Contains(out, `"ping": "pong"`) {
		t.Errorf("ping: %s", out)
	}
	ansible(0, "-m", "copy", "-a", "src="+work+"/sent dest="+work+"/copied mode=0640")
	if got := sshboottest.ReadFile(t, work+"/copied"); got != sshboottest.ReadFile(t, work+"/sent") {
		t.Errorf("%d bytes were copied, or others", len(got))
	}
	if out := ansible(2, "-m", "raw", "-a", "echo ou''t; echo er''ror >&2; exit 3"); !strings.Contains(out, "rc=3") || !strings.Contains(out, "out") || !strings.Contains(out, "error") {
		t.Errorf("raw: %s", out)
	}
	s.sessions.ExpectNone(t, harness.Patience)
	s.clients.ExpectNone(t, harness.Patience)
}

// ssh-copy-id runs gm in place of ssh by its name.
func TestCopyIDOverSSHName(t *testing.T) {
	t.Parallel()
	s := newSSHHost(t)
	bin := t.TempDir()
	if err := os.Symlink(plain, filepath.Join(bin, "ssh")); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key")
	sshboottest.Keygen(t, key, "-t", "ed25519")
	cmd := exec.Command("ssh-copy-id", "-f", "-i", key+".pub", "host") // -f: the login with the old key counts as one with the new
	cmd.Env = append(os.Environ(), "HOME="+s.home, "SSH_AUTH_SOCK=", "PATH="+bin+":"+os.Getenv("PATH"))
	sshboottest.WriteFile(t, filepath.Join(s.home, ".ssh", "config"), sshboottest.ReadFile(t, s.config), 0o600)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Number of key(s) added: 1") {
		t.Fatalf("%v: %s", err, out)
	}
	want := strings.TrimSpace(sshboottest.ReadFile(t, key+".pub"))
	if got := sshboottest.ReadFile(t, filepath.Join(s.Home, ".ssh", "authorized_keys")); !strings.Contains(got, want) {
		t.Errorf("authorized keys %q, want %q", got, want)
	}
}
