package registry

import "golang.org/x/sys/unix"

// The option SO_PEERCRED of getsockopt(2): struct sockpeercred with the user id, the group
// id and the process id.
const (
	peerLevel  = unix.SOL_SOCKET
	peerOption = unix.SO_PEERCRED
	peerWord   = 0
)
