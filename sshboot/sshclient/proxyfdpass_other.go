//go:build !unix

package sshclient

import (
	"context"
	"errors"
	"net"
	"os/exec"
)

// receiveConn returns an error, as this system cannot pass descriptors.
func receiveConn(context.Context, *exec.Cmd) (net.Conn, error) {
	return nil, errors.New("ProxyUseFdpass is not supported on this system")
}
