package harness

import (
	"bytes"
	"fmt"
	"net/netip"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

type Server struct {
	Addr   netip.AddrPort // on the loopback interface
	Key    string
	Output string // of its first process
	Family Family // the server, its shell and the programs in it
}

var connect = regexp.MustCompile(`(?m)^MOSH CONNECT (\d+) (\S{22})\r?$`)

// Loopback are the options of a server that only this machine can reach.
func Loopback() []string { return []string{"-i", "127.0.0.1", "-p", "0", "-c", "256"} }

// StartServer runs a server with args and waits until it has detached: its first process
// has ended and its output is closed.
func StartServer(t testing.TB, p Programs, args, command []string) *Server {
	t.Helper()
	line := slices.Concat(p.Server, args, []string{"--"}, command)
	s := &Server{Family: NewFamily(t)}
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(Environment(t), s.Family.Env())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(Patience, func() { cmd.Process.Kill() })
	cmd.WaitDelay = Patience
	err := cmd.Wait()
	stuck.Stop()
	s.Output = out.String()
	if err != nil {
		t.Fatalf("%q: %v\n%s", line, err, s.Output)
	}
	if err := s.parse(); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return s
}

func (s *Server) parse() error {
	m := connect.FindStringSubmatch(s.Output)
	if m == nil {
		return fmt.Errorf("no MOSH CONNECT in %q", s.Output)
	}
	port, err := strconv.ParseUint(m[1], 10, 16)
	if err != nil {
		return err
	}
	s.Addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port))
	s.Key = m[2]
	return nil
}
