//go:build unix

package sshboot

import (
	"io"
	"net"
)

// defaultAgentSockets are the sockets of the agents to try in turn.
func defaultAgentSockets(env environment) []string {
	socket, _ := env.lookup("SSH_AUTH_SOCK")
	return []string{socket}
}

func dialAgent(socket string) (io.ReadWriteCloser, error) { return net.Dial("unix", socket) }
