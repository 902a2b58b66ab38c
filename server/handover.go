//go:build unix

package server

import (
	"errors"
	"fmt"
	"io"
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
}

// inherited returns the handover. second reports whether this is the second process.
func inherited() (h handover, second bool, err error) {
	kind := os.Getenv(handoverVariable)
	if kind == "" {
		return h, false, nil
	}
	os.Unsetenv(handoverVariable)
	if kind == handoverThreads {
		os.Unsetenv(runtimeVariable)
	}
	for fd := socketFD; fd <= readyFD; fd++ {
		unix.CloseOnExec(fd)
	}
	h.ready = os.NewFile(readyFD, "ready")
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
	listed   bool     // the session has a socket, so that it is listed and can be entered
	warnings []string // a line each
}

// The lines of a reply: one of the first two, and warnings.
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
	return strings.Join(append([]string{first}, r.warnings...), "\n")
}

// awaitReady reads the reply of the second process. A reply that is no readiness is an
// error of that process.
func awaitReady(reply io.Reader) (r readiness, err error) {
	text, err := io.ReadAll(io.LimitReader(reply, maxReply))
	if err != nil {
		return r, err
	}
	lines := strings.Split(string(text), "\n")
	switch lines[0] {
	case "":
		return r, errors.New("the detached server died")
	case readyListed, readyUnlisted:
		return readiness{listed: lines[0] == readyListed, warnings: lines[1:]}, nil
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
