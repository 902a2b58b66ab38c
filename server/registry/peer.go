//go:build unix

package registry

import (
	"fmt"
	"net"
	"os"
)

// checkPeer returns an error unless the process at the other end belongs to this user. The
// system's record is of the time when that process connected or began to listen: unix(7),
// SO_PEERCRED; unix(4), LOCAL_PEERCRED; getpeerucred(3C).
func checkPeer(conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	uid := -1
	var failed error
	if err := raw.Control(func(fd uintptr) { uid, failed = peerUID(int(fd)) }); err != nil {
		return err
	}
	if failed != nil {
		return fmt.Errorf("find the user at the other end: %w", failed)
	}
	if uid != os.Getuid() {
		return fmt.Errorf("the socket belongs to user %d", uid)
	}
	return nil
}
