package datagram

import (
	"crypto/cipher"
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

var (
	errShortPacket = errors.New("packet is too short")
	errReplayed    = errors.New("datagram came before")
)

// Conn is one end of a connection. It seals payloads into numbered datagrams and
// opens those of the peer (protocol, section 2), and measures the round trip time
// and the loss of each path. It is not safe for concurrent use.
type Conn struct {
	sealer   sealer
	opener   opener
	clock    clock
	paths    pathTable
	route    route
	controls []control
	several  bool // the peer knows several paths

	received replayFilter
	moved    uint64    // one above the highest sequence number of a fragment
	heard    time.Time // arrival of the newest datagram; zero before the first
	answered time.Time // arrival of the newest timestamp reply; zero before the first

	traffic struct{ sent, received Traffic }
	ignored uint64 // payloads of an unknown kind

	plain, sealed []byte // of the datagram being sent
	opened        []byte // of the datagram being received
}

// New returns one end of a connection whose clock starts now. d is the direction of
// the datagrams that it sends. Its route is the zero Path.
func New(k Key, d Direction, now time.Time) (*Conn, error) {
	sealer, err := newSealer(k, d)
	if err != nil {
		return nil, err
	}
	opener, err := newOpener(k, d.opposite())
	if err != nil {
		return nil, err
	}
	c := &Conn{sealer: sealer, opener: opener, clock: clock{now}}
	c.SetRoute(Path{})
	return c, nil
}

// AllowPaths makes the Conn answer probes and accept copies. Both ends call it if they have
// agreed on the extension "paths".
func (c *Conn) AllowPaths() { c.several = true }

// Seal returns the datagram of a payload that begins with its Kind, for a path. It is
// valid until the next call. The only error is ErrExhausted.
func (c *Conn) Seal(now time.Time, path Path, payload []byte) ([]byte, error) {
	c.begin(now, path)
	c.plain = append(c.plain, payload...)
	if c.sealer.streams != nil && len(payload) > 0 && kindOf(payload) == KindStreams {
		return c.finish(c.sealer.streams)
	}
	return c.finish(c.sealer.aead)
}

// SealCopy returns the datagram of a fragment that is sent on several paths, which is a
// byte longer.
func (c *Conn) SealCopy(now time.Time, path Path, fragment []byte) ([]byte, error) {
	c.begin(now, path)
	c.plain = append(c.plain, byte(KindCopy))
	c.plain = append(c.plain, fragment...)
	return c.finish(c.sealer.aead)
}

// Control calls send with each queued probe and reply. The data is valid during the call
// only. The only error is ErrExhausted.
func (c *Conn) Control(now time.Time, send func(path Path, data []byte)) error {
	for len(c.controls) > 0 {
		m := c.controls[0]
		c.controls = append(c.controls[:0], c.controls[1:]...)
		s := c.begin(now, m.path)
		c.plain = m.append(c.plain)
		data, err := c.finish(c.sealer.aead)
		if err != nil {
			return err
		}
		if m.kind == KindProbe {
			s.probes++
		}
		send(m.path, data)
	}
	return nil
}

func (c *Conn) begin(now time.Time, path Path) *pathState {
	s := c.state(path)
	c.plain = binary.BigEndian.AppendUint16(c.plain[:0], uint16(c.clock.timestamp(now)))
	c.plain = binary.BigEndian.AppendUint16(c.plain, uint16(s.reply.take(now)))
	return s
}

func (c *Conn) finish(aead cipher.AEAD) (data []byte, err error) {
	if c.sealed, err = c.sealer.seal(aead, c.sealed[:0], c.plain); err == nil {
		c.traffic.sent.count(c.sealed)
	}
	return c.sealed, err
}

func (c *Conn) state(path Path) *pathState {
	if s := c.paths.find(path); s != nil {
		return s
	}
	return c.paths.add(path, c.paths.find(c.route.preferred()), c.route.has)
}

// Opened is a datagram that Open has opened.
type Opened struct {
	Payload []byte // begins with KindFragment; nil if there is no fragment in it
	Newest  bool   // its sequence number is the highest so far
	// Moves reports whether its sequence number is the highest of all with fragments or
	// packets of streams: a peer with one path is now where the datagram came from.
	Moves bool
	Copy  bool // the fragment is sent on other paths too
	// Streams is a packet of streams, valid until the next call; nil if there is none.
	Streams []byte
}

// Open opens a datagram received on a path. Its contents are valid until the next call.
// congested reports whether the datagram carried the ECN mark CE. The fields of Opened
// other than Payload are valid with an error too. The timestamps of a datagram that was
// overtaken on its path are ignored.
//
// A payload of an unknown kind is counted and results in an error.
func (c *Conn) Open(now time.Time, data []byte, path Path, congested bool) (Opened, error) {
	plain, seq, streams, err := c.opener.open(c.opened[:0], data)
	if err != nil {
		return Opened{}, err
	}
	c.opened = plain
	c.traffic.received.count(data)
	got := Opened{Newest: seq >= c.received.next}
	missing := gap(c.received.next, seq)
	if !c.received.add(seq) {
		// An attacker can send it again from another address.
		c.recordArrival(path, got.Newest, 0)
		return c.accept(got, nil, opened{plain, seq, len(data), streams})
	}
	s := c.state(path)
	if got.Newest {
		c.heard = now
		c.adoptIdentifier(seq)
	}
	c.recordArrival(path, got.Newest, missing)
	fresh := seq >= s.next
	if fresh {
		s.next, s.heard = seq+1, now
		s.size.heard(now)
	}
	if len(plain) < timestampsSize {
		return got, errShortPacket
	}
	if fresh {
		c.readTimestamps(now, s, plain, congested)
	}
	return c.accept(got, s, opened{plain, seq, len(data), streams})
}

// recordArrival updates the estimate of loss. Datagrams that are missing when one arrives
// through a pipe are in flight over UDP, or lost there.
func (c *Conn) recordArrival(path Path, newest bool, missing uint64) {
	s := c.paths.find(path)
	if path.IsPipe() {
		if s = c.newestUDP(); s != nil && newest {
			s.loss.missed(missing, s.rtt.Queued())
			return
		}
	}
	switch {
	case s == nil:
	case newest:
		s.loss.arrived(missing, s.rtt.Queued())
	default:
		s.loss.reordered()
	}
}

func (c *Conn) newestUDP() (newest *pathState) {
	for i := range c.paths.list {
		s := &c.paths.list[i]
		if !s.path.IsPipe() && s.path.IsValid() && (newest == nil || s.heard.After(newest.heard)) {
			newest = s
		}
	}
	return newest
}

// opened is an authentic datagram. streams is set if it was sealed as those of streams are.
type opened struct {
	plain   []byte
	seq     uint64
	size    int
	streams bool
}

// accept handles the payload. s is nil for a datagram that was received before.
func (c *Conn) accept(got Opened, s *pathState, o opened) (Opened, error) {
	if len(o.plain) <= timestampsSize {
		return got, errShortPacket
	}
	payload := o.plain[timestampsSize:]
	kind := kindOf(payload)
	switch {
	case o.streams != (kind == KindStreams):
		c.ignored++
		return got, errUnknownKind
	case kind == KindFragment:
		got.Payload = payload
	case c.several && kind == KindCopy && len(payload) > 1:
		got.Payload, got.Copy = payload[1:], true
	case c.several && s == nil:
		return got, errReplayed
	case kind == KindStreams:
		if s == nil {
			return got, errReplayed
		}
		got.Streams = payload[1:]
	case c.several && (kind == KindProbe || kind == KindReply):
		return got, c.handleControl(s, payload, o.size)
	default:
		c.ignored++
		return got, errUnknownKind
	}
	if o.seq >= c.moved {
		c.moved, got.Moves = o.seq+1, true
	}
	return got, nil
}

func (c *Conn) readTimestamps(now time.Time, s *pathState, plain []byte, congested bool) {
	s.reply.put(now, timestamp(binary.BigEndian.Uint16(plain)), congested)
	if reply := timestamp(binary.BigEndian.Uint16(plain[2:])); reply != noTimestamp {
		if s.rtt.Add(time.Duration(c.clock.timestamp(now)-reply) * time.Millisecond) {
			s.loss.notFull()
		}
		s.answered, c.answered = now, now
	}
}

// PathState returns the state of a path; that of a new one if the Conn does not know it.
func (c *Conn) PathState(path Path) PathState {
	if s := c.paths.find(path); s != nil {
		return s.export()
	}
	s := pathState{size: newSizeLimit(fullSize(path))}
	return s.export()
}

// RTT returns the estimate of the round trip time of the preferred path.
func (c *Conn) RTT() *RTT { return &c.preferred().rtt }

// Loss returns the estimate of the loss on the preferred path.
func (c *Conn) Loss() *Loss { return &c.preferred().loss }

// Heard returns when the newest datagram arrived; zero before the first.
func (c *Conn) Heard() time.Time { return c.heard }

// HeardUs returns when the newest reply to a timestamp of this end arrived, which the peer
// received less than a second before the reply; zero before the first.
func (c *Conn) HeardUs() time.Time { return c.answered }

// Ignored returns the number of payloads of an unknown kind that were received.
func (c *Conn) Ignored() uint64 { return c.ignored }

// Traffic returns the datagrams sent and received so far.
func (c *Conn) Traffic() (sent, received Traffic) { return c.traffic.sent, c.traffic.received }

// Traffic counts authentic datagrams of one direction and the bytes of UDP
// payload in them.
type Traffic struct{ Datagrams, Bytes uint64 }

func (t *Traffic) count(datagram []byte) {
	t.Datagrams++
	t.Bytes += uint64(len(datagram))
}
