//go:build e2e

package port

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"gm/wire/control"
	"gm/wire/udp"
)

// dialVariable has the path of a socket that the test program is to connect to as another
// user.
const dialVariable = "PORT_TEST_DIAL"

// another is an account that is not the test's, which has to be root.
const another = 65534

// askForSocket asks for the UDP socket as the user of this process is not allowed to, and
// prints the result.
func askForSocket(path string) {
	c, err := net.Dial("unix", path)
	if err != nil {
		fmt.Println("not connected:", err)
		return
	}
	for _, verb := range []string{control.VerbSocket, control.VerbJoin} {
		c.Write(control.Request{Verb: verb}.AppendFrame(nil))
		buf := make([]byte, control.MaxFrame)
		n, socket, err := udp.Receive(c.(*net.UnixConn), buf)
		if n > 0 || socket != nil || err == nil {
			fmt.Printf("%s: %d bytes, socket %v\n", verb, n, socket != nil)
			return
		}
	}
	fmt.Println("no answer")
}

// TestAnotherUser connects to the reader of a port as another user. The directory keeps
// that user out; without it, the reader does.
func TestAnotherUser(t *testing.T) {
	r := newRig(t)
	s := r.open(ids(1)).collect()
	r.awaits(s, identified(1))
	ask := func() string {
		t.Helper()
		program := filepath.Join(r.dir, "program")
		text, err := os.ReadFile(os.Args[0])
		if err = errors.Join(err, os.WriteFile(program, text, 0o755)); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program)
		cmd.Dir, cmd.Env = "/", []string{dialVariable + "=" + s.path}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: another, Gid: another}}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	os.Chmod(r.dir, 0o755)
	if got := ask(); got != "not connected: dial unix "+s.path+": connect: permission denied\n" {
		t.Errorf("with the directory closed: %s", got)
	}
	for dir := filepath.Dir(s.path); len(dir) >= len(r.dir); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	os.Chmod(s.path, 0o666)
	if got := ask(); got != "no answer\n" {
		t.Errorf("with the directory open: %s", got)
	}
	r.awaits(s, identified(1))
}
