//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/e2e/harness"
	"gm/wire/control"
)

// dialSession connects to the socket of the account's only session.
func (a *account) dialSession() net.Conn {
	a.t.Helper()
	var sockets []string
	harness.Until(a.t, "a socket", harness.Patience, func() bool {
		sockets, _ = filepath.Glob(filepath.Join(a.sessionsDir(), "*-*-*"))
		return len(sockets) == 1
	}, func() string { return fmt.Sprint(sockets) })
	conn, err := net.Dial("unix", sockets[0])
	if err != nil {
		a.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(harness.Patience))
	a.t.Cleanup(func() { conn.Close() })
	return conn
}

// sessionsDir is the directory of the account's sockets.
func (a *account) sessionsDir() (dir string) {
	for _, v := range a.env {
		if value, ok := strings.CutPrefix(v, "XDG_RUNTIME_DIR="); ok {
			dir = filepath.Join(value, "gm", "sessions")
		}
	}
	return dir
}

// unknownField appends a field that no version of gm has.
func unknownField(b []byte) []byte {
	return protowire.AppendString(protowire.AppendTag(b, 999, protowire.BytesType), "from the future")
}

// framed returns a message of the local protocol with its length before it.
func framed(message []byte) []byte {
	n := len(message)
	return append([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, message...)
}

// TestRequestOfTheFuture sends a session a verb that it does not know, of a later version
// and with a field that it does not know. It answers with an error and its status, and goes
// on.
func TestRequestOfTheFuture(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	x := a.begin()
	request := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 42)
	request = protowire.AppendString(protowire.AppendTag(request, 2, protowire.BytesType), "rejuvenate")
	conn := a.dialSession()
	if _, err := conn.Write(framed(unknownField(request))); err != nil {
		t.Fatal(err)
	}
	message, err := control.ReadFrame(conn)
	if err != nil {
		t.Fatal(err)
	}
	r, err := control.ParseResponse(message)
	if err != nil || !strings.Contains(r.Error, "rejuvenate") || r.Status == nil || r.Status.Name != a.name {
		t.Errorf("%+v, %v", r, err)
	}
	x.Line("echo st''ill")
	x.ExpectLine("still")
	a.kill()
}

// TestSessionOfTheFuture lists a session whose status has a state and fields that today's gm
// does not know.
func TestSessionOfTheFuture(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	dir := a.sessionsDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("%d-00000000-00000001", os.Getpid())
	socket, err := net.Listen("unix", filepath.Join(dir, id))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := os.Chmod(filepath.Join(dir, id), 0o600); err != nil {
		t.Fatal(err)
	}
	status := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), a.name)
	status = protowire.AppendString(protowire.AppendTag(status, 2, protowire.BytesType), id)
	status = protowire.AppendVarint(protowire.AppendTag(status, 3, protowire.VarintType), 9)
	response := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 42)
	response = protowire.AppendBytes(protowire.AppendTag(response, 3, protowire.BytesType), unknownField(status))
	go func() {
		for {
			conn, err := socket.Accept()
			if err != nil {
				return
			}
			control.ReadFrame(conn)
			conn.Write(framed(unknownField(response)))
			conn.Close()
		}
	}()
	out, code := a.run("ls")
	if line := lineWith(out, a.name); code != 0 || !strings.HasPrefix(line, a.name+"  state 9 ") {
		t.Errorf("status %d\n%s", code, out)
	}
}
