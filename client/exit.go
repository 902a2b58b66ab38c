package client

import (
	"fmt"
	"io"
	"net/netip"

	"gm/internal/sanitize"
	"gm/wire/state"
)

// ending is how a session ended.
type ending uint8

const (
	endingNone    ending = iota // it goes on
	endingClean                 // both sides know
	endingUnclean               // the server did not answer the farewell
	endingNobody                // the server never answered anything
)

// outcome is what became of a session.
type outcome struct {
	how     ending
	program state.ExitStatus // as far as the server has told
	trouble string           // why nothing could be sent; empty if it could
	refused string           // what ICMP answered; empty if nothing
}

// farewell says how a session ended and gives the exit status: that of the
// program, if it is known.
func farewell(w io.Writer, end outcome, server netip.AddrPort, past string) (status int, err error) {
	status = int(end.program.Status)
	switch {
	case end.how == endingUnclean:
		fmt.Fprint(w, "gm did not shut down cleanly: the server did not answer and may still run on the host.\n")
		status = exitFailed
	case end.how == endingNobody:
		status, err = exitFailed, unconnected(server, end, past)
	case end.program.Reason != "":
		err = fmt.Errorf("start the program on the host: %s", sanitize.Line(end.program.Reason))
	case end.program.Stopped != "":
		err = fmt.Errorf("the session was ended on the host: %s", sanitize.Line(end.program.Stopped))
	}
	fmt.Fprintln(w, "[gm is exiting.]")
	return status, err
}

// unconnected returns why there was no session, as far as is known. past is what the
// login went through and UDP does not.
func unconnected(server netip.AddrPort, end outcome, past string) error {
	why := "nothing came back, UDP seems blocked"
	hint := fmt.Sprintf("let UDP port %[1]d through to the host (for example: sudo ufw allow %[1]d/udp; "+
		"for every session: 60001:60999/udp), or choose an open port with -p", server.Port())
	switch {
	case end.refused != "":
		why = fmt.Sprintf("UDP is refused there, or on the way (%s)", end.refused)
	case end.trouble != "":
		why, hint = end.trouble, "UDP can not leave this machine: is its network up?"
	}
	if past != "" {
		why += fmt.Sprintf("; UDP goes to the host itself, past %s", past)
		hint = fmt.Sprintf("does %s answer to this machine? a VPN can make it so; or start gm on the other side of %s; else: %s", server.Addr(), past, hint)
	}
	return hinted{fmt.Errorf("did not make a successful connection to %v: %s", server, why), hint}
}
