package sshclient

import (
	"fmt"
	"gm/sshboot/sshconfig"
	"testing"
)

func TestKnownHostsCommandIsBounded(t *testing.T) {
	b := limitedBuffer{}
	for _, c := range []struct {
		n  int
		ok bool
	}{{maxKnownHosts, true}, {1, false}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			if n, err := b.Write(make([]byte, c.n)); (err == nil) != c.ok || (n == c.n) != c.ok {
				t.Errorf("wrote %d of %d, %v", n, c.n, err)
			}
		})
	}
	if _, err := runKnownHostsCommand(t.Context(), sshconfig.Environment{}, []string{"/bin/cat", "/dev/zero"}); err == nil {
		t.Error("endless output is accepted")
	}
}
