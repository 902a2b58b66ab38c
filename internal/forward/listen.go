package forward

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"time"
)

// SocketOptions are the options of Unix sockets that are listened on.
type SocketOptions struct {
	// Mask is StreamLocalBindMask; nil is 0177.
	Mask *os.FileMode
	// Unlink is StreamLocalBindUnlink: a socket that exists is replaced.
	Unlink bool
}

const defaultMask os.FileMode = 0o177

func (o SocketOptions) mask() os.FileMode {
	if o.Mask == nil {
		return defaultMask
	}
	return *o.Mask & os.ModePerm
}

// bindHosts returns the hosts to listen on for a bind address in OpenSSH's rules: localhost is
// both loopback addresses, the empty one and * are all.
func bindHosts(bind string) []string {
	switch bind {
	case "localhost":
		return []string{"127.0.0.1", "::1"}
	case "*":
		return []string{""}
	}
	return []string{bind}
}

// listenTCP listens on the addresses of a bind address, and returns the port. Port 0 is one that
// is free. It has failed if there are no listeners: OpenSSH is content with one address of
// several.
func (m *Mux) listenTCP(bind string, port int) (listeners []net.Listener, bound int, errs []error) {
	listen := m.cfg.Listen
	if listen == nil {
		listen = func(network, address string) (net.Listener, error) {
			return (&net.ListenConfig{KeepAlive: -1}).Listen(m.ctx, network, address)
		}
	}
	for _, host := range bindHosts(bind) {
		at := net.JoinHostPort(host, strconv.Itoa(port))
		l, err := listen("tcp", at)
		if err != nil {
			errs = append(errs, fmt.Errorf("bind [%s]:%d: %s", host, port, reason(err)))
			continue
		}
		listeners = append(listeners, l)
		if tcp, ok := l.Addr().(*net.TCPAddr); ok {
			port = tcp.Port
		}
	}
	return listeners, port, errs
}

// ListenSocket listens on a Unix socket. The error names the path, in OpenSSH's words.
func ListenSocket(path string, opts SocketOptions) (net.Listener, error) {
	l, err := listenUnix(path, opts)
	if err != nil {
		return nil, fmt.Errorf("bind %s: %s", path, reason(err))
	}
	return l, nil
}

func listenUnix(path string, opts SocketOptions) (net.Listener, error) {
	if info, err := os.Lstat(path); opts.Unlink && err == nil && info.Mode()&fs.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	mode := os.ModePerm &^ opts.mask()
	cfg := net.ListenConfig{Control: socketMode(mode)}
	l, err := cfg.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	unix := l.(*net.UnixListener)
	unix.SetUnlinkOnClose(false)
	info, err := os.Lstat(path)
	if err == nil {
		err = os.Chmod(path, mode)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	return &unixListener{UnixListener: unix, path: path, info: info}, nil
}

// unixListener removes its socket when it is closed, unless another has replaced it.
type unixListener struct {
	*net.UnixListener
	path string
	info fs.FileInfo
}

func (l *unixListener) Close() error {
	if info, err := os.Lstat(l.path); err == nil && os.SameFile(info, l.info) {
		os.Remove(l.path)
	}
	return l.UnixListener.Close()
}

// acceptPause is the wait after an error of accept, such as too many open files.
const acceptPause = 100 * time.Millisecond

// acceptFrom hands each connection of a listener to handle, in Service, until it is closed.
func (m *Mux) acceptFrom(l net.Listener, handle func(net.Conn)) {
	m.cfg.Start(func() {
		for {
			conn, err := l.Accept()
			switch {
			case err == nil:
				adopted := m.adopt(conn.Close)
				if !m.post(func() {
					if adopted() {
						handle(conn)
					}
				}) {
					return
				}
			case errors.Is(err, net.ErrClosed):
				return
			default:
				pause, cancel := context.WithTimeout(m.ctx, acceptPause)
				<-pause.Done()
				cancel()
			}
		}
	})
}

// ListenUnix listens on a Unix socket for this account alone. Close removes it, unless another
// has replaced it.
func ListenUnix(path string) (net.Listener, error) {
	l, err := listenUnix(path, SocketOptions{})
	if err != nil {
		return nil, errors.New(reason(err))
	}
	return l, nil
}
