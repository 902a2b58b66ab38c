//go:build unix

package server

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// handover holds the resources that the second process receives from the first.
type handover struct {
	conn  *udp.Conn
	key   datagram.Key
	name  string // of the session
	ready *os.File
	relay *net.UnixConn // to the first process; nil if it does not stay
}

// inherited returns the handover. second reports whether this is the second process.
func inherited() (h handover, second bool, err error) {
	kind := os.Getenv(handoverVariable)
	if kind == "" {
		return h, false, nil
	}
	os.Unsetenv(handoverVariable)
	kind, relayed := strings.CutSuffix(kind, handoverRelay)
	if kind == handoverThreads {
		os.Unsetenv(runtimeVariable)
	}
	last := readyFD
	if relayed {
		last = relayFD
	}
	for fd := socketFD; fd <= last; fd++ {
		unix.CloseOnExec(fd)
	}
	h.ready = os.NewFile(readyFD, "ready")
	if relayed {
		if h.relay, err = asUnixConn(os.NewFile(relayFD, "relay")); err != nil {
			return h, true, err
		}
	}
	key := os.NewFile(keyFD, "key")
	defer key.Close()
	if err = h.readKey(key); err != nil {
		return h, true, err
	}
	h.conn, err = udp.FromFile(os.NewFile(socketFD, "socket"))
	return h, true, err
}

func (h *handover) readKey(r io.Reader) error {
	if _, err := io.ReadFull(r, h.key[:]); err != nil {
		return fmt.Errorf("read the key: %w", err)
	}
	name, err := io.ReadAll(io.LimitReader(r, maxOptionText))
	if err != nil {
		return fmt.Errorf("read the name of the session: %w", err)
	}
	h.name = string(name)
	return wire.CheckSessionName(h.name)
}

// readiness is the reply of a second process that serves its session.
type readiness struct {
	pid      int
	listed   bool          // the session has a socket, so that it is listed and can be entered
	id       string        // of the session
	warnings []string      // a line each
	relay    *net.UnixConn // to the session, in the first process; nil if it is not to stay
}

// The lines of a reply: one of these two, the ID, and warnings.
const (
	readyListed   = "ready"
	readyUnlisted = "ready without a socket"
)

// maxReply bounds the reply of a second process, in bytes.
const maxReply = 4 << 10

func (r *readiness) warn(text string) {
	if text != "" {
		r.warnings = append(r.warnings, text)
	}
}

func (r readiness) String() string {
	first := readyUnlisted
	if r.listed {
		first = readyListed
	}
	return strings.Join(append([]string{first, r.id}, r.warnings...), "\n")
}

// awaitReady reads the reply of the second process. A reply that is no readiness is an
// error of that process.
func awaitReady(reply io.Reader) (r readiness, err error) {
	text, err := io.ReadAll(io.LimitReader(reply, maxReply))
	if err != nil {
		return r, err
	}
	lines := strings.Split(string(text), "\n")
	switch {
	case lines[0] == "":
		return r, errors.New("the detached server died")
	case len(lines) > 1 && (lines[0] == readyListed || lines[0] == readyUnlisted):
		return readiness{listed: lines[0] == readyListed, id: lines[1], warnings: lines[2:]}, nil
	}
	return r, errors.New(string(text))
}

func (h *handover) reply(r readiness) error { return h.send(r.String()) }

func (h *handover) fail(err error) error { return h.send(err.Error()) }

func (h *handover) send(text string) error {
	_, err := io.WriteString(h.ready, text)
	h.ready.Close()
	return err
}
