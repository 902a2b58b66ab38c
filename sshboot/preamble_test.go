package sshboot

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"gm/internal/sanitize"
)

func TestPreambleIsLeftOut(t *testing.T) {
	const rest = "SSH-2.0-x\r\nrest\nSSH-"
	for _, preamble := range []string{"", "hello\r\n", "\n\n", "SSH\nSS\n", "S\n", strings.Repeat("x", 3000) + "\r\n", "xSSH-1\nSSHx\n"} {
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
	}
}

func TestPreambleIsBounded(t *testing.T) {
	r := preambleReader{Conn: readConn{Reader: strings.NewReader(strings.Repeat("no version\n", maxPreamble))}}
	if _, err := io.ReadAll(&r); err != errNoVersion || r.total > maxPreamble+512 || cap(r.text) > 2*maxPreambleShown || cap(r.start) > 64 {
		t.Errorf("%v after %d bytes", err, r.total)
	}
}

// A host that sends a long line, and many, before its version is logged in to, as
// by ssh.
func TestLoginAfterLongPreamble(t *testing.T) {
	s := startGoServer(t, noLogin())
	s.preamble.Store(strings.Repeat("x", 3000) + "\r\n" + strings.Repeat("line\r\n", 1000))
	got, err := s.boot(t, &scriptedUser{}).run(t.Context())
	wantEndpoint(t, got, err)
}
