package sshboot

import (
	"sync"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshclient"
)

// Login is a live SSH connection to a host on which a server was started.
type Login struct {
	Endpoint
	conn   *sshclient.Conn
	once   sync.Once
	closed chan struct{} // closed by Close; ends the keepalive requests
}

func newLogin(conn *sshclient.Conn) *Login {
	return &Login{conn: conn, closed: make(chan struct{})}
}

// Client returns the SSH connection, for channels of its own.
func (l *Login) Client() *ssh.Client { return l.conn.Client }

// Close ends the connection. The server on the host goes on. It may be called more
// than once.
func (l *Login) Close() (err error) {
	l.once.Do(func() {
		close(l.closed)
		err = l.conn.Close()
	})
	return err
}
