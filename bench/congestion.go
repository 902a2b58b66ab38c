//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// congestionPorts are the ports of the site at which the TCP of sshd has a congestion
// control of its own. A namespace may not choose cubic, but a socket may.
var congestionPorts = map[string]int{"bbr": 24, "cubic": 25}

// listenForStreams runs an sshd for each connection to one of congestionPorts, except for
// congestion controls that the kernel does not have.
func (s *site) listenForStreams() error {
	for congestion, port := range congestionPorts {
		var l net.Listener
		err := s.far(func() (err error) {
			config := net.ListenConfig{Control: setCongestion(congestion)}
			l, err = config.Listen(context.Background(), "tcp4", fmt.Sprintf("%s:%d", s.lab.Far.Addr, port))
			return err
		})
		if errors.Is(err, unix.ENOENT) {
			fmt.Fprintf(s.b.log, "the kernel has no %s: runs of it fail\n", congestion)
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", congestion, err)
		}
		s.listeners = append(s.listeners, l)
		go s.serveStreams(l)
	}
	return nil
}

// setCongestion returns a function that sets the congestion control of a socket (tcp(7)).
// Sockets that a listener accepts inherit it.
func setCongestion(name string) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) {
			failed = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, name)
		})
		if err != nil {
			return err
		}
		return failed
	}
}

func (s *site) serveStreams(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		if err := s.serveStream(conn.(*net.TCPConn)); err != nil {
			fmt.Fprintf(s.b.log, "sshd: %v\n", err)
		}
	}
}

func (s *site) serveStream(conn *net.TCPConn) error {
	defer conn.Close()
	file, err := conn.File()
	if err != nil {
		return err
	}
	defer file.Close()
	cmd := newCommand([]string{"/usr/sbin/sshd", "-i", "-f", s.sshdConfig}, s.b.environment())
	cmd.Stdin, cmd.Stdout = file, file
	if err := s.far(cmd.Start); err != nil {
		return err
	}
	go cmd.Wait() // its client reports a failure
	return nil
}

// endConnections ends all servers of the site but its sshd itself.
func (s *site) endConnections() {
	for _, p := range append(sshdOf(descendants(os.Getpid())), s.b.servers()...) {
		if p.pid != s.sshd.Process.Pid {
			p.kill()
		}
	}
}

// proxyOptions returns ssh's options for a client whose TCP has a congestion control.
func (s *site) proxyOptions(congestion string) []string {
	command := fmt.Sprintf("%s %s dial %s %s %d", s.b.self, playerWord, congestion, s.lab.Far.Addr, congestionPorts[congestion])
	return []string{"-o", "ProxyUseFdpass=yes", "-o", "ProxyCommand=" + command}
}

// dial connects and passes the connection to ssh (ssh_config(5), ProxyUseFdpass).
func dial(congestion, host, port string) error {
	dialer := net.Dialer{Control: setCongestion(congestion)}
	conn, err := dialer.Dial("tcp4", net.JoinHostPort(host, port))
	if err != nil {
		return err
	}
	file, err := conn.(*net.TCPConn).File()
	if err != nil {
		return err
	}
	return unix.Sendmsg(unix.Stdout, []byte{0}, unix.UnixRights(int(file.Fd())), nil, 0)
}
