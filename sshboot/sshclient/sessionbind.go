package sshclient

import (
	"bytes"
	"encoding/binary"
	"net"

	"golang.org/x/crypto/ssh"
)

// An agent signs with destination-constrained keys (ssh-add -h) only for a connection
// whose host it knows: session-bind@openssh.com (OpenSSH, PROTOCOL.agent) sends it the host
// key, the session identifier and the host's signature in the key exchange. The SSH library
// does not expose that signature, so kexReader extracts it from the host's bytes.

const sessionBind = "session-bind@openssh.com"

// Messages of the transport (RFC 4253, section 12; RFC 4419; RFC 5656).
const (
	msgNewKeys     = 21
	msgKexReply    = 31 // of all key exchanges but group exchange
	msgKexGEXReply = 33 // of group exchange
)

// maxKexBytes bounds the host's data up to the end of the first key exchange, in bytes.
const maxKexBytes = 1 << 20

// kexReply is the host's reply in a key exchange. All key exchanges use this form.
type kexReply struct {
	HostKey, Exchange, Signature []byte
}

// kexReader is a connection that records the last kexReply of the first key exchange,
// which is not encrypted. Its first byte read must be that of the host's version.
type kexReader struct {
	net.Conn
	reply kexReply
	seen  []byte // not parsed yet
	total int    // bytes read
	begun bool   // whether the version was parsed
	done  bool   // whether the first key exchange is over
}

func (r *kexReader) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if !r.done {
		r.total += n
		r.seen = append(r.seen, b[:n]...)
		r.advance()
	}
	return n, err
}

func (r *kexReader) advance() {
	for !r.done && (r.version() || r.packet()) {
	}
	if r.done || r.total > maxKexBytes {
		r.done, r.seen = true, nil
	}
}

// version skips the host's version and reports whether it was there, complete and not
// skipped before.
func (r *kexReader) version() bool {
	_, rest, whole := bytes.Cut(r.seen, []byte("\n"))
	if r.begun || !whole {
		return false
	}
	r.begun, r.seen = true, rest
	return true
}

// packet parses a packet (RFC 4253, section 6) and reports whether it was complete.
func (r *kexReader) packet() bool {
	const header = 5 // length and padding length
	if !r.begun || len(r.seen) < header+1 {
		return false
	}
	length, padding := int64(binary.BigEndian.Uint32(r.seen)), int64(r.seen[4])
	if length > maxKexBytes || length < padding+2 {
		r.done = true
		return false
	}
	if int64(len(r.seen)) < length+header-1 {
		return false
	}
	payload := r.seen[header : length+header-1-padding]
	r.seen = r.seen[length+header-1:]
	switch payload[0] {
	case msgKexReply, msgKexGEXReply:
		var reply kexReply
		if ssh.Unmarshal(payload[1:], &reply) == nil { // the group of a group exchange does not parse
			r.reply = reply
		}
	case msgNewKeys:
		r.done = true
	}
	return true
}

// bind binds the agent's connection to the session. An agent that does not support the
// request refuses it, which is harmless. a may be nil.
func (a *agentConn) bind(reply kexReply, session []byte) {
	if a == nil || len(reply.Signature) == 0 {
		return
	}
	a.Extension(sessionBind, ssh.Marshal(struct {
		HostKey, Session, Signature []byte
		Forwarding                  bool
	}{reply.HostKey, session, reply.Signature, false}))
}
