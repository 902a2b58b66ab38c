// Package controlsocket speaks the protocol of OpenSSH's ControlPath (OpenSSH, PROTOCOL.mux): a
// client asks a running one, the master, to run a program, to connect or forward, to stop or
// whether it is there. Terminals are not shared.
package controlsocket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
)

// version is that of the protocol.
const version = 4

// Types of messages.
const (
	typeHello         = 0x00000001
	typeNewSession    = 0x10000002
	typeAliveCheck    = 0x10000004
	typeTerminate     = 0x10000005
	typeOpenForward   = 0x10000006
	typeCloseForward  = 0x10000007
	typeNewStdio      = 0x10000008
	typeStopListening = 0x10000009

	typeOK            = 0x80000001
	typeDenied        = 0x80000002
	typeFailure       = 0x80000003
	typeExit          = 0x80000004
	typeAlive         = 0x80000005
	typeSessionOpened = 0x80000006
	typeRemotePort    = 0x80000007
)

// maxMessage bounds a message, in bytes.
const maxMessage = 256 << 10

var errMalformed = errors.New("malformed message on the control socket")

// message is a message of either side. The fields that its type does not have are zero.
type message struct {
	Type uint32
	ID   uint32 // of the request; of a hello the version
	Rest []byte `ssh:"rest"`
}

func write(w io.Writer, kind, id uint32, fields any) error {
	m := message{Type: kind, ID: id}
	if fields != nil {
		m.Rest = ssh.Marshal(fields)
	}
	body := ssh.Marshal(m)
	_, err := w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...))
	return err
}

func read(r io.Reader) (m message, err error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return m, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxMessage {
		return m, errMalformed
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return m, err
	}
	if ssh.Unmarshal(body, &m) != nil {
		return m, errMalformed
	}
	return m, nil
}

// exchangeHello sends this end's hello and reads the other's.
func exchangeHello(conn io.ReadWriter) error {
	if err := write(conn, typeHello, version, nil); err != nil {
		return err
	}
	m, err := read(conn)
	switch {
	case err != nil:
		return err
	case m.Type != typeHello:
		return errMalformed
	case m.ID != version:
		return fmt.Errorf("unsupported multiplexing protocol version %d (expected %d)", m.ID, version)
	}
	return nil
}

// text is the field of a failure, and port those of typeAlive and typeRemotePort.
type (
	text struct{ Text string }
	port struct{ Number uint32 }
)

// newSession is the fields of typeNewSession. The program's standard input, output and error
// follow as file descriptors.
type newSession struct {
	Reserved                        string
	Terminal, X11, Agent, Subsystem uint32 // flags
	Escape                          uint32
	Term, Command                   string
	Env                             []byte `ssh:"rest"` // strings NAME=VALUE
}

// newStdio is the fields of typeNewStdio. Input and output follow as file descriptors.
type newStdio struct {
	Reserved, Host string
	Port           uint32
}

// exitStatus is the fields of typeExit without the first, which is in message.ID.
type exitStatus struct{ Status uint32 }

// noEscape is the escape character of a session without one.
const noEscape = 1<<32 - 1

// forwarding is the fields of typeOpenForward and typeCloseForward.
type forwarding struct {
	Kind        uint32
	ListenHost  string
	ListenPort  uint32
	ConnectHost string
	ConnectPort uint32
}

// kinds are those of forwarding.Kind.
var kinds = map[forward.SpecKind]uint32{forward.Local: 1, forward.Remote: 2, forward.Dynamic: 3}

// portOfPath stands for the port of a Unix socket, whose path is the host (PORT_STREAMLOCAL).
const portOfPath = 1<<32 - 2

func marshal(s forward.Spec) forwarding {
	f := forwarding{Kind: kinds[s.Kind], ListenHost: s.Listen.Host, ListenPort: uint32(s.Listen.Port), ConnectHost: s.Connect.Host, ConnectPort: uint32(s.Connect.Port)}
	if s.HasBind && s.Listen.Host == "" {
		f.ListenHost = "*"
	}
	if s.Listen.Path != "" {
		f.ListenHost, f.ListenPort = s.Listen.Path, portOfPath
	}
	if s.Connect.Path != "" {
		f.ConnectHost, f.ConnectPort = s.Connect.Path, portOfPath
	}
	return f
}

// spec returns the forwarding of a message; ok is false if it is malformed.
func (f *forwarding) spec() (s forward.Spec, ok bool) {
	for kind, number := range kinds {
		if number == f.Kind {
			s.Kind, ok = kind, true
		}
	}
	if s.Listen, ok = address(f.ListenHost, f.ListenPort, ok); s.Listen.Path == "" {
		s.HasBind = f.ListenHost != ""
	}
	s.Connect, ok = address(f.ConnectHost, f.ConnectPort, ok)
	if s.Kind == forward.Dynamic || f.ConnectHost == "socks" && f.ConnectPort == 0 {
		s.Connect = forward.Address{}
	}
	return s, ok
}

func address(host string, port uint32, valid bool) (forward.Address, bool) {
	if port == portOfPath {
		return forward.Address{Path: host}, valid && host != ""
	}
	return forward.Address{Host: host, Port: int(port)}, valid && port <= 1<<16-1
}
