package datagram

import (
	"encoding/binary"
	"errors"
	"time"
)

// timestampsSize is the size of the two timestamps before the payload:
//
//	timestamp[2] || timestamp_reply[2] || payload
const timestampsSize = 4

// overhead is the number of bytes that a datagram adds to its payload.
const overhead = nonceSize + timestampsSize + tagSize

var errShortPacket = errors.New("packet is too short")

// Conn is one end of a connection. It seals payloads into numbered datagrams and
// opens those of the peer (protocol, section 2), and measures the round trip time
// and the loss of their path. It is not safe for concurrent use.
type Conn struct {
	sealer sealer
	opener opener
	clock  clock
	reply  timestampReply
	path   estimates

	next     uint64    // one above the highest sequence number received
	heard    time.Time // arrival of that datagram; zero before the first
	answered time.Time // arrival of the newest timestamp reply; zero before the first

	mtu            int // bytes of UDP payload
	sent, received Traffic
	ignored        uint64 // payloads of an unknown kind

	plain, sealed []byte // of the datagram being sent
	opened        []byte // of the datagram being received
}

// New returns one end of a connection whose clock starts now. d is the
// direction of the datagrams that it sends.
func New(k Key, d Direction, now time.Time) (*Conn, error) {
	sealer, err := newSealer(k, d)
	if err != nil {
		return nil, err
	}
	opener, err := newOpener(k, d.opposite())
	if err != nil {
		return nil, err
	}
	return &Conn{sealer: sealer, opener: opener, clock: clock{now}, mtu: MTUSmall}, nil
}

// Seal returns the datagram of a payload that begins with its Kind. It is valid
// until the next call. The only error is ErrExhausted.
func (c *Conn) Seal(now time.Time, payload []byte) ([]byte, error) {
	c.plain = binary.BigEndian.AppendUint16(c.plain[:0], uint16(c.clock.timestamp(now)))
	c.plain = binary.BigEndian.AppendUint16(c.plain, uint16(c.reply.take(now)))
	c.plain = append(c.plain, payload...)
	var err error
	if c.sealed, err = c.sealer.seal(c.sealed[:0], c.plain); err == nil {
		c.sent.count(c.sealed)
	}
	return c.sealed, err
}

// Open returns the payload of a datagram, valid until the next call. congested
// reports whether the datagram carried the ECN mark CE. newest reports whether its
// sequence number is higher than all before; it is valid with an error too. The
// timestamps of a datagram that was overtaken are ignored.
//
// A payload of an unknown kind is counted and results in an error.
func (c *Conn) Open(now time.Time, datagram []byte, congested bool) (payload []byte, newest bool, err error) {
	plain, seq, err := c.opener.open(c.opened[:0], datagram)
	if err != nil {
		return nil, false, err
	}
	c.opened = plain
	c.received.count(datagram)
	if newest = seq >= c.next; newest {
		c.path.loss.arrived(gap(c.next, seq))
		c.next, c.heard = seq+1, now
		c.follow(seq)
	} else {
		c.path.loss.reordered()
	}
	if len(plain) < timestampsSize {
		return nil, newest, errShortPacket
	}
	if newest {
		c.readTimestamps(now, plain, congested)
	}
	payload, err = c.accept(plain[timestampsSize:])
	return payload, newest, err
}

func (c *Conn) accept(payload []byte) ([]byte, error) {
	if len(payload) == 0 {
		return nil, errShortPacket
	}
	if kindOf(payload) != KindFragment {
		c.ignored++
		return nil, errUnknownKind
	}
	return payload, nil
}

func (c *Conn) readTimestamps(now time.Time, plain []byte, congested bool) {
	c.reply.put(now, timestamp(binary.BigEndian.Uint16(plain)), congested)
	if reply := timestamp(binary.BigEndian.Uint16(plain[2:])); reply != noTimestamp {
		c.path.rtt.Add(time.Duration(c.clock.timestamp(now)-reply) * time.Millisecond)
		c.answered = now
	}
}

// estimates are what a Conn has measured of the path in use. As in mosh, a new
// path begins with those of the one before.
type estimates struct {
	rtt  RTT
	loss Loss
}

// RTT returns the estimate of the round trip time of the path in use.
func (c *Conn) RTT() *RTT { return &c.path.rtt }

// Loss returns the estimate of the loss on the path in use.
func (c *Conn) Loss() *Loss { return &c.path.loss }

// SetMTU sets the bytes of UDP payload on the path in use, bounded to MTUSmall
// and MaxMTU. It is MTUSmall at first.
func (c *Conn) SetMTU(bytes int) { c.mtu = min(max(bytes, MTUSmall), MaxMTU) }

// MaxPayload returns the length of the longest payload that fits the MTU.
func (c *Conn) MaxPayload() int { return c.mtu - overhead }

// Heard returns when the newest datagram arrived; zero before the first.
func (c *Conn) Heard() time.Time { return c.heard }

// HeardUs returns when the newest datagram arrived that replied to a timestamp
// of this end, which the peer had received less than a second before; zero
// before the first.
func (c *Conn) HeardUs() time.Time { return c.answered }

// Ignored returns how many payloads of an unknown kind were received.
func (c *Conn) Ignored() uint64 { return c.ignored }

// Traffic returns the datagrams sent and received so far.
func (c *Conn) Traffic() (sent, received Traffic) { return c.sent, c.received }

// Traffic counts authentic datagrams of one direction and the bytes of UDP
// payload in them.
type Traffic struct{ Datagrams, Bytes uint64 }

func (t *Traffic) count(datagram []byte) {
	t.Datagrams++
	t.Bytes += uint64(len(datagram))
}
