//go:build unix

package login

import (
	"net"
	"path/filepath"
	"testing"
	"time"

	"gm/server/registry/registrytest"
)

func TestSyslogMessage(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if got, want := syslogMessage(now, 7, "a login"), "<38>Jan  2 03:04:05 gm-server[7]: a login\n"; got != want {
		t.Errorf("message %q, want %q", got, want)
	}
}

func TestSyslogSocketOfEitherType(t *testing.T) {
	dir := registrytest.Dir(t)
	missing, stream, datagram := filepath.Join(dir, "none"), filepath.Join(dir, "s"), filepath.Join(dir, "d")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: stream})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: datagram})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for name, test := range map[string]struct {
		places []string
		want   string
	}{
		"stream":            {[]string{missing, stream}, stream},
		"datagram":          {[]string{missing, datagram}, datagram},
		"datagram is first": {[]string{stream, datagram}, datagram},
		"no daemon":         {[]string{missing}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := dialSyslog(test.places)
			if err != nil {
				if test.want != "" {
					t.Error(err)
				}
				return
			}
			defer conn.Close()
			if got := conn.RemoteAddr().String(); got != test.want {
				t.Errorf("connected to %q, want %q", got, test.want)
			}
		})
	}
}
