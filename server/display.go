//go:build unix

package server

import (
	"net"
	"strconv"

	"gm/server/x11"
)

// sessionDisplay is the X11 display of a session. It is opened when a client first asks for it,
// and stays to the end. It belongs to the loop, which waits for xauth.
type sessionDisplay struct {
	env     []string
	display *x11.Display // nil until it is opened
	known   bool         // the program has DISPLAY
}

func (s *sessionDisplay) open() (err error) {
	if s.display == nil {
		s.display, err = x11.Open(s.env)
	}
	return err
}

// variable opens the display, and returns DISPLAY for the program of the session.
func (s *sessionDisplay) variable(screen int) (string, error) {
	if err := s.open(); err != nil {
		return "", err
	}
	s.known = true
	return "DISPLAY=" + s.display.Name(screen), nil
}

// unknownDisplay ends the answer to a client if the program does not have DISPLAY.
const unknownDisplay = " unknown"

// listen begins to listen for a client. The field is the number of the client's screen.
func (s *sessionDisplay) listen(fields []string) ([]net.Listener, string, error) {
	screen := 0
	if len(fields) > 0 {
		screen, _ = strconv.Atoi(fields[0])
	}
	if err := s.open(); err != nil {
		return nil, "", err
	}
	answer := s.display.Name(screen) + " " + s.display.Cookie()
	if !s.known {
		answer += unknownDisplay
	}
	return []net.Listener{s.display.Listen()}, answer, nil
}

func (s *sessionDisplay) close() {
	if s.display != nil {
		s.display.Close()
	}
}
