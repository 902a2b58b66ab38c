package hostlookup

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const (
	// programTimeout bounds a program that looks up a name. The C library gives up a
	// name server after 10 seconds, by default, and then asks the next one.
	programTimeout = 20 * time.Second
	// maxOutput bounds what such a program may print, in bytes.
	maxOutput = 64 << 10
	// notFound is the exit status of getent(1) for a name that is not known.
	notFound = 2
)

// errUnusable is the error of a missing program or one without an answer.
var errUnusable = errors.New("no answer")

// answer is getent's output for a host.
type answer struct {
	addrs []netip.Addr
	name  string // the canonical name, if it prints one
}

// getent looks up a host in a database of getent(1). The error is a [net.DNSError] if
// the host is not known, and errUnusable otherwise.
func (s system) getent(ctx context.Context, database, host string) (answer, error) {
	if strings.HasPrefix(host, "-") {
		return answer{}, errUnusable
	}
	output, err := s.run(ctx, "getent", database, host)
	if status, ok := errors.AsType[*exec.ExitError](err); ok && status.ExitCode() == notFound && len(output) == 0 {
		return answer{}, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if err != nil {
		return answer{}, errUnusable
	}
	return parseGetent(output)
}

// parseGetent parses lines of an address and, in the database ahosts, a kind of socket;
// the first line ends with the canonical name. Any other line makes the whole output
// unusable.
func parseGetent(output []byte) (a answer, err error) {
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			return answer{}, errUnusable
		}
		addr, err := netip.ParseAddr(fields[0])
		if err != nil {
			return answer{}, errUnusable
		}
		if !slices.Contains(a.addrs, addr) {
			a.addrs = append(a.addrs, addr)
		}
		if a.name == "" && len(fields) == 3 {
			a.name = fields[2]
		}
	}
	if len(a.addrs) == 0 {
		return answer{}, errUnusable
	}
	return a, nil
}

// androidPing is the path of ping(8) on Android. It is the only program there with which
// a program without cgo can resolve a name: there is no getent and no resolv.conf, and
// getprop no longer lists the DNS servers.
const androidPing = "/system/bin/ping"

// ping looks up a host on Android by sending a packet to it.
func (s system) ping(ctx context.Context, host string) ([]netip.Addr, error) {
	if strings.HasPrefix(host, "-") {
		return nil, errUnusable
	}
	output, _ := s.run(ctx, androidPing, "-c", "1", "-W", "1", host) // fails if the host does not answer
	return parsePing(output)
}

// parsePing returns the address in the first line of ping(8): PING name (address), or
// PING name (the address's name (address)).
func parsePing(output []byte) ([]netip.Addr, error) {
	line, _, whole := bytes.Cut(output, []byte("\n"))
	if !whole || !strings.EqualFold(string(line[:min(len(line), 5)]), "ping ") {
		return nil, errUnusable
	}
	text, _, _ := strings.Cut(string(line), ")")
	text = text[strings.LastIndexByte(text, '(')+1:]
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return nil, errUnusable
	}
	return []netip.Addr{addr}, nil
}
