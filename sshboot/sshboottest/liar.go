package sshboottest

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"slices"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Course is the course of a login at a [Liar].
type Course struct {
	Name string
	// Methods are the authentication methods that the server offers, and Accepts is the
	// one that succeeds.
	Methods, Accepts string
	// Refuses is "channel" or "exec" for a server that refuses these requests.
	Refuses string
	// Disconnects is "kex", "auth", "login" or "exec" for a server that sends a
	// disconnect message there.
	Disconnects string
	// Certified makes the server send a certificate as its host key.
	Certified bool
	// Proves makes the server answer the request to prove its host keys.
	Proves bool
	// Killed ends the command by a signal.
	Killed bool
}

// Courses are courses that together contain every message that a client understands.
var Courses = []Course{
	{Name: "prints and fails", Methods: "publickey", Accepts: "publickey"},
	{Name: "proves and is killed", Methods: "publickey", Accepts: "publickey", Proves: true, Killed: true},
	{Name: "asks", Methods: "keyboard-interactive", Accepts: "keyboard-interactive"},
	{Name: "denies", Methods: "publickey,keyboard-interactive,password"},
	{Name: "refuses a channel", Methods: "password", Accepts: "password", Refuses: "channel"},
	{Name: "refuses to execute", Methods: "publickey", Accepts: "publickey", Refuses: "exec"},
	{Name: "shows a certificate", Methods: "publickey", Accepts: "publickey", Certified: true},
	{Name: "disconnects at once", Disconnects: "kex"},
	{Name: "disconnects from a login", Methods: "publickey", Disconnects: "auth"},
	{Name: "disconnects after the login", Methods: "publickey", Accepts: "publickey", Disconnects: "login"},
	{Name: "disconnects instead of output", Methods: "publickey", Accepts: "publickey", Disconnects: "exec"},
}

// Liar is an SSH server that can replace every string it sends by another one. Every login
// succeeds, no command is run, and each session ends without a server.
type Liar struct {
	Port    int
	HostKey ssh.PublicKey
	CA      ssh.PublicKey // the authority of the certificate of a Course with Certified

	t          testing.TB
	course     Course
	lie        func(field, honest string) string
	key, other ssh.Signer
	authority  ssh.Signer

	mu   sync.Mutex
	sent []string
}

// StartLiar runs a Liar until the test ends. lie returns the string to send in place of an
// honest value. Fields have the names of the messages in golang.org/x/crypto/ssh, or
// lower-case names if they are parts of these.
func StartLiar(t testing.TB, course Course, lie func(field, honest string) string) *Liar {
	t.Helper()
	l := &Liar{t: t, course: course, lie: lie, key: NewSigner(t), other: NewSigner(t), authority: NewSigner(t)}
	l.HostKey, l.CA = l.key.PublicKey(), l.authority.PublicKey()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	l.Port = listener.Addr().(*net.TCPAddr).Port
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.serve(conn)
		}
	}()
	return l
}

// Sent returns the fields sent so far, sorted.
func (l *Liar) Sent() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(l.sent)))
}

func (l *Liar) say(field, honest string) string {
	l.mu.Lock()
	l.sent = append(l.sent, field)
	l.mu.Unlock()
	return l.lie(field, honest)
}

func (l *Liar) serve(conn net.Conn) {
	defer conn.Close()
	s := &lying{Liar: l, packetConn: packetConn{conn: conn, r: bufio.NewReader(conn)}}
	if s.exchange() == nil && s.authenticate() == nil {
		s.connect() // its error ends the connection
	}
}

// lying is a connection to a Liar.
type lying struct {
	*Liar
	packetConn
	client uint32 // the client's number for its channel
}

// exchange exchanges versions and keys (RFC 4253).
func (s *lying) exchange() error {
	version := s.say("version", "SSH-2.0-OpenSSH_9.2")
	preface := s.say("preface", "hello")
	if _, err := s.conn.Write([]byte(preface + "\r\n" + version + "\r\n")); err != nil {
		return err
	}
	clientVersion, err := s.readLine()
	if err != nil {
		return err
	}
	if s.course.Disconnects == "kex" {
		return s.disconnect()
	}
	ours := s.kexInit()
	if err := s.write(ours); err != nil {
		return err
	}
	theirs, err := s.read()
	if err != nil {
		return err
	}
	init, err := s.read()
	if err != nil {
		return err
	}
	public, _ := cutString(init[1:])
	answer, secret, err := agree([]byte(public))
	if err != nil {
		return err
	}
	blob := s.hostKey()
	hash := sha256.Sum256(message(nil).strings(clientVersion, version, string(theirs), string(ours), blob, public, string(answer)).mpint(secret))
	reply := message{31}.strings(
		s.say("kexECDHReplyMsg.HostKey", blob),
		s.say("kexECDHReplyMsg.EphemeralPubKey", string(answer)),
		s.say("kexECDHReplyMsg.Signature", s.signature(hash[:])))
	if err := s.write(reply); err != nil {
		return err
	}
	if err := s.write(message{21}); err != nil {
		return err
	}
	if _, err := s.read(); err != nil { // the client's NEWKEYS
		return err
	}
	s.secure(secret, hash[:])
	return nil
}

func (s *lying) kexInit() message {
	key := ssh.KeyAlgoED25519
	if s.course.Certified {
		key = ssh.CertAlgoED25519v01
	}
	const cipher, mac = ssh.CipherAES128GCM, ssh.HMACSHA256
	m := append(message{20}, make([]byte, 16)...)
	for _, list := range []struct{ field, honest string }{
		{"KexAlgos", ssh.KeyExchangeCurve25519}, {"ServerHostKeyAlgos", key},
		{"CiphersClientServer", cipher}, {"CiphersServerClient", cipher}, {"MACsClientServer", mac}, {"MACsServerClient", mac},
		{"CompressionClientServer", "none"}, {"CompressionServerClient", "none"},
		{"LanguagesClientServer", ""}, {"LanguagesServerClient", ""},
	} {
		m = m.string(s.say("kexInitMsg."+list.field, list.honest))
	}
	return m.byte(0).uint32(0)
}

func (s *lying) hostKey() string {
	if s.course.Certified {
		return s.certificate()
	}
	_, rest := cutString(s.key.PublicKey().Marshal())
	key, _ := cutString(rest)
	return string(message(nil).strings(s.say("key format", ssh.KeyAlgoED25519), s.say("key", key)))
}

func (s *lying) certificate() string {
	c := ssh.Certificate{
		Key: s.key.PublicKey(), CertType: ssh.HostCert, ValidBefore: ssh.CertTimeInfinity,
		KeyId:           s.say("certificate id", "host"),
		ValidPrincipals: []string{s.say("certificate principal", "127.0.0.1")},
	}
	if name := s.say("certificate option", ""); name != "" {
		c.CriticalOptions = map[string]string{name: name}
	}
	must(s.t, c.SignCert(rand.Reader, s.authority))
	c.Signature.Format = s.say("certificate signature format", c.Signature.Format)
	return string(c.Marshal())
}

func (s *lying) signature(data []byte) string {
	signature, err := s.key.Sign(rand.Reader, data)
	must(s.t, err)
	return string(message(nil).strings(s.say("signature format", signature.Format), s.say("signature", string(signature.Blob))))
}

func (s *lying) disconnect() error {
	s.write(message{1}.uint32(2).strings(s.say("disconnectMsg.Message", "go away"), s.say("disconnectMsg.Language", "")))
	return errDone
}
