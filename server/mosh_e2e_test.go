//go:build e2e && unix

package server

import (
	"fmt"
	"strings"
	"testing"

	"github.com/creack/pty"
)

func TestMoshClient(t *testing.T) {
	s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c", "stty size; cat; stty size; echo bye; read x")
	c := s.connectMosh(70, 20)
	c.see("20 70")
	c.typeKeys("Grüße, 世界 e\u0301\r")
	c.see("Grüße, 世界 e\u0301\nGrüße, 世界 e\u0301")
	if err := pty.Setsize(c.master, &pty.Winsize{Cols: 50, Rows: 15}); err != nil {
		t.Fatal(err)
	}
	c.term.Resize(50, 15)
	c.typeKeys("resized\r")
	c.see("resized\nresized")
	c.typeKeys("\x04")
	c.see("15 50\nbye")
	c.typeKeys("\r")
	c.end()
	s.gone()
}

// The escape key and a dot end the session from the user's side.
func TestMoshClientQuits(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "echo ready; cat")
	c := s.connectMosh(80, 24)
	c.see("ready")
	c.typeKeys("\x1e.")
	c.end()
	s.gone()
}

// Any program's colours, at any speed, show as they would without a network.
func TestMoshClientFlood(t *testing.T) {
	const script = `i=0; while [ $i -lt 2000 ]; do i=$((i+1)); printf '\033[3%dmline %d\033[m\n' $((i%8)) $i; done; read x`
	s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c", script)
	c := s.connectMosh(80, 24)
	var want strings.Builder
	for i := 1978; i <= 2000; i++ {
		fmt.Fprintf(&want, "line %d\n", i)
	}
	c.see(strings.TrimSuffix(want.String(), "\n"))
	c.typeKeys("\r")
	c.end()
	s.gone()
}
