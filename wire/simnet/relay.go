package simnet

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"gm/wire/datagram"
)

// RelayOptions configure a Relay. The zero value is a perfect network.
type RelayOptions struct {
	Up, Down Config // to the server, to the client
	Seed     uint64
	// From is the first address that the server sees; if it is not valid, the
	// loopback address of the server's family.
	From netip.Addr
	// Tap, if set, is called with each datagram as it arrives. It is called by one
	// goroutine and must not keep the datagram.
	Tap func(d datagram.Direction, datagram []byte)
}

// Relay is a network between clients and one server, on UDP sockets of the
// loopback interface. Answers are sent to the client that was heard last. Its
// methods may be called from any goroutine.
type Relay struct {
	opts   RelayOptions
	server netip.AddrPort
	front  *net.UDPConn // receives from clients

	arrivals chan arrival
	commands chan func()
	done     chan struct{}
	close    sync.Once
	routines sync.WaitGroup

	// owned by run
	back     *net.UDPConn // sends to the server
	client   netip.AddrPort
	up, down *Link
}

// arrival is a datagram received on one of the sockets.
type arrival struct {
	direction datagram.Direction
	data      []byte
	from      netip.AddrPort
}

// NewRelay starts a relay to server. Close must be called.
func NewRelay(server netip.AddrPort, o RelayOptions) (*Relay, error) {
	if err := errors.Join(o.Up.Validate(), o.Down.Validate()); err != nil {
		return nil, err
	}
	loopback := netip.IPv6Loopback()
	if server.Addr().Unmap().Is4() {
		loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if !o.From.IsValid() {
		o.From = loopback
	}
	front, err := listen(loopback)
	if err != nil {
		return nil, err
	}
	back, err := listen(o.From)
	if err != nil {
		return nil, errors.Join(err, front.Close())
	}
	now := time.Now()
	r := &Relay{
		opts: o, server: server, front: front, back: back,
		arrivals: make(chan arrival), commands: make(chan func()), done: make(chan struct{}),
		up: NewLink(o.Up, o.Seed, now), down: NewLink(o.Down, ^o.Seed, now),
	}
	r.routines.Go(r.run)
	r.routines.Go(func() { r.read(front, datagram.ToServer) })
	r.routines.Go(func() { r.read(back, datagram.ToClient) })
	return r, nil
}

func listen(addr netip.Addr) (*net.UDPConn, error) {
	return net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
}

// Addr returns the address that clients send to.
func (r *Relay) Addr() netip.AddrPort { return localAddr(r.front) }

// Roam moves the client: from now on the server sees a new port of from, or of the
// address that it has seen so far if from is not valid. Datagrams that the server
// sends to the old port are lost.
func (r *Relay) Roam(from netip.Addr) (err error) {
	r.do(func() {
		if !from.IsValid() {
			from = localAddr(r.back).Addr()
		}
		var back *net.UDPConn
		if back, err = listen(from); err != nil {
			return
		}
		r.back.Close()
		r.back = back
		r.routines.Go(func() { r.read(back, datagram.ToClient) })
	})
	return err
}

// Seen returns the address that the server sees now.
func (r *Relay) Seen() (a netip.AddrPort) {
	r.do(func() { a = localAddr(r.back) })
	return a
}

// Cut loses all datagrams, both ways, until Restore.
func (r *Relay) Cut() { r.setDown(true) }

// Restore ends Cut.
func (r *Relay) Restore() { r.setDown(false) }

func (r *Relay) setDown(down bool) {
	r.do(func() {
		r.up.SetDown(down)
		r.down.SetDown(down)
	})
}

// Stats returns the counts of the two directions.
func (r *Relay) Stats() (up, down Stats) {
	r.do(func() { up, down = r.up.Stats(), r.down.Stats() })
	return up, down
}

// Close ends the relay. Datagrams on their way are lost. After Close the other
// methods do nothing.
func (r *Relay) Close() {
	r.close.Do(func() { close(r.done) })
	r.routines.Wait()
}

func (r *Relay) do(f func()) {
	ran := make(chan struct{})
	select {
	case r.commands <- func() { f(); close(ran) }:
		<-ran
	case <-r.done:
	}
}

func localAddr(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }
