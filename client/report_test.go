package client

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"gm/wire/udp"
)

func TestSendErrorText(t *testing.T) {
	failed := func(err error) error {
		return fmt.Errorf("send: %w", &net.OpError{Op: "write", Net: "udp", Err: os.NewSyscallError("sendmsg", err)})
	}
	for _, test := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{udp.ErrTooLong, ""},
		{failed(net.ErrClosed), ""},
		{failed(syscall.ENETUNREACH), syscall.ENETUNREACH.Error()},
		{failed(syscall.EHOSTUNREACH), syscall.EHOSTUNREACH.Error()},
		{failed(syscall.ENETDOWN), syscall.ENETDOWN.Error()},
		{failed(syscall.EPERM), "operation not permitted, a firewall here forbids it"},
		{errors.New("no way.\r\n"), "no way"},
	} {
		t.Run(fmt.Sprint(test.err), func(t *testing.T) {
			if got := sendErrorText(test.err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
