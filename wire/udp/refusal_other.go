//go:build !linux

package udp

// ReportRefusals has no effect: Windows always reports a port that is closed, and
// the others do so for connected sockets alone.
func (c *Conn) ReportRefusals(bool) {}
