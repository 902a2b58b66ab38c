package sshboottest

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
)

// GoServer is an SSH server in the process of the test, for logins that sshd does not
// offer without PAM. A command on it prints an announcement.
type GoServer struct {
	config   ssh.ServerConfig
	Key      ssh.Signer
	Port     int
	Preamble atomic.Value    // a string to send before the version
	Offer    []byte          // host keys to announce after the login
	Late     <-chan struct{} // if not nil, they are announced once it is closed
	// Requests, if not nil, handles the client's global requests.
	Requests func(*ssh.Request)
	Frozen   chan struct{}   // if not nil, the server answers no request until it is closed
	Closed   <-chan struct{} // if not nil, no channel is opened until it is closed
	// Run, if not nil, replaces the command. The lines of the script begin with marker.
	Run func(marker string, channel io.ReadWriter)
	// Status, if not nil, is the exit status of the command.
	Status   *uint32
	accepted atomic.Int32
}

// Accepted returns the number of logins so far.
func (s *GoServer) Accepted() int { return int(s.accepted.Load()) }

// NewSigner returns a new Ed25519 key.
func NewSigner(t testing.TB) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// StartGoServer runs a server until the test ends.
func StartGoServer(t *testing.T, config ssh.ServerConfig) *GoServer {
	t.Helper()
	s := &GoServer{config: config, Key: NewSigner(t)}
	s.config.AddHostKey(s.Key)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = l.Addr().(*net.TCPAddr).Port
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *GoServer) serve(conn net.Conn) {
	defer conn.Close()
	if text, ok := s.Preamble.Load().(string); ok {
		io.WriteString(conn, text)
	}
	server, channels, requests, err := ssh.NewServerConn(conn, &s.config)
	if err != nil {
		return
	}
	s.accepted.Add(1)
	switch {
	case s.Offer == nil:
	case s.Late != nil:
		go func() {
			<-s.Late
			server.SendRequest("hostkeys-00@openssh.com", false, s.Offer)
		}()
	default:
		server.SendRequest("hostkeys-00@openssh.com", false, s.Offer)
	}
	go s.handleRequests(requests)
	if s.Closed != nil {
		<-s.Closed
	}
	for c := range channels {
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		for r := range requests {
			r.Reply(r.Type == "exec", nil)
			if r.Type == "exec" && s.Frozen == nil {
				_, line, _ := strings.Cut(string(r.Payload), "m=")
				marker, _, _ := strings.Cut(line, ";")
				if s.Run != nil {
					s.Run(marker, channel)
				} else {
					fmt.Fprintf(channel, "%s run\nMOSH CONNECT 60001 %s\n", marker, TestKey)
				}
				if s.Status != nil {
					channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{*s.Status}))
				}
				channel.Close()
			}
		}
	}
}

func (s *GoServer) handleRequests(requests <-chan *ssh.Request) {
	if s.Frozen != nil {
		<-s.Frozen
	}
	if s.Requests == nil {
		ssh.DiscardRequests(requests)
		return
	}
	for r := range requests {
		s.Requests(r)
	}
}

// NoLogin returns a configuration without authentication.
func NoLogin() ssh.ServerConfig { return ssh.ServerConfig{NoClientAuth: true} }

// silentListener accepts connections and never writes.
type silentListener struct{ Port int }

// Listen runs a silentListener until the test ends.
func Listen(t *testing.T) silentListener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() }) // connections wait in its queue
	return silentListener{l.Addr().(*net.TCPAddr).Port}
}
