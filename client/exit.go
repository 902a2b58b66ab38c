package client

import (
	"fmt"
	"io"
	"net/netip"

	"gm/internal/sanitize"
	"gm/wire/state"
)

// endReason is how a session ended.
type endReason uint8

const (
	endNone           endReason = iota // it goes on
	endClean                           // both sides know
	endUnclean                         // the server did not answer the farewell
	endNeverConnected                  // the server never answered anything
)

// sessionResult is what became of a session.
type sessionResult struct {
	reason    endReason
	exit      state.ExitStatus // as far as the server has told
	sendError string           // why nothing could be sent; empty if it could
	refused   string           // what ICMP answered; empty if nothing
}

// printExit says how a session ended and gives the exit status: that of the
// program, if it is known.
func printExit(w io.Writer, end sessionResult, server netip.AddrPort, past string) (status int, err error) {
	status = int(end.exit.Status)
	switch {
	case end.reason == endUnclean:
		fmt.Fprint(w, "gm did not shut down cleanly: the server did not answer and may still run on the host.\n")
		status = exitFailed
	case end.reason == endNeverConnected:
		status, err = exitFailed, connectError(server, end, past)
	case end.exit.Reason != "":
		err = fmt.Errorf("start the program on the host: %s", sanitize.Line(end.exit.Reason))
	case end.exit.Stopped != "":
		err = fmt.Errorf("the session was ended on the host: %s", sanitize.Line(end.exit.Stopped))
	}
	fmt.Fprintln(w, "[gm is exiting.]")
	return status, err
}

// connectError returns why there was no session, as far as is known. past is what the
// login went through and UDP does not.
func connectError(server netip.AddrPort, end sessionResult, past string) error {
	why := "nothing came back, UDP seems blocked"
	hint := fmt.Sprintf("let UDP port %[1]d through to the host (for example: sudo ufw allow %[1]d/udp; "+
		"for every session: 60001:60999/udp), or choose an open port with -p", server.Port())
	switch {
	case end.refused != "":
		why = fmt.Sprintf("UDP is refused there, or on the way (%s)", end.refused)
	case end.sendError != "":
		why, hint = end.sendError, "UDP can not leave this machine: is its network up?"
	}
	if past != "" {
		why += fmt.Sprintf("; UDP goes to the host itself, past %s", past)
		hint = fmt.Sprintf("does %s answer to this machine? a VPN can make it so; or start gm on the other side of %s; else: %s", server.Addr(), past, hint)
	}
	return hinted{fmt.Errorf("did not make a successful connection to %v: %s", server, why), hint}
}
