//go:build !unix || aix

package udp

import (
	"net/netip"
	"syscall"
)

// No control messages are used: the system chooses the address that an answer
// leaves from, and congestion is not reported.
const controlSize = 0

func setOptions(syscall.RawConn, bool) {}

func readControl([]byte, *Packet) {}

type source struct{}

func newSource(bool) source { return source{} }

func (source) from(netip.Addr) []byte { return nil }
