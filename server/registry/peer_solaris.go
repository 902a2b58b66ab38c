//go:build solaris

package registry

import "golang.org/x/sys/unix"

func peerUID(fd int) (uid int, err error) {
	cred, err := unix.GetPeerUcred(uintptr(fd))
	if err != nil {
		return 0, err
	}
	return cred.Geteuid(), nil
}
