//go:build unix

package forwarding

import (
	"bytes"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func request(body string) string {
	n := len(body)
	return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + body
}

// TestAgentConn passes requests on, in pieces too, but for one.
func TestAgentConn(t *testing.T) {
	bind := request("\x1b" + request("session-bind@openssh.com") + "the rest")
	long := request("\x0d" + strings.Repeat("x", maxAgentMessage-1))
	refused := string(refusedExtension)
	for _, c := range []struct{ name, sent, want string }{
		{"a request", request("\x0b"), request("\x0b")},
		{"a binding", request("\x0b") + bind + request("\x0b"), request("\x0b") + refused + request("\x0b")},
		{"a binding without fields", request("\x1b" + request("session-bind@openssh.com")), refused},
		{"another extension", request("\x1b" + request("query")), request("\x1b" + request("query"))},
		{"malformed extensions", request("\x1b") + request("\x1b\xff\xff\xff\xffsession"), request("\x1b") + request("\x1b\xff\xff\xff\xffsession")},
		{"the longest", long, long},
		{"too long", "\x00\x04\x00\x01" + bind, ""},
		{"empty", "\x00\x00\x00\x00" + bind, ""},
		{"cut off", bind[:len(bind)-1], ""},
	} {
		for _, piece := range []int{1 << 20, 7} {
			l, err := net.Listen("unix", filepath.Join(t.TempDir(), "a"))
			if err != nil {
				t.Fatal(err)
			}
			conn, err := dialAgent(l.Addr().String(), nil)(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			agent, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				defer conn.Close()
				for rest := []byte(c.sent); len(rest) > 0; {
					n := min(piece, len(rest))
					if _, err := conn.Write(rest[:n]); err != nil {
						return
					}
					rest = rest[n:]
				}
			}()
			if got, err := io.ReadAll(agent); err != nil || !bytes.Equal(got, []byte(c.want)) {
				t.Errorf("%s: %.100q, %v, want %.100q", c.name, got, err, c.want)
			}
			l.Close()
		}
	}
}
