package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// footprint returns the number of descriptors and children of a server, and of files in
// its directory of sockets.
func (s *realServer) footprint() int {
	s.t.Helper()
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.pid))
	if err != nil {
		s.t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(s.sockets, "gm/sessions/*"))
	if err != nil {
		s.t.Fatal(err)
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", s.pid, s.pid))
	if err != nil {
		s.t.Fatal(err)
	}
	return len(fds) + len(files) + len(strings.Fields(string(children)))
}

// Clients that come and go leave nothing in the server and in its directories.
func TestManyClientsLeaveNothing(t *testing.T) {
	u := newHostUser(t)
	s := u.begin("-@", "gm-name=work", "--", "cat")
	c := s.connect(80, 24)
	c.typeKeys("x\r")
	c.see("x\nx")
	u.run("detach", "work")
	c.end()
	before := s.footprint()
	for range 200 {
		c := u.attach("-i", "127.0.0.1", "work") // at the socket that there is
		c.see("x\nx")
		c.wire.SetLocal(time.Now(), c.wire.Local().WithDetach())
		c.quit()
		c.conn.Close()
	}
	eventually(t, "the server has grown", func() bool { return s.footprint() <= before })
}
