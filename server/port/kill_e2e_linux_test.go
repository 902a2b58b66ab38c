//go:build e2e

package port

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"gm/server/registry"
	"gm/wire/control"
	"gm/wire/udp"
)

// childVariable has the identifier of a session that the test program is to be, and
// portVariable its port.
const (
	childVariable = "PORT_TEST_IDENTIFIER"
	portVariable  = "PORT_TEST_PORT"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(dialVariable); path != "" {
		askForSocket(path)
		return
	}
	if text := os.Getenv(childVariable); text != "" {
		if err := echo(text, os.Getenv(portVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // it should have been killed
	}
	os.Exit(m.Run())
}

// echo is a session that returns each datagram to its sender.
func echo(identifier, port string) error {
	id, err := strconv.ParseUint(identifier, 10, 32)
	if err != nil {
		return err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return err
	}
	r := registry.Open(os.Getenv)
	socket, err := Listen(Request{Registry: r, Port: uint16(number), Bind: loopback})
	if err != nil {
		return err
	}
	conn, err := Join(r, socket, func(format string, a ...any) { fmt.Fprintf(os.Stderr, format+"\n", a...) })
	if err != nil {
		return err
	}
	conn.SetRoutes(control.Routes{Identifiers: []uint32{uint32(id)}})
	fmt.Println("ready")
	buf := make([]byte, udp.ReadSize)
	for {
		p, err := conn.Read(buf)
		if err != nil {
			return err
		}
		if err := conn.Write(p.Data, p.Path); err != nil {
			return err
		}
	}
}

// child is a process with a session.
type child struct {
	*exec.Cmd
	id uint32
}

func startChild(t *testing.T, r *rig, dir string, id uint32) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{exec.Command(self), id}
	c.Env = append(os.Environ(), childVariable+"="+fmt.Sprint(id), portVariable+"="+fmt.Sprint(r.port), "XDG_RUNTIME_DIR="+dir, "HOME="+dir, "GOMAXPROCS=2")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("session %d printed %q", id, line)
	}
	return c
}

// kill ends the process as kill -9 does.
func (c *child) kill() {
	c.Process.Kill()
	c.Wait()
}

// TestReadersAreKilled kills one reader after the other. The sessions that are left get
// what is sent to them, on a quiet machine at most 100 ms later than before.
func TestReadersAreKilled(t *testing.T) {
	const n, kills = 40, 5
	r := newRig(t)
	dir := r.dir
	var children []*child
	for id := range uint32(n) {
		children = append(children, startChild(t, r, dir, id))
	}
	echoes := make(chan uint64, 1000)
	go func() {
		buf := make([]byte, 100)
		for {
			p, err := r.client.Read(buf)
			if err != nil {
				close(echoes)
				return
			}
			echoes <- binary.BigEndian.Uint64(p.Data)
		}
	}()
	sent := uint64(0)
	pace := time.NewTicker(2 * time.Millisecond)
	defer pace.Stop()
	// ping sends datagrams to the last session for d. It returns how many came back, and the
	// longest time between two.
	ping := func(d time.Duration) (got int, longest time.Duration) {
		first, last := sent+1, time.Now()
		for end := time.Now().Add(d); time.Now().Before(end); {
			select {
			case <-pace.C:
				sent++
				r.send(withNumber(mark | uint64(n-1)<<32 | sent))
			case number := <-echoes:
				if number&0xffffffff >= first {
					got++
				}
				longest = max(longest, time.Since(last))
				last = time.Now()
			}
		}
		return got, max(longest, time.Since(last))
	}
	ping(time.Second)
	dead := map[*child]bool{}
	for range kills {
		reader := r.reader(t, dir, children, dead)
		if reader.id == n-1 {
			break // it is the one that answers
		}
		dead[reader] = true
		time.AfterFunc(100*time.Millisecond, reader.kill)
		before := sent
		got, longest := ping(time.Second)
		t.Logf("session %d was killed: %d of %d datagrams came back, the longest gap was %v", reader.id, got, sent-before, longest)
		if longest > 500*time.Millisecond { // of 40 processes that a busy machine runs in turn
			t.Errorf("a gap of %v", longest)
		}
		if lost := int(sent-before) - got; lost > 5 { // the newest ones are on their way
			t.Errorf("%d datagrams are lost", lost)
		}
	}
}

// reader returns the process that holds the lock.
func (r *rig) reader(t *testing.T, dir string, children []*child, dead map[*child]bool) *child {
	t.Helper()
	lock := registry.Open(func(string) string { return dir }).FindFiles(fileName(r.port, loopback) + lockSuffix)
	if len(lock) != 1 {
		t.Fatalf("locks %q", lock)
	}
	pid := lockOwner(t, lock[0])
	for _, c := range children {
		if c.Process.Pid == pid && !dead[c] {
			return c
		}
	}
	t.Fatalf("process %d holds the lock", pid)
	return nil
}
