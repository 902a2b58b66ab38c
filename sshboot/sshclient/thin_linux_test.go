package sshclient

import (
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRetryEvenly(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	conn, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	retryEvenly(conn)
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var on int
	controlErr := raw.Control(func(fd uintptr) {
		on, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_THIN_LINEAR_TIMEOUTS)
	})
	if on != 1 || err != nil || controlErr != nil {
		t.Errorf("the option is %d, %v, %v", on, err, controlErr)
	}
}
