package wire

import (
	"encoding/binary"
	"errors"
	"time"
)

// stampsSize is the two stamps before the fragment in a datagram:
//
//	timestamp[2] || timestamp_reply[2] || fragment
const stampsSize = 4

// overhead is what a datagram carries beside the bytes of an instruction.
const overhead = nonceSize + tagSize + stampsSize + fragmentHeader

var errShortPacket = errors.New("packet is too short")

// packets is the layer of one end between fragments and datagrams: sequence
// numbers, stamps, round trip times (mosh-protocol, section 2).
type packets struct {
	sealer sealer
	opener opener
	clock  clock
	echo   echo
	rtt    rtt
	loss   loss
	next   uint64    // one above the highest sequence number that came
	heard  time.Time // when that one came; zero before the first
	// answered is when one came that echoed a timestamp of ours less than a second
	// after the peer had it; zero before the first.
	answered time.Time

	sent, received Traffic

	plain, datagram []byte // the datagram being sent
	opened          []byte // the one being received
}

func newPackets(k Key, d Direction, start time.Time) (p packets, err error) {
	p.clock = clock{start}
	p.rtt = newRTT()
	if p.sealer, err = newSealer(k, d); err != nil {
		return p, err
	}
	p.opener, err = newOpener(k, d.opposite())
	return p, err
}

// seal gives the datagram of a fragment, valid until the next call.
func (p *packets) seal(now time.Time, f fragment) ([]byte, error) {
	p.plain = binary.BigEndian.AppendUint16(p.plain[:0], uint16(p.clock.stamp(now)))
	p.plain = binary.BigEndian.AppendUint16(p.plain, uint16(p.echo.take(now)))
	p.plain = f.append(p.plain)
	var err error
	if p.datagram, err = p.sealer.seal(p.datagram[:0], p.plain); err == nil {
		p.sent.count(p.datagram)
	}
	return p.datagram, err
}

// open gives the fragment of a datagram, valid until the next call, and says
// whether it is the newest so far. One that was overtaken tells nothing about
// times.
func (p *packets) open(now time.Time, datagram []byte, congested bool) (f fragment, newest bool, err error) {
	plain, seq, err := p.opener.open(p.opened[:0], datagram)
	if err != nil {
		return fragment{}, false, err
	}
	p.opened = plain
	p.received.count(datagram)
	if newest = seq >= p.next; newest {
		p.loss.arrived(seq - p.next)
		p.next, p.heard = seq+1, now
	} else {
		p.loss.late()
	}
	if len(plain) < stampsSize {
		return fragment{}, newest, errShortPacket
	}
	if newest {
		p.echo.put(now, stamp(binary.BigEndian.Uint16(plain)), congested)
		if reply := stamp(binary.BigEndian.Uint16(plain[2:])); reply != noStamp {
			p.rtt.sample(p.clock.stamp(now), reply)
			p.answered = now
		}
	}
	f, err = parseFragment(plain[stampsSize:])
	return f, newest, err
}
