package probe

import (
	"errors"
	"net"
	"net/netip"

	"gm/wire/probe"
	"gm/wire/udp"
)

// Open opens a flow.
func (r *run) Open(to netip.AddrPort) (flow int, local netip.AddrPort, err error) {
	conn, err := udp.Dial(to)
	if err != nil {
		return 0, netip.AddrPort{}, err
	}
	reportRefusals(conn, to.Addr().Is4())
	r.flows = append(r.flows, conn)
	flow = len(r.flows)
	go r.receive(flow, conn)
	local = conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return flow, netip.AddrPortFrom(local.Addr().Unmap().WithZone(""), local.Port()), nil
}

// Send sends a datagram. An ICMP error for an earlier one is reported, and the datagram is
// sent nevertheless.
func (r *run) Send(flow int, data []byte) error {
	conn := r.flows[flow-1]
	_, err := conn.Write(data)
	if _, ok := refusalOf(err); ok {
		r.refused(flow, conn, err)
		_, err = conn.Write(data)
	}
	return err
}

// maxErrors is the number of errors after which a socket is not read any more.
const maxErrors = 1000

// receive passes on the datagrams of a flow, in a goroutine of its own.
func (r *run) receive(flow int, conn *net.UDPConn) {
	buf := make([]byte, probe.MaxSize)
	for errorsLeft := maxErrors; errorsLeft > 0; {
		n, err := conn.Read(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			errorsLeft--
			r.refused(flow, conn, err)
		default:
			r.pass(packet{flow: flow, data: append([]byte(nil), buf[:n]...)})
		}
	}
}

// refused passes on the ICMP errors of a socket: those that the system has queued, or else
// that which err is.
func (r *run) refused(flow int, conn *net.UDPConn, err error) {
	queued := queuedRefusals(conn)
	if kind, ok := refusalOf(err); ok && len(queued) == 0 && !queuesRefusals {
		queued = append(queued, packet{refusal: kind})
	}
	for _, p := range queued {
		p.flow = flow
		r.pass(p)
	}
}

// pass queues a packet for the loop. It drops packets that are not received in time: Send is
// called by the loop itself.
func (r *run) pass(p packet) {
	select {
	case r.packets <- p:
	case <-r.quit:
	default:
	}
}

// interfaceMTU returns the MTU of the interface with an address; 0 if there is none.
func interfaceMTU(addr netip.Addr) int {
	interfaces, _ := net.Interfaces() // without them the MTU is unknown
	for _, i := range interfaces {
		addrs, _ := i.Addrs()
		for _, a := range addrs {
			if prefix, ok := a.(*net.IPNet); ok && prefix.IP.Equal(addr.AsSlice()) {
				return i.MTU
			}
		}
	}
	return 0
}
