// Package registry finds the user's sessions on this host. Each session listens on a Unix
// socket in a directory that only the user can enter; [Registry] chooses the directory,
// lists, finds and sweeps the sockets, [Listener] is the session's end of one, and [Call]
// the other end. The messages are those of package wire/control (protocol, section 14).
//
// There is no daemon and no other record: a session exists if its socket answers. The
// name of a socket is the session's ID, PID-HASH-RANDOM. HASH is a hash of the session's
// name, so that a name is looked up without asking every session.
//
// Other accounts are kept out twice: by the directory, which must be the user's own, with
// mode 0700 and below directories that no other account can change, and by the user id of
// the peer, which both ends of a connection check.
package registry
