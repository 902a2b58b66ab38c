//go:build dragonfly || netbsd || openbsd

package registry

import "golang.org/x/sys/unix"

func peerUID(fd int) (uid int, err error) {
	// The credential is a structure of 32-bit numbers, of which peerWord is the user
	// id. Package unix has no type for it. That of another option, with 32 bytes, has
	// room for the first numbers.
	words, err := unix.GetsockoptICMPv6Filter(fd, peerLevel, peerOption)
	if err != nil {
		return 0, err
	}
	return int(words.Filt[peerWord]), nil
}
