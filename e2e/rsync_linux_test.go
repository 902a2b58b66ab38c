//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestRsyncRoams has rsync send and fetch a tree of many small files and a large one by gmssh,
// while a twentieth of the datagrams is lost each way and the client's address changes every
// two seconds.
func TestRsyncRoams(t *testing.T) {
	t.Parallel()
	s := newSite(t, sshboottest.Config{})
	work := t.TempDir()
	tree, there, back := filepath.Join(work, "tree"), filepath.Join(work, "there"), filepath.Join(work, "back")
	for i := range 2000 {
		sshboottest.WriteFile(t, filepath.Join(tree, fmt.Sprint(i%50), fmt.Sprint(i)), string(randomBytes(i)), 0o600)
	}
	sshboottest.WriteFile(t, filepath.Join(tree, "large"), string(randomBytes(20<<20)), 0o600)
	gmssh := filepath.Join(work, "gmssh")
	if err := os.Symlink(plain, gmssh); err != nil {
		t.Fatal(err)
	}
	for _, n := range []*harness.Namespace{s.here, s.there} {
		n.Filter("lossy", "input", "meta l4proto udp numgen random mod 20 == 0 drop")
	}
	rsync := func(from, to string) {
		t.Helper()
		cmd := exec.Command("rsync", "-a", "-e", strings.Join(append(s.prefix, gmssh), " "), from, to)
		cmd.Env = append(harness.Environment(t), "HOME="+s.home, s.clients.Env())
		var messages strings.Builder
		cmd.Stdout, cmd.Stderr = &messages, &messages
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		tick := time.NewTicker(2 * time.Second)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case err := <-ended:
				if err != nil {
					t.Fatalf("%v: %s", err, messages.String())
				}
				return
			case <-tick.C:
				s.here.IP("addr flush dev cable")
				s.here.Address("cable", fmt.Sprintf("10.99.0.%d/24", 20+i%200))
			}
		}
	}
	rsync(tree+"/", "root@10.99.0.1:"+there+"/")
	expectSameTree(t, tree, there)
	rsync("root@10.99.0.1:"+there+"/", back+"/")
	expectSameTree(t, tree, back)
	s.sessions.ExpectNone(t, harness.Patience)
}

func expectSameTree(t *testing.T, a, b string) {
	t.Helper()
	if out, err := exec.Command("diff", "-r", a, b).CombinedOutput(); err != nil {
		t.Fatalf("%v: %.1000s", err, out)
	}
}
