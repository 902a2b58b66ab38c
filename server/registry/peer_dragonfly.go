package registry

// The option LOCAL_PEERCRED of sys/un.h and sys/ucred.h: struct xucred with the version
// and the user id.
const (
	peerLevel  = 0
	peerOption = 1
	peerWord   = 1
)
