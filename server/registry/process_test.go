//go:build unix

package registry

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/server/registry/registrytest"
	"gm/wire/control"
)

// roleVariable makes the test program one of the processes of the tests below.
const roleVariable = "GM_REGISTRY_TEST"

func TestMain(m *testing.M) {
	role, argument, _ := strings.Cut(os.Getenv(roleVariable), " ")
	switch role {
	case "":
		os.Exit(m.Run())
	case "session":
		var l *Listener
		l, err := registryIn(argument).Listen("work", answerAs("work", func() string { return l.ID() }), nil)
		report(l.Path(), err)
	case "lock":
		_, err := registryIn(argument).Lock(context.Background())
		report("locked", err)
	case "listen":
		_, err := net.Listen("unix", argument)
		report("listens", err)
	case "dial":
		conn, err := net.Dial("unix", argument)
		if err != nil {
			report("", err)
			break
		}
		conn.Write(control.Request{Verb: control.VerbStatus}.AppendFrame(nil))
		answer, _ := io.ReadAll(conn)
		report(fmt.Sprintf("answer %q", answer), nil)
	}
	io.Copy(io.Discard, os.Stdin) // until the test ends
}

// report prints a line for startProcess.
func report(text string, err error) {
	if err != nil {
		text = "error: " + err.Error()
	}
	fmt.Println(text)
}

// startProcess starts program, a copy of this one, in a role and returns it with the line
// that it reports.
func startProcess(t *testing.T, cmd *exec.Cmd, role, argument string) (line string) {
	t.Helper()
	cmd.Env = append(os.Environ(), roleVariable+"="+role+" "+argument)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err = bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v", role, err)
	}
	return strings.TrimSuffix(line, "\n")
}

func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
}

// The socket of a session that was killed is removed by the next List.
func TestKilledSessionIsSwept(t *testing.T) {
	base := registrytest.Dir(t)
	r := registryIn(base)
	listen(t, r, "play")
	cmd := exec.Command(os.Args[0])
	path := startProcess(t, cmd, "session", base)
	if filepath.Dir(path) != r.places[0].path() {
		t.Fatal(path)
	}
	got := names(t, r)
	slices.Sort(got)
	if !slices.Equal(got, []string{"play", "work"}) {
		t.Errorf("sessions %q", got)
	}
	kill(t, cmd)
	if !exists(path) {
		t.Error("the socket went with its process")
	}
	if got := names(t, r); !slices.Equal(got, []string{"play"}) || exists(path) {
		t.Errorf("sessions %q, and the socket exists: %v", got, exists(path))
	}
}

// Killing a process releases its lock.
func TestLockOfKilledProcess(t *testing.T) {
	base := registrytest.Dir(t)
	cmd := exec.Command(os.Args[0])
	if line := startProcess(t, cmd, "lock", base); line != "locked" {
		t.Fatal(line)
	}
	if file, err := tryLock(filepath.Join(registryIn(base).places[0].path(), "lock")); file != nil || err != nil {
		t.Fatalf("locked beside another process: %v, %v", file, err)
	}
	go func() {
		<-time.After(50 * time.Millisecond)
		cmd.Process.Kill()
	}()
	unlock, err := registryIn(base).Lock(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}
