package sshclient

import (
	"bytes"
	"crypto/rand"
	"net"
	"testing"
	"testing/iotest"

	"golang.org/x/crypto/ssh"
)

// The reply is found however the bytes are split, and a hostile host costs at most
// maxKexBytes of memory.
func TestKexReaderIsBounded(t *testing.T) {
	packet := func(payload []byte) []byte {
		p := append([]byte{0, 0, 0, byte(len(payload) + 5), 4}, payload...)
		return append(p, 0, 0, 0, 0)
	}
	reply := kexReply{[]byte("key"), []byte("exchange"), []byte("signature")}
	stream := []byte("SSH-2.0-x\r\n")
	stream = append(stream, packet([]byte{20, 1, 2})...)
	stream = append(stream, packet([]byte{msgKexReply, 0, 0, 0, 1, 5, 0, 0, 0, 1, 2})...) // the group of a group exchange
	stream = append(stream, packet(append([]byte{msgKexGEXReply}, ssh.Marshal(reply)...))...)
	stream = append(stream, packet([]byte{msgNewKeys})...)
	for _, rest := range []string{"", "encrypted"} {
		t.Run(rest, func(t *testing.T) {
			r := kexReader{Conn: readConn{Reader: iotest.OneByteReader(bytes.NewReader(append(bytes.Clone(stream), rest...)))}}
			for b := make([]byte, 100); ; {
				if _, err := r.Read(b); err != nil {
					break
				}
			}
			if string(r.reply.HostKey) != "key" || string(r.reply.Signature) != "signature" || !r.done || r.seen != nil {
				t.Errorf("reply %q, done %v, kept %d bytes", r.reply, r.done, len(r.seen))
			}
		})
	}
	junk := make([]byte, 3*maxKexBytes)
	rand.Read(junk)
	for _, stream := range [][]byte{junk, bytes.Repeat([]byte("x"), 3*maxKexBytes), []byte("SSH-2.0-x\n\xff\xff\xff\xff\x04aaa"), []byte("SSH-2.0-x\n\x00\x00\x00\x01\x04aaa"),
		append([]byte("SSH-2.0-x\n"), bytes.Repeat(packet([]byte{2, 1, 1}), maxKexBytes/4)...)} {
		r := kexReader{Conn: readConn{Reader: bytes.NewReader(stream)}}
		for b := make([]byte, 1<<15); ; {
			if _, err := r.Read(b); err != nil {
				break
			}
			if len(r.seen) > maxKexBytes+len(b) {
				t.Fatalf("kept %d bytes", len(r.seen))
			}
		}
	}
}

// readConn is a connection for reading only.
type readConn struct {
	net.Conn
	Reader interface{ Read([]byte) (int, error) }
}

func (c readConn) Read(b []byte) (int, error) { return c.Reader.Read(b) }
