//go:build unix

package sshclient

import (
	"io"
	"net"

	"gm/sshboot/sshconfig"
)

func defaultAgentSockets(env sshconfig.Environment) []string {
	socket, _ := env.Lookup("SSH_AUTH_SOCK")
	return []string{socket}
}

func dialAgent(socket string) (io.ReadWriteCloser, error) { return net.Dial("unix", socket) }
