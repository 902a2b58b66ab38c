package sshclient

import (
	"bytes"
	"encoding/binary"
	"net"

	"golang.org/x/crypto/ssh"
)

// An agent that holds destination-constrained keys (ssh-add -h) signs with them
// only on a connection of which it knows the host: session-bind@openssh.com
// (OpenSSH, PROTOCOL.agent) sends it the host key, the session identifier and the
// host's signature of the key exchange. The SSH library keeps that signature to
// itself, so that kexReader takes it from the bytes that the host has sent.

const sessionBind = "session-bind@openssh.com"

// Messages of the transport (RFC 4253, section 12; RFC 4419; RFC 5656).
const (
	msgNewKeys     = 21
	msgKexReply    = 31 // of all key exchanges but one
	msgKexGEXReply = 33 // and of that
)

// maxKexBytes bounds what a host may send up to the end of the first key exchange.
const maxKexBytes = 1 << 20

// kexReply is the host's part of a key exchange. All kinds have this form.
type kexReply struct {
	HostKey, Exchange, Signature []byte
}

// kexReader reads from a connection, from the host's version on, and keeps the
// host's last kexReply of the first key exchange, which is not encrypted.
type kexReader struct {
	net.Conn
	reply kexReply
	seen  []byte // not yet read through
	total int
	begun bool // the version has been read
	done  bool
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

// advance reads what has been seen as far as it is whole.
func (r *kexReader) advance() {
	for !r.done && (r.version() || r.packet()) {
	}
	if r.done || r.total > maxKexBytes {
		r.done, r.seen = true, nil
	}
}

// version skips the line of the host's version. It returns false if there is none.
func (r *kexReader) version() bool {
	_, rest, whole := bytes.Cut(r.seen, []byte("\n"))
	if r.begun || !whole {
		return false
	}
	r.begun, r.seen = true, rest
	return true
}

// packet reads a packet (RFC 4253, section 6), and returns false if it is not whole.
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
		if ssh.Unmarshal(payload[1:], &reply) == nil { // the group of a group exchange is none
			r.reply = reply
		}
	case msgNewKeys:
		r.done = true
	}
	return true
}

// bind binds the agent's connection to the session. An agent that does not know
// the request refuses it, which does no harm.
func (a *agentConn) bind(reply kexReply, session []byte) {
	if a == nil || len(reply.Signature) == 0 {
		return
	}
	a.Extension(sessionBind, ssh.Marshal(struct {
		HostKey, Session, Signature []byte
		Forwarding                  bool
	}{reply.HostKey, session, reply.Signature, false}))
}
