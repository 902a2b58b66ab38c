package sshclient

import (
	"time"

	"gm/internal/alarm"
	"gm/sshboot/sshconfig"
)

// defaultAliveInterval is the default of ServerAliveInterval. A pipe that an idle session
// uses carries more.
const defaultAliveInterval = 20 * time.Second

// KeepAlive sends a keep-alive request when nothing came from the host for
// ServerAliveInterval. If the host does not reply for ServerAliveCountMax intervals, it
// calls lost and closes the connection. It returns when the connection ends or stop is
// closed.
func KeepAlive(conn *Conn, c *sshconfig.Config, stop <-chan struct{}, lost func()) {
	interval := c.Duration("serveraliveinterval")
	if interval == 0 {
		interval = defaultAliveInterval
	}
	timeout := interval * time.Duration(max(c.Number("serveralivecountmax"), 1))
	due := alarm.New()
	defer due.Close()
	for {
		for at := conn.heard().Add(interval); time.Now().Before(at); at = conn.heard().Add(interval) {
			due.Set(at)
			select {
			case <-stop:
				return
			case <-due.C():
			}
		}
		timer := time.AfterFunc(timeout, func() {
			lost()
			conn.Client.Close()
		})
		_, _, err := conn.SendRequest("keepalive@openssh.com", true, nil)
		timer.Stop()
		if err != nil {
			return
		}
	}
}
