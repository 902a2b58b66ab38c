package controlsocket

import (
	"context"
	"errors"
	"io"
	"net"
	"os"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
)

// Master is the running client. Its methods may be called in any goroutine.
type Master interface {
	// Open begins a forwarding. port is that of a remote one without a port of its own.
	Open(forward.Spec) (port int, err error)
	Cancel(forward.Spec) error
	// Run runs a program until its end or that of ctx, and returns its exit status. It closes
	// the standard streams. started is called once it runs; an error before is the result.
	Run(ctx context.Context, p Program, started func()) (status int, err error)
	// Permit reports whether the user permits a request, which it asks where they are asked for.
	Permit() bool
	// Exit ends the client, and StopListening its socket.
	Exit()
	StopListening()
}

// Program is a program to run, or a connection to make in its place.
type Program struct {
	Command   string // for the account's shell, empty for a login shell, or a subsystem's name
	Subsystem bool
	// Connect is the address to connect to in place of a program; the zero Address is none.
	Connect  forward.Address
	In       io.ReadCloser
	Out, Err io.WriteCloser // Err is nil of a connection
}

// Listen listens at a path, for this account alone.
func Listen(path string) (net.Listener, error) {
	l, err := forward.ListenUnix(path)
	if err != nil {
		return nil, errors.New("ControlSocket " + path + ": " + err.Error())
	}
	return l, nil
}

// Serve answers the clients of a socket until it is closed.
func Serve(l net.Listener, m Master) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			serve(conn, m)
		}()
	}
}

func serve(conn net.Conn, m Master) error {
	if err := exchangeHello(conn); err != nil {
		return err
	}
	for {
		request, err := read(conn)
		if err != nil {
			return err
		}
		switch request.Type {
		case typeNewSession, typeNewStdio:
			return run(conn, request, m)
		case typeTerminate, typeOpenForward:
			if !m.Permit() {
				return write(conn, typeDenied, request.ID, errDenied)
			}
		}
		if err := answer(conn, request, m); err != nil {
			return err
		}
	}
}

var errDenied = text{"Permission denied"}

func answer(conn net.Conn, request message, m Master) error {
	id := request.ID
	switch request.Type {
	case typeAliveCheck:
		return write(conn, typeAlive, id, port{uint32(os.Getpid())})
	case typeTerminate:
		defer m.Exit()
		return write(conn, typeOK, id, nil)
	case typeStopListening:
		defer m.StopListening()
		return write(conn, typeOK, id, nil)
	case typeOpenForward, typeCloseForward:
		var f forwarding
		if ssh.Unmarshal(request.Rest, &f) != nil {
			return errMalformed
		}
		spec, ok := f.spec()
		if !ok {
			return write(conn, typeFailure, id, text{"Invalid forwarding request"})
		}
		return answerForwarding(conn, request, spec, m)
	}
	return write(conn, typeFailure, id, text{"unsupported request"})
}

func answerForwarding(conn net.Conn, request message, spec forward.Spec, m Master) error {
	var err error
	number := 0
	if request.Type == typeOpenForward {
		number, err = m.Open(spec)
	} else {
		err = m.Cancel(spec)
	}
	switch {
	case err != nil:
		return write(conn, typeFailure, request.ID, text{err.Error()})
	case number != 0 && spec.Kind == forward.Remote && spec.Listen.Path == "" && spec.Listen.Port == 0:
		return write(conn, typeRemotePort, request.ID, port{uint32(number)})
	}
	return write(conn, typeOK, request.ID, nil)
}
