package netlab

import (
	"errors"
	"net/netip"
	"os"
	"sync"
	"time"

	"gm/wire/simnet"
)

// The addresses of the two hosts. They are the same in every Lab, because labs do not
// see each other.
var (
	nearAddr = netip.MustParseAddr("10.79.0.1")
	farAddr  = netip.MustParseAddr("10.79.0.2")
)

// maxPacket exceeds the MTU of a device, in bytes.
const maxPacket = 4 << 10

// Lab is two hosts and the wire between them. Its methods are safe for concurrent use.
type Lab struct {
	Near, Far *Host

	arrivals chan arrival
	commands chan func()
	done     chan struct{}
	routines sync.WaitGroup

	// owned by run
	up, down   *simnet.Link
	traffic    Traffic
	udpBlocked bool
}

// arrival is a packet that a host has sent.
type arrival struct {
	up     bool // to Far
	packet []byte
}

// New returns a lab whose wire has the quality of config in each direction. The caller
// must call Close.
func New(config simnet.Config, seed uint64) (*Lab, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	near, err := newHost(nearAddr, farAddr)
	if err != nil {
		return nil, err
	}
	far, err := newHost(farAddr, nearAddr)
	if err != nil {
		near.close()
		return nil, err
	}
	l := &Lab{
		Near: near, Far: far,
		arrivals: make(chan arrival), commands: make(chan func()), done: make(chan struct{}),
		traffic: Traffic{},
	}
	l.set(config, seed)
	l.routines.Go(l.run)
	l.routines.Go(func() { l.read(near.tun, true) })
	l.routines.Go(func() { l.read(far.tun, false) })
	return l, nil
}

// Set changes the quality of the wire. Packets in flight are lost.
func (l *Lab) Set(config simnet.Config, seed uint64) error {
	if err := config.Validate(); err != nil {
		return err
	}
	l.do(func() { l.set(config, seed) })
	return nil
}

func (l *Lab) set(config simnet.Config, seed uint64) {
	config.HeadersIncluded = true
	now := time.Now()
	l.up, l.down = simnet.NewLink(config, seed, now), simnet.NewLink(config, ^seed, now)
}

// BlockUDP makes the wire drop all UDP in both directions, without an answer of ICMP, or
// carry it again. UDP that is already on its way arrives.
func (l *Lab) BlockUDP(block bool) { l.do(func() { l.udpBlocked = block }) }

// Traffic returns the packets that the hosts have sent so far, lost ones included.
func (l *Lab) Traffic() (t Traffic) {
	l.do(func() { t = l.traffic.clone() })
	return t
}

// Close removes the wire and both devices. Programs on the hosts keep running without a
// network.
func (l *Lab) Close() {
	close(l.done)
	l.Near.close()
	l.Far.close()
	l.routines.Wait()
}

func (l *Lab) do(f func()) {
	ran := make(chan struct{})
	select {
	case l.commands <- func() { f(); close(ran) }:
		<-ran
	case <-l.done:
	}
}

func (l *Lab) run() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case a := <-l.arrivals:
			l.send(time.Now(), a)
		case f := <-l.commands:
			f()
		case <-timer.C:
		case <-l.done:
			return
		}
		now := time.Now()
		deliver(now, l.up, l.Far.tun)
		deliver(now, l.down, l.Near.tun)
		if next := earlier(l.up.Deadline(), l.down.Deadline()); !next.IsZero() {
			timer.Reset(time.Until(next))
		}
	}
}

func (l *Lab) send(now time.Time, a arrival) {
	l.traffic.add(a)
	switch {
	case l.udpBlocked && a.isUDP():
	case a.up:
		l.up.Send(now, a.packet)
	default:
		l.down.Send(now, a.packet)
	}
}

// deliver writes the packets that have arrived. A failed write is a lost packet.
func deliver(now time.Time, from *simnet.Link, to *os.File) {
	for p := from.Receive(now); p != nil; p = from.Receive(now) {
		to.Write(p)
	}
}

func (l *Lab) read(tun *os.File, up bool) {
	buf := make([]byte, maxPacket)
	for {
		n, err := tun.Read(buf)
		if errors.Is(err, os.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		select {
		case l.arrivals <- arrival{up, append([]byte{}, buf[:n]...)}:
		case <-l.done:
			return
		}
	}
}

// earlier returns the first of two times. The zero time means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
