//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// roamer is a site whose network loses a twentieth of the datagrams each way. While a program
// moves data, the user's host has another address every half second.
type roamer struct {
	*site
	gmssh string // path of a link to gm
	work  string // a directory of both hosts
	roams int    // changes of the address so far
}

// roamEvery are the least time and number of datagrams between two changes of the address, so
// that logins over TCP are over and short transfers roam too.
const roamEvery, roamDatagrams = time.Second / 2, 500

func newRoamer(t *testing.T) *roamer {
	t.Helper()
	r := &roamer{site: newSite(t, sshboottest.Config{Options: []string{"Subsystem sftp internal-sftp"}}), work: t.TempDir()}
	r.gmssh = filepath.Join(r.work, "gmssh")
	if err := os.Symlink(plain, r.gmssh); err != nil {
		t.Fatal(err)
	}
	for _, n := range []*harness.Namespace{r.here, r.there} {
		n.IP("link set dev cable gso_max_segs 1") // datagrams are lost one by one
		n.Filter("lossy", "input", "meta l4proto udp numgen random mod 20 == 0 drop")
	}
	return r
}

func (r *roamer) received() int { return r.here.Received().UDP + r.there.Received().UDP }

func (r *roamer) environ(t *testing.T) []string {
	return append(harness.Environment(t), "HOME="+r.home, r.clients.Env(), "GIT_SSH="+r.gmssh, "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
		"BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes", "BORG_RELOCATED_REPO_ACCESS_IS_OK=yes")
}

// roamLimit bounds the time of a program.
const roamLimit = 5 * time.Minute

// run runs a program of the user in r.work, and expects that the host roamed before it ended.
func (r *roamer) run(t *testing.T, words ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), roamLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "nsenter", append(r.here.Enter()[1:], words...)...)
	cmd.Dir, cmd.Env = r.work, r.environ(t)
	var messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &messages, &messages
	last, received, roams := time.Now(), r.received(), 0
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for began := last; ; {
		select {
		case err := <-ended:
			if err != nil || roams == 0 {
				t.Fatalf("%q: %v, %d roams: %s", words, err, roams, messages.String())
			}
			t.Logf("%s took %v with %d roams", words[0], time.Since(began), roams)
			return
		case <-tick.C:
			if r.received() < received+roamDatagrams || roams > 0 && time.Since(last) < roamEvery {
				continue
			}
			roams++
			r.roam()
			last, received = time.Now(), r.received()
		}
	}
}

// roam gives the user's host an address that it did not have before.
func (r *roamer) roam() {
	r.roams++
	r.here.IP("addr flush dev cable")
	r.here.Address("cable", fmt.Sprintf("10.99.0.%d/24", 20+r.roams%200))
}

// tree makes a tree of random files and returns its path.
func (r *roamer) tree(files, size int) string {
	r.t.Helper()
	tree := filepath.Join(r.work, "tree")
	data := randomBytes(size + files)
	for i := range files {
		sshboottest.WriteFile(r.t, filepath.Join(tree, fmt.Sprint(i%100), fmt.Sprint(i)), string(data[i:][:size]), 0o600)
	}
	return tree
}

func expectSameTree(t *testing.T, a, b string) {
	t.Helper()
	if out, err := exec.Command("diff", "-r", "--exclude=.git", a, b).CombinedOutput(); err != nil {
		t.Fatalf("%v: %.1000s", err, out)
	}
}

// TestRsyncRoams has rsync send and fetch a tree of 20,000 small files and one of 200 MB by
// gmssh.
func TestRsyncRoams(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		files, size int
	}{{"small files", 20_000, 300}, {"large files", 10, 20 << 20}} {
		t.Run(c.name, func(t *testing.T) {
			r := newRoamer(t)
			tree, there, back := r.tree(c.files, c.size), r.work+"/there", r.work+"/back"
			r.run(t, "rsync", "-a", "-e", r.gmssh, tree+"/", "root@10.99.0.1:"+there+"/")
			expectSameTree(t, tree, there)
			r.run(t, "rsync", "-a", "-e", r.gmssh, "root@10.99.0.1:"+there+"/", back+"/")
			expectSameTree(t, tree, back)
			r.sessions.ExpectNone(t, harness.Patience)
		})
	}
}

// TestProgramsRoam has scp, sftp, git and borg move 20 MB each way by gmssh.
func TestProgramsRoam(t *testing.T) {
	t.Parallel()
	r := newRoamer(t)
	tree, there, back := r.tree(20, 1<<20), r.work+"/there", r.work+"/back"
	const host = "root@10.99.0.1"
	do := func(t *testing.T, words ...string) {
		t.Helper()
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir, cmd.Env = r.work, r.environ(t)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v: %s", words, err, out)
		}
	}
	for _, c := range []struct {
		name string
		move func(t *testing.T)
	}{
		{"scp", func(t *testing.T) {
			r.run(t, "scp", "-q", "-r", "-S", r.gmssh, tree, host+":"+there)
			r.run(t, "scp", "-q", "-r", "-S", r.gmssh, host+":"+there, back)
		}},
		{"sftp", func(t *testing.T) {
			sshboottest.WriteFile(t, r.work+"/put", "mkdir "+there+"\nput -R "+tree+"/* "+there+"\n", 0o600)
			sshboottest.WriteFile(t, r.work+"/get", "get -R "+there+" "+back+"\n", 0o600)
			r.run(t, "sftp", "-q", "-S", r.gmssh, "-b", "put", host)
			r.run(t, "sftp", "-q", "-S", r.gmssh, "-b", "get", host)
		}},
		{"scp by its old protocol", func(t *testing.T) {
			r.run(t, "scp", "-O", "-q", "-r", "-S", r.gmssh, tree, host+":"+there)
			r.run(t, "scp", "-O", "-q", "-r", "-S", r.gmssh, host+":"+there, back)
		}},
		{"borg", func(t *testing.T) {
			archive := "ssh://" + host + there + "::a"
			do(t, "mkdir", back)
			do(t, "borg", "init", "-e", "none", there)
			r.run(t, "borg", "--rsh", r.gmssh, "create", archive, "tree")
			r.run(t, "env", "-C", back, "borg", "--rsh", r.gmssh, "extract", "--strip-components", "1", archive)
		}},
		{"git", func(t *testing.T) {
			do(t, "git", "init", "-q", "--bare", there)
			do(t, "git", "init", "-q", "-b", "main", tree)
			do(t, "git", "-C", tree, "add", ".")
			do(t, "git", "-C", tree, "commit", "-q", "-m", "all")
			r.run(t, "git", "-C", tree, "push", "-q", host+":"+there, "main")
			r.run(t, "git", "clone", "-q", "-b", "main", "ssh://"+host+there, back)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.move(t)
			expectSameTree(t, tree, back)
			do(t, "rm", "-rf", there, back)
			r.sessions.ExpectNone(t, harness.Patience)
		})
	}
}
