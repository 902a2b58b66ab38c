package sshboot

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

// goServer is an SSH server in this process, for logins that sshd can not be
// made to ask for without PAM. What is run on it prints an announcement.
type goServer struct {
	config   ssh.ServerConfig
	key      ssh.Signer
	port     int
	preamble atomic.Value    // a string that is sent before the version
	offer    []byte          // host keys to claim after the login
	frozen   chan struct{}   // what is run says nothing, nor the server, until this is closed
	closed   <-chan struct{} // no channel is opened until this is closed, if it is not nil
	// run is what is run, if it is not nil. The script's lines begin with marker.
	run func(marker string, channel io.ReadWriter)
}

func newSigner(t testing.TB) ssh.Signer {
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

func startGoServer(t *testing.T, config ssh.ServerConfig) *goServer {
	t.Helper()
	s := &goServer{config: config, key: newSigner(t)}
	s.config.AddHostKey(s.key)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
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

func (s *goServer) serve(conn net.Conn) {
	defer conn.Close()
	if text, ok := s.preamble.Load().(string); ok {
		io.WriteString(conn, text)
	}
	server, channels, requests, err := ssh.NewServerConn(conn, &s.config)
	if err != nil {
		return
	}
	if s.offer != nil {
		server.SendRequest("hostkeys-00@openssh.com", false, s.offer)
	}
	go func() {
		if s.frozen != nil {
			<-s.frozen
		}
		ssh.DiscardRequests(requests)
	}()
	if s.closed != nil {
		<-s.closed
	}
	for c := range channels {
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		for r := range requests {
			r.Reply(r.Type == "exec", nil)
			if r.Type == "exec" && s.frozen == nil {
				_, line, _ := strings.Cut(string(r.Payload), "m=")
				marker, _, _ := strings.Cut(line, ";")
				if s.run != nil {
					s.run(marker, channel)
					channel.Close()
					continue
				}
				fmt.Fprintf(channel, "%s run\nMOSH CONNECT 60001 %s\n", marker, testKey)
				channel.Close()
			}
		}
	}
}

// noLogin is a server that lets everybody in.
func noLogin() ssh.ServerConfig { return ssh.ServerConfig{NoClientAuth: true} }

// silentListener accepts connections and says nothing.
type silentListener struct{ port int }

func listen(t *testing.T) silentListener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() }) // connections wait in its queue
	return silentListener{l.Addr().(*net.TCPAddr).Port}
}
