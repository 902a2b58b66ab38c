//go:build unix

package login

import (
	"fmt"
	"net"
	"os"
	"time"
)

// syslogSockets are the places of syslogd's socket, which is of either type: on Linux, on
// macOS and on BSD.
var syslogSockets = []string{"/dev/log", "/var/run/syslog", "/var/run/log"}

// authInfo is the priority of messages: facility LOG_AUTH, severity LOG_INFO (RFC 3164,
// section 4.1.1).
const authInfo = 4<<3 | 6

// writeSyslog writes a message to the system's log, if there is one. Package log/syslog
// would link Go's resolver, 5% of a server.
func writeSyslog(format string, a ...any) {
	conn, err := dialSyslog(syslogSockets)
	if err != nil {
		return
	}
	defer conn.Close()
	conn.Write([]byte(syslogMessage(time.Now(), os.Getpid(), fmt.Sprintf(format, a...))))
}

// syslogMessage returns a message in the format of syslog(3): that of RFC 3164 without the
// name of the host.
func syslogMessage(now time.Time, pid int, text string) string {
	return fmt.Sprintf("<%d>%s gm-server[%d]: %s\n", authInfo, now.Format(time.Stamp), pid, text)
}

func dialSyslog(places []string) (conn *net.UnixConn, err error) {
	for _, network := range []string{"unixgram", "unix"} {
		for _, path := range places {
			if conn, err = net.DialUnix(network, nil, &net.UnixAddr{Net: network, Name: path}); err == nil {
				return conn, nil
			}
		}
	}
	return nil, err
}
