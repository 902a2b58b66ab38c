//go:build unix

package sshboot

import (
	"io"
	"net"
)

func defaultAgentSocket(lookup func(string) (string, bool)) string {
	socket, _ := lookup("SSH_AUTH_SOCK")
	return socket
}

func dialAgent(socket string) (io.ReadWriteCloser, error) { return net.Dial("unix", socket) }
