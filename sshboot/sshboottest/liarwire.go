package sshboottest

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
)

// maxPacket bounds a packet from a client, in bytes.
const maxPacket = 256 << 10

// message is an SSH message under construction (RFC 4251, section 5).
type message []byte

func (m message) byte(b byte) message     { return append(m, b) }
func (m message) uint32(n uint32) message { return binary.BigEndian.AppendUint32(m, n) }
func (m message) string(s string) message { return append(m.uint32(uint32(len(s))), s...) }
func (m message) mpint(b []byte) message  { return m.string(string(positive(b))) }
func (m message) strings(s ...string) message {
	for _, one := range s {
		m = m.string(one)
	}
	return m
}

func positive(b []byte) []byte {
	n := new(big.Int).SetBytes(b)
	if n.BitLen()%8 == 0 {
		return append([]byte{0}, n.Bytes()...)
	}
	return n.Bytes()
}

func cutString(b []byte) (s string, rest []byte) {
	if len(b) < 4 || uint64(len(b)) < 4+uint64(binary.BigEndian.Uint32(b)) {
		return "", nil
	}
	end := 4 + binary.BigEndian.Uint32(b)
	return string(b[4:end]), b[end:]
}

// packetConn is the transport of the server: unencrypted until secure is called, then with
// aes128-gcm@openssh.com (RFC 5647).
type packetConn struct {
	conn    net.Conn
	r       *bufio.Reader
	in, out *gcm
}

type gcm struct {
	aead  cipher.AEAD
	nonce [12]byte
}

func newGCM(key, nonce []byte) *gcm {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	g := &gcm{aead: aead}
	copy(g.nonce[:], nonce)
	return g
}

func (g *gcm) next() []byte {
	nonce := g.nonce
	binary.BigEndian.PutUint64(g.nonce[4:], binary.BigEndian.Uint64(g.nonce[4:])+1)
	return nonce[:]
}

func (c *packetConn) write(payload message) error {
	padding := 16 - (len(payload)+1)%16
	if c.out == nil {
		padding = 16 - (len(payload)+5)%16
	}
	if padding < 4 {
		padding += 16
	}
	packet := append(message{byte(padding)}, payload...)
	packet = append(packet, make([]byte, padding)...)
	length := message(nil).uint32(uint32(len(packet)))
	if c.out != nil {
		packet = c.out.aead.Seal(nil, c.out.next(), packet, length)
	}
	_, err := c.conn.Write(append(length, packet...))
	return err
}

func (c *packetConn) read() ([]byte, error) {
	length := make([]byte, 4)
	if _, err := io.ReadFull(c.r, length); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(length))
	if n > maxPacket {
		return nil, errors.New("too long a packet")
	}
	if c.in != nil {
		n += c.in.aead.Overhead()
	}
	packet := make([]byte, n)
	if _, err := io.ReadFull(c.r, packet); err != nil {
		return nil, err
	}
	if c.in != nil {
		var err error
		if packet, err = c.in.aead.Open(nil, c.in.next(), packet, length); err != nil {
			return nil, err
		}
	}
	if len(packet) < 2 || len(packet) < 1+int(packet[0])+1 {
		return nil, errors.New("too short a packet")
	}
	return packet[1 : len(packet)-int(packet[0])], nil
}

func (c *packetConn) readLine() (string, error) {
	line, err := c.r.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

// agree is the server's half of curve25519-sha256 (RFC 8731). It returns the public key
// and the shared secret.
func agree(client []byte) (public, secret []byte, err error) {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	peer, err := ecdh.X25519().NewPublicKey(client)
	if err != nil {
		return nil, nil, err
	}
	secret, err = key.ECDH(peer)
	return key.PublicKey().Bytes(), secret, err
}

// secure enables encryption with the keys of RFC 4253, section 7.2. hash is also the
// session identifier.
func (c *packetConn) secure(secret, hash []byte) {
	derive := func(letter byte, n int) []byte {
		sum := sha256.Sum256(append(message(nil).mpint(secret), string(hash)+string(letter)+string(hash)...))
		return sum[:n]
	}
	c.in = newGCM(derive('C', 16), derive('A', 12))
	c.out = newGCM(derive('D', 16), derive('B', 12))
}
