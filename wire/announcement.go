package wire

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"gm/wire/datagram"
)

// Announcement is the output of a server that is ready, in lines:
//
//	GM EXTENSIONS name name
//	GM SESSION name
//	GM ID 4711-0123abcd-4567cdef
//	GM ADDRESSES 192.0.2.1 2001:db8::1
//	GM PIPE
//	MOSH CONNECT 60001 4NeCCgvZFe2RnPgrcU1PQw
//
// The first line is printed only if extensions were requested and some granted
// (protocol, section 11), the second only with the extension "sessions", and those after
// it only with the extension "paths".
type Announcement struct {
	Port       uint16
	Key        datagram.Key
	Extensions []string
	Session    string       // its name; empty if it has none
	ID         string       // of the session's socket; empty if unknown
	Addresses  []netip.Addr // of the host, at most MaxAddresses, the most likely one first
	Pipe       bool         // frames of package pipe follow the last line
}

const (
	extensionsLine = "GM EXTENSIONS "
	sessionLine    = "GM SESSION "
	idLine         = "GM ID "
	addressesLine  = "GM ADDRESSES "
	pipeLine       = "GM PIPE"
	connectLine    = "MOSH CONNECT "

	// MaxAddresses is the number of addresses that an announcement has at most.
	MaxAddresses = 8

	// Limits of the names of extensions, which consist of lower case letters,
	// digits and "-".
	maxExtensions    = 32
	maxExtensionName = 32
)

// AppendText appends the lines of a to dst. It fails if a is not valid.
func (a Announcement) AppendText(dst []byte) ([]byte, error) {
	if a.Port == 0 {
		return dst, errors.New("announce a server without a port")
	}
	if err := checkExtensions(a.Extensions); err != nil {
		return dst, err
	}
	if a.Session != "" {
		if err := CheckSessionName(a.Session); err != nil {
			return dst, err
		}
	}
	if a.ID != "" && !ValidSessionID(a.ID) {
		return dst, fmt.Errorf("%.*q is not the ID of a session", MaxSessionID, a.ID)
	}
	if len(a.Extensions) > 0 {
		dst = fmt.Appendf(dst, "%s%s\n", extensionsLine, strings.Join(a.Extensions, " "))
	}
	if a.Session != "" {
		dst = fmt.Appendf(dst, "%s%s\n", sessionLine, a.Session)
	}
	if a.ID != "" {
		dst = fmt.Appendf(dst, "%s%s\n", idLine, a.ID)
	}
	dst = a.AppendPaths(dst)
	return fmt.Appendf(dst, "%s%d %v\n", connectLine, a.Port, a.Key), nil
}

// AppendPaths appends the lines about the ways to the server, which are all that a relay
// of a session prints whose client has its key already. GM PIPE is the last of them.
func (a Announcement) AppendPaths(dst []byte) []byte {
	if n := min(len(a.Addresses), MaxAddresses); n > 0 {
		dst = append(dst, addressesLine[:len(addressesLine)-1]...)
		for _, addr := range a.Addresses[:n] {
			dst = addr.AppendTo(append(dst, ' '))
		}
		dst = append(dst, '\n')
	}
	if a.Pipe {
		dst = append(dst, pipeLine+"\n"...)
	}
	return dst
}

// ParseLine parses one of the lines, with or without its line end, into its part
// of a. ok reports whether it was one. The error describes a line that begins like
// one and is malformed, which leaves a as it was. The server is ready after a MOSH
// CONNECT line, when a.Port is not 0.
func (a *Announcement) ParseLine(line string) (ok bool, err error) {
	line = strings.TrimRight(line, "\r\n")
	if rest, is := strings.CutPrefix(line, connectLine); is {
		return a.parseConnect(rest)
	}
	if rest, is := strings.CutPrefix(line, extensionsLine); is {
		return a.parseExtensions(rest)
	}
	if rest, is := strings.CutPrefix(line, sessionLine); is {
		return a.parseSession(rest)
	}
	if rest, is := strings.CutPrefix(line, idLine); is {
		return a.parseID(rest)
	}
	if rest, is := strings.CutPrefix(line, addressesLine); is {
		return a.parseAddresses(rest)
	}
	if line == pipeLine {
		a.Pipe = true
		return true, nil
	}
	return false, nil
}

func (a *Announcement) parseConnect(s string) (ok bool, err error) {
	portText, keyText, _ := strings.Cut(s, " ")
	port, err := parsePort(portText)
	if err != nil {
		return false, fmt.Errorf("read MOSH CONNECT: %w", err)
	}
	key, err := datagram.ParseKey(keyText)
	if err != nil {
		return false, fmt.Errorf("read MOSH CONNECT: %w", err)
	}
	a.Port, a.Key = port, key
	return true, nil
}

// parsePort parses a port of 1 to 65535, of decimal digits without leading
// zeros. The error does not quote s, which may hold a misplaced key.
func parsePort(s string) (uint16, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 || s[0] == '0' {
		return 0, errors.New("no port from 1 to 65535")
	}
	return uint16(n), nil
}

func (a *Announcement) parseExtensions(s string) (ok bool, err error) {
	// One more than the limit, so that an excess is noticed.
	names := strings.SplitN(s, " ", maxExtensions+1)
	if err := checkExtensions(names); err != nil {
		return false, fmt.Errorf("read GM EXTENSIONS: %w", err)
	}
	a.Extensions = names
	return true, nil
}

func (a *Announcement) parseSession(name string) (ok bool, err error) {
	if err := CheckSessionName(name); err != nil {
		return false, fmt.Errorf("read GM SESSION: %w", err)
	}
	a.Session = name
	return true, nil
}

func (a *Announcement) parseID(id string) (ok bool, err error) {
	if !ValidSessionID(id) {
		return false, fmt.Errorf("read GM ID: %.*q is not the ID of a session", MaxSessionID, id)
	}
	a.ID = id
	return true, nil
}

// parseAddresses parses at most MaxAddresses addresses. Those beyond are ignored, as are
// those with a zone, which has no meaning on another host.
func (a *Announcement) parseAddresses(s string) (ok bool, err error) {
	var addrs []netip.Addr
	for text := range strings.SplitSeq(s, " ") {
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return false, fmt.Errorf("read GM ADDRESSES: %.60q is not an IP address", text)
		}
		if addr.Zone() == "" && len(addrs) < MaxAddresses {
			addrs = append(addrs, addr.Unmap())
		}
	}
	a.Addresses = addrs
	return true, nil
}

func checkExtensions(names []string) error {
	if len(names) > maxExtensions {
		return fmt.Errorf("more than %d extensions", maxExtensions)
	}
	for _, name := range names {
		if !validExtension(name) {
			return fmt.Errorf("%.*q is not an extension's name", 2*maxExtensionName, name)
		}
	}
	return nil
}

func validExtension(name string) bool {
	invalid := strings.ContainsFunc(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-')
	})
	return !invalid && 0 < len(name) && len(name) <= maxExtensionName
}
