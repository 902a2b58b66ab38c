package harness

import (
	"slices"
	"strconv"
	"testing"

	"gm/wire/datagram"
	"gm/wire/simnet"
)

// Session is a client in a terminal, a server, and the network between them.
type Session struct {
	*Terminal
	Relay  *simnet.Relay
	Server *Server
	Client Family
}

// SessionOptions are the parts of a Session.
type SessionOptions struct {
	Client, Server Programs
	Link           string // in the syntax of simnet.Parse, for each direction
	Tap            func(d datagram.Direction, datagram []byte)
	Terminal       TerminalOptions // Env is set by Start
	ClientEnv      []string        // further variables of the client
	Command        []string        // Shell() if empty
}

// Start starts a server, a relay and a client. It returns without waiting for any
// output.
func Start(t testing.TB, o SessionOptions) *Session {
	t.Helper()
	if len(o.Command) == 0 {
		o.Command = Shell()
	}
	s := &Session{Server: StartServer(t, o.Server, Loopback(), o.Command), Client: NewFamily(t)}
	link, err := simnet.Parse(o.Link)
	if err != nil {
		t.Fatal(err)
	}
	s.Relay, err = simnet.NewRelay(s.Server.Addr, simnet.RelayOptions{Up: link, Down: link, Seed: 1, Tap: o.Tap})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Relay.Close)
	o.Terminal.Env = slices.Concat(Environment(t), []string{s.Client.Env(), "MOSH_KEY=" + s.Server.Key}, o.ClientEnv)
	s.Terminal = NewTerminal(t, o.Terminal, s.ClientCommand(o.Client)...)
	return s
}

// ClientCommand returns the command line of a client that connects through the relay.
func (s *Session) ClientCommand(p Programs) []string {
	at := s.Relay.Addr()
	return slices.Concat(p.Client, []string{at.Addr().String(), strconv.Itoa(int(at.Port()))})
}

// ExpectPrompt waits for the shell's prompt with the cursor behind it.
func (s *Session) ExpectPrompt() {
	s.t.Helper()
	s.Until("prompt", Patience, func(screen Screen) bool {
		col, row := s.Cursor()
		return col == 2 && row < len(screen) && screen[row] == "$"
	})
}

// ExpectClean waits until the client has ended with status 0 and no process of either
// side remains.
func (s *Session) ExpectClean() {
	s.t.Helper()
	if status := s.ExpectEnd(Patience); status != 0 {
		s.t.Errorf("the client's status is %d, want 0\n%s", status, Frame(s.Screen()))
	}
	s.Server.Family.ExpectNone(s.t, Patience)
	s.Client.ExpectNone(s.t, Patience)
}
