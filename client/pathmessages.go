package client

import (
	"fmt"
	"net/netip"
	"time"

	"gm/client/route"
	"gm/internal/hint"
	"gm/internal/sanitize"
)

// The messages about paths, which doc/messages.md lists.

func noticeSSH(why route.Reason) string {
	switch why {
	case route.ReasonUDPSlow:
		return "UDP is slow here: the session goes through ssh."
	case route.ReasonUDPLossy:
		return "UDP loses much here: the session goes through ssh."
	}
	return "UDP does not get through: the session goes through ssh."
}

// text returns the state of the login for the bar, which shows it while the server is silent.
func (w *pathStatus) text(retry string) string {
	switch {
	case !w.several:
		return ""
	case w.Login == route.LoginRunning && w.Reason == route.ReasonForced:
		return "Logging in again over ssh..."
	case w.Login == route.LoginRunning:
		return "udp silent, logging in again over ssh..."
	case w.Login == route.LoginNeedsUser && retry != "":
		return "The login needs an answer: " + retry + " logs in again."
	case w.Login == route.LoginNeedsUser:
		return "The login needs an answer."
	case w.Login == route.LoginWaiting && w.loginError != "":
		return "Login over ssh: " + sanitize.Line(w.loginError) + "."
	}
	return ""
}

func loginFailed(err error) string {
	return "The login has failed: " + sanitize.Line(err.Error()) + "."
}

const cannotLogIn = "This session cannot log in again."

// waits is the set of paths on which the first answer may come.
type waits uint8

const (
	onUDP waits = iota
	onBoth
	onSSH
)

func (w *pathStatus) waits() waits {
	switch {
	case w.sshAlone:
		return onSSH
	case w.pipe:
		return onBoth
	}
	return onUDP
}

// connecting returns the parts of the bar's text before the first datagram has come.
func (n *notificationBar) connecting(now time.Time) (parts []string) {
	since := now.Sub(n.started)
	failing := n.waits != onSSH && n.sendFailing(now)
	switch {
	case failing && n.waits == onUDP:
		parts = []string{fmt.Sprintf("Cannot send to UDP port %d: %s.", n.port, n.sendError)}
	case since < connectingAfter:
		return nil
	case failing:
		parts = []string{"Nothing received from server through ssh.", fmt.Sprintf("Cannot send to UDP port %d: %s.", n.port, n.sendError)}
	case n.waits == onSSH:
		parts = []string{"Nothing received from server through ssh."}
	case n.waits == onBoth:
		parts = []string{fmt.Sprintf("Nothing received from server on UDP port %d or through ssh.", n.port)}
	default:
		parts = []string{fmt.Sprintf("Nothing received from server on UDP port %d.", n.port)}
		if since >= blockedAfter {
			parts = append(parts, "Does a firewall block it?")
		}
	}
	if n.login != "" {
		parts = append(parts, n.login)
	}
	if since > silentAfter {
		parts = append(parts, n.without(now, since, lastContact))
	}
	return parts
}

// connectError returns the error of a server that never answered. loginProxy is as in
// settings.
func connectError(server netip.AddrPort, end sessionResult, loginProxy string) error {
	why, advice := end.path.unanswered()
	if why == "" {
		why, advice = unansweredUDP(server, end, loginProxy)
	}
	to := "the host"
	if server.Addr().IsValid() {
		to = server.String()
	}
	return &hint.Error{Err: fmt.Errorf("did not make a successful connection to %s: %s", to, why), Hint: advice}
}

// unanswered returns why no server answered if there is or was an SSH connection for
// datagrams, and what to do; empty strings if there was none.
func (w *pathStatus) unanswered() (why, advice string) {
	const again, hangs = "try again; the log of sshd on the host may name the reason", "the server on the host hangs or was stopped: try again"
	switch {
	case w.pipe && w.sshAlone:
		return "nothing came back through the SSH connection", hangs
	case w.pipe:
		return "nothing came back, neither by UDP nor through the SSH connection", hangs
	case w.pipeEnded && w.sshAlone:
		return "the SSH connection ended before the server answered", again
	case w.pipeEnded:
		return "the SSH connection ended, and nothing came back by UDP", again
	}
	return "", ""
}

func unansweredUDP(server netip.AddrPort, end sessionResult, loginProxy string) (why, advice string) {
	why = "nothing came back, UDP seems blocked"
	advice = fmt.Sprintf("let UDP port %[1]d through to the host (for example: sudo ufw allow %[1]d/udp; "+
		"for every session: 60001:60999/udp), or choose an open port with -p", server.Port())
	switch {
	case end.refused != "":
		why = fmt.Sprintf("UDP is refused there, or on the way (%s)", end.refused)
	case end.sendError != "":
		why, advice = end.sendError, "check the network and the firewall of this machine"
	}
	if loginProxy != "" {
		why += fmt.Sprintf("; UDP goes to the host itself, past %s", loginProxy)
		advice = fmt.Sprintf("%s must be reachable by UDP from this machine, such as through a VPN; or start gm on the other side of %s; otherwise: %s", server.Addr(), loginProxy, advice)
	}
	return why, advice
}
