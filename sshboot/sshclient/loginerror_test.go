package sshclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"

	"gm/sshboot/prompt"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshconfig"

	"golang.org/x/crypto/ssh"
)

// hostThat returns a login on a host that calls answer for each connection and then closes
// it.
func hostThat(t *testing.T, answer func(net.Conn)) boot {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				answer(conn)
			}()
		}
	}()
	return boot{
		request: request{Destination: fmt.Sprintf("127.0.0.1:%d", l.Addr().(*net.TCPAddr).Port), SSHCommand: []string{"ssh", "-oConnectTimeout=2"}},
		env:     testEnvironment(t.TempDir()), ask: &prompttest.ScriptedUser{},
	}
}

// The message about a host that is silent or closes the connection names the stage and
// quotes the host's text.
func TestHostsEndingLogin(t *testing.T) {
	sends := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			io.WriteString(conn, text)
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn) // closing now could reset the connection and discard the text
		}
	}
	keeps := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			io.WriteString(conn, text)
			io.Copy(io.Discard, conn)
		}
	}
	for name, c := range map[string]struct {
		answer func(net.Conn)
		want   []string
	}{
		"penalty":       {sends("Not allowed at this time\r\n"), []string{"refused the connection: Not allowed at this time", "PerSourcePenalties"}},
		"many startups": {sends("Exceeded MaxStartups\r\n"), []string{"refused the connection: Exceeded MaxStartups", "try again in a moment"}},
		"web server":    {sends("HTTP/1.1 400 Bad Request\r\n\r\n"), []string{`is not an SSH server: it sent "HTTP/1.1 400 Bad Request`, "the port of its sshd?"}},
		"mail":          {keeps("220 mail.example.org ESMTP\r\n"), []string{`is not an SSH server: it sent "220 mail.example.org ESMTP" instead`}},
		"nothing":       {sends(""), []string{"closed the connection before an SSH version came", "hosts.deny"}},
		"silence":       {keeps(""), []string{"accepted the connection, but sent no SSH version: no answer for 2s"}},
		"version":       {sends("SSH-2.0-x\r\n"), []string{"closed the connection during the key exchange", "the log of its sshd"}},
		"version only":  {keeps("SSH-2.0-x\r\n"), []string{"sent its SSH version, but did not exchange keys: no answer for 2s", "MTU"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := hostThat(t, c.answer).run(t.Context())
			sshboottest.WantError(t, err, append(c.want, "127.0.0.1]:")...)
		})
	}
}

// dropping is a user during whose answer the host drops the connection.
type dropping struct {
	*prompttest.ScriptedUser
	server *sshboottest.Server
}

func (d dropping) Secret(ctx context.Context, prompt string) (string, error) {
	d.server.Drop()
	return d.ScriptedUser.Secret(ctx, prompt)
}

func TestResolverErrors(t *testing.T) {
	c := sshconfig.New("x.example.org", sshconfig.Environment{})
	for err, want := range map[*net.DNSError]string{
		{IsNotFound: true, Err: "no such host"}: `resolve "x.example.org": no such host`,
		{Err: "i/o timeout", IsTimeout: true}:   `resolve "x.example.org": i/o timeout`,
	} {
		sshboottest.WantError(t, dialError(c, err), want)
	}
}

// writeBehind is a connection whose writes do not block on the reader, like those of a
// socket.
type writeBehind struct {
	net.Conn
	queue chan []byte
}

func newWriteBehind(conn net.Conn) writeBehind {
	w := writeBehind{conn, make(chan []byte, 100)}
	go func() {
		for b := range w.queue {
			conn.Write(b)
		}
	}()
	return w
}

func (w writeBehind) Write(b []byte) (int, error) {
	w.queue <- slices.Clone(b)
	return len(b), nil
}

// The host does not reply to a password, because a service behind its sshd hangs.
func TestAuthenticationTimeout(t *testing.T) {
	c := configured(t, "StrictHostKeyChecking=no", "PreferredAuthentications=password")
	host := sshboottest.NewSigner(t)
	synctest.Test(t, func(t *testing.T) {
		ours, pipe := net.Pipe()
		theirs := newWriteBehind(pipe)
		defer close(theirs.queue)
		hangs, done := make(chan struct{}), make(chan struct{})
		server := ssh.ServerConfig{PasswordCallback: func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) {
			<-hangs
			return nil, errors.New("too late")
		}}
		server.AddHostKey(host)
		go func() {
			ssh.NewServerConn(theirs, &server)
			close(done)
		}()
		_, err := login(t.Context(), ours, c, &prompttest.ScriptedUser{Answers: []string{"secret"}}, &prompt.WaitNotice{Delay: prompt.NoticeDelay}, nil)
		sshboottest.WantError(t, err, "did not answer to the password: no answer for 2m0s", "the log of its sshd may have the reason")
		close(hangs)
		<-done
	})
}

func TestKeyExchangeErrorIsShown(t *testing.T) {
	l := sshboottest.StartLiar(t, sshboottest.Course{Methods: "publickey"}, func(field, honest string) string {
		if field == "kexECDHReplyMsg.EphemeralPubKey" {
			return "short"
		}
		return honest
	})
	b := boot{
		request: request{Destination: fmt.Sprintf("127.0.0.1:%d", l.Port), SSHCommand: []string{"ssh", "-oStrictHostKeyChecking=no"}},
		env:     testEnvironment(t.TempDir()), ask: &prompttest.ScriptedUser{},
	}
	_, err := b.run(t.Context())
	sshboottest.WantError(t, err, fmt.Sprintf("log in to [127.0.0.1]:%d: ", l.Port), "wrong length")
}
