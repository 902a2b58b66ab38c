package sshclient

import (
	"time"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshconfig"
)

// defaultAliveInterval is between two questions to a host that says nothing,
// where ServerAliveInterval does not say.
const defaultAliveInterval = 15 * time.Second

// KeepAlive asks the host whether it is there. If ServerAliveCountMax questions in a
// row stay without an answer it calls lost and closes the connection. It ends with
// the connection, or when stop is closed.
func KeepAlive(client *ssh.Client, c *sshconfig.Config, stop <-chan struct{}, lost func()) {
	interval := c.Duration("serveraliveinterval")
	if interval == 0 {
		interval = defaultAliveInterval
	}
	patience := interval * time.Duration(max(c.Number("serveralivecountmax"), 1))
	for {
		select {
		case <-stop:
			return
		case <-time.After(interval):
		}
		dead := time.AfterFunc(patience, func() {
			lost()
			client.Close()
		})
		_, _, err := client.SendRequest("keepalive@openssh.com", true, nil)
		dead.Stop()
		if err != nil {
			return
		}
	}
}
