package x11

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"gm/internal/forward"
)

// message is an error in ssh's words.
type message string

func (m message) Error() string { return string(m) }

// Display is an X server as the variable DISPLAY names it (X(7)).
type Display struct {
	text   string
	places []place // where it may listen
	screen int
}

type place struct{ network, address string }

// Sockets of X servers: a port for each display, or a path.
const (
	firstPort  = 6000
	socketPath = "/tmp/.X11-unix/X"
	maxDisplay = 65535 - firstPort
)

// ParseDisplay parses DISPLAY: [host]:number[.screen], or the path of a socket. Errors are in
// ssh's words.
func ParseDisplay(text string) (Display, error) {
	d := Display{text: text}
	if strings.ContainsFunc(text, isUnusual) || strings.HasPrefix(text, "-") {
		return d, message(fmt.Sprintf("DISPLAY %q invalid; disabling X11 forwarding", text))
	}
	colon := strings.LastIndexByte(text, ':')
	if colon < 0 {
		return d, message("Could not find ':' in DISPLAY: " + text)
	}
	host, number, screen := text[:colon], text[colon+1:], ""
	number, screen, _ = strings.Cut(number, ".")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > maxDisplay {
		return d, message("Could not parse display number from DISPLAY: " + text)
	}
	d.screen, _ = strconv.Atoi(screen)
	switch {
	case strings.HasPrefix(text, "/"): // XQuartz
		path := strings.TrimSuffix(text, "."+screen)
		d.places = []place{{"unix", path}}
	case host == "" || host == "unix" || strings.HasSuffix(host, "/unix"):
		path := socketPath + strconv.Itoa(n)
		d.places = []place{{"unix", path}, {"unix", "@" + path}} // the second one on Linux
	default:
		host = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(host, "tcp/"), "["), "]")
		d.places = []place{{"tcp", net.JoinHostPort(host, strconv.Itoa(firstPort+n))}}
	}
	return d, nil
}

func isUnusual(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("/:.-_[]%", r)
}

// Screen returns the number of the screen.
func (d *Display) Screen() int { return d.screen }

// authName returns the display as xauth has it: clients use the cookie of a local display
// at localhost.
func (d *Display) authName() string {
	if number, ok := strings.CutPrefix(d.text, "localhost:"); ok {
		return "unix:" + number
	}
	return d.text
}

// dial connects to the X server. Its error is in ssh's words.
func (d *Display) dial(ctx context.Context) (net.Conn, error) {
	var dialer net.Dialer
	var first error
	for _, at := range d.places {
		conn, err := dialer.DialContext(ctx, at.network, at.address)
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = message(fmt.Sprintf("connect %s: %s", at, forward.Reason(err)))
		}
	}
	return nil, first
}

func (p place) String() string {
	if host, port, err := net.SplitHostPort(p.address); p.network == "tcp" && err == nil {
		return host + " port " + port
	}
	return p.address
}
