package sshclient

import (
	"time"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshconfig"
)

// defaultAliveInterval is the default of ServerAliveInterval.
const defaultAliveInterval = 15 * time.Second

// KeepAlive sends a keep-alive request every ServerAliveInterval. If the host does not
// reply for ServerAliveCountMax intervals, it calls lost and closes the connection. It
// returns when the connection ends or stop is closed.
func KeepAlive(client *ssh.Client, c *sshconfig.Config, stop <-chan struct{}, lost func()) {
	interval := c.Duration("serveraliveinterval")
	if interval == 0 {
		interval = defaultAliveInterval
	}
	timeout := interval * time.Duration(max(c.Number("serveralivecountmax"), 1))
	for {
		select {
		case <-stop:
			return
		case <-time.After(interval):
		}
		timer := time.AfterFunc(timeout, func() {
			lost()
			client.Close()
		})
		_, _, err := client.SendRequest("keepalive@openssh.com", true, nil)
		timer.Stop()
		if err != nil {
			return
		}
	}
}
