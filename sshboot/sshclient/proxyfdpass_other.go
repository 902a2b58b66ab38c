//go:build !unix

package sshclient

import (
	"context"
	"errors"
	"net"
	"os/exec"
)

// withoutTerminal makes a program run where it does not ask the user.
func withoutTerminal(cmd *exec.Cmd) {
	cmd.Env = append(cmd.Environ(), "SSH_ASKPASS_REQUIRE=never")
}

// receiveConn returns an error, as this system cannot pass descriptors.
func receiveConn(context.Context, *exec.Cmd) (net.Conn, error) {
	return nil, errors.New("ProxyUseFdpass is not supported on this system")
}
