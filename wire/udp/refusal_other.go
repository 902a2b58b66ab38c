//go:build !linux

package udp

// ReportRefusals has no effect: Windows always reports a closed port, and the other
// systems do so for connected sockets only.
func (c *Conn) ReportRefusals(bool) {}
