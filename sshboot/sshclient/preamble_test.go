package sshclient

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"gm/internal/sanitize"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

func TestPreambleIsSkipped(t *testing.T) {
	const rest = "SSH-2.0-x\r\nrest\nSSH-"
	for _, preamble := range []string{"", "hello\r\n", "\n\n", "SSH\nSS\n", "S\n", strings.Repeat("x", 3000) + "\r\n", "xSSH-1\nSSHx\n"} {
		t.Run(fmt.Sprintf("%.20q", preamble), func(t *testing.T) {
			in := []byte(preamble + rest)
			for name, conn := range map[string]io.Reader{"at once": bytes.NewReader(in), "by bytes": iotest.OneByteReader(bytes.NewReader(in))} {
				r := preambleReader{Conn: readConn{Reader: conn}}
				got, err := io.ReadAll(&r)
				if string(got) != rest || err != nil {
					t.Errorf("%.20q %s: %q, %v", preamble, name, got, err)
				}
				if shown := r.preamble(); shown != sanitize.Line(preamble[:min(len(preamble), maxPreambleShown)]) {
					t.Errorf("%.20q: kept %q", preamble, shown)
				}
			}
		})
	}
}

func TestPreambleIsBounded(t *testing.T) {
	r := preambleReader{Conn: readConn{Reader: strings.NewReader(strings.Repeat("no version\n", maxPreamble))}}
	if _, err := io.ReadAll(&r); err != errNoVersion || r.total > maxPreamble+512 || cap(r.text) > 2*maxPreambleShown || cap(r.start) > 64 {
		t.Errorf("%v after %d bytes", err, r.total)
	}
}

// A host may send a long line, and many lines, before its version, as with ssh.
func TestLoginAfterLongPreamble(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Preamble.Store(strings.Repeat("x", 3000) + "\r\n" + strings.Repeat("line\r\n", 1000))
	got, err := bootTo(t, s, &prompttest.ScriptedUser{}).run(t.Context())
	wantEndpoint(t, got, err)
}

// closedConn is a connection to which writing fails.
type closedConn struct{ readConn }

func (closedConn) Write([]byte) (int, error) { return 0, syscall.EPIPE }
func (closedConn) Close() error              { return nil }

// The SSH library writes first and closes the connection if that fails, so Write must read
// the host's text.
func TestPreambleAfterFailedWrite(t *testing.T) {
	r := preambleReader{Conn: closedConn{readConn{Reader: strings.NewReader("Not allowed at this time\r\n")}}}
	if _, err := r.Write([]byte("SSH-2.0-Go\r\n")); err != syscall.EPIPE || r.preamble() != "Not allowed at this time" {
		t.Errorf("kept %q, %v", r.preamble(), err)
	}
}
