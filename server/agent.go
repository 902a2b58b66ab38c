//go:build unix

package server

import (
	"net"
	"sync"
	"time"

	"gm/internal/forward"
)

// agentSocket is the session's socket for agents. It listens while a client with an agent is
// there, and for the first one from the start of the program on: the program may be faster than
// the client's request, and its connections wait in the queue of the socket.
type agentSocket struct {
	path string // empty without a socket of the session

	mu    sync.Mutex
	early net.Listener // for the first client; nil if it has asked, or there is none
}

// firstRequest is how long the socket waits for the first client's request.
const firstRequest = 10 * time.Second

// expect listens for the first client.
func (a *agentSocket) expect() {
	l, err := a.open()
	if err != nil {
		return // the client gets the error
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.early = l
	time.AfterFunc(firstRequest, a.close)
}

func (a *agentSocket) open() (net.Listener, error) {
	return forward.ListenSocket(a.path, forward.SocketOptions{Unlink: true})
}

// listen returns the listener of a client.
func (a *agentSocket) listen() (net.Listener, error) {
	if l := a.takeEarly(); l != nil {
		return l, nil
	}
	return a.open()
}

func (a *agentSocket) takeEarly() net.Listener {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.early
	a.early = nil
	return l
}

// close ends the wait for the first client.
func (a *agentSocket) close() {
	if l := a.takeEarly(); l != nil {
		l.Close()
	}
}
