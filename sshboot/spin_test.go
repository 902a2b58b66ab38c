//go:build e2e

package sshboot

import (
	"testing"

	"gm/sshboot/sshboottest"
)

// TestAnotherAccountSpins logs in through sshd while another account changes the name as
// fast as possible.
func TestAnotherAccountSpins(t *testing.T) {
	program := script(t, sshboottest.FakeServer)
	s := mounted(t, `mkdir -m 700 /var/tmp/private
mount --bind "$HOME" /dev/shm; mount -t tmpfs -o noexec tmpfs /tmp
spin='cd /var/tmp; mkdir parked; d=gm-0; f=parked/gm-`+program.Hash+`
echo "echo MOSH CONNECT 60002 `+sshboottest.TestKey+`" >$f; chmod 755 $f
while [ -d /proc/$pid ]; do
 ln -sT private $d; rm $d; chmod 700 parked; mv -T parked $d; chmod 777 $d; mv -T $d parked
done'
pid=$$ setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$spin" </dev/null >/dev/null 2>&1 &
export XDG_CACHE_HOME=/proc/x HOME=/proc/y XDG_RUNTIME_DIR=/proc/z`)
	b, _ := bootFor(t, s)
	b.binaries = having(program)
	for range 8 {
		got, err := b.run(t.Context())
		wantEndpoint(t, got, err)
	}
}
