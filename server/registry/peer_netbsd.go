package registry

// The option LOCAL_PEEREID of unix(4): struct unpcbid with the process id, the user id
// and the group id.
const (
	peerLevel  = 0
	peerOption = 3
	peerWord   = 1
)
