package stream

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/internal/deadline"
)

// Config configures a Conn. The zero Config is that of a server.
type Config struct {
	Client bool
	// PacketSize is the largest packet, in bytes; 1200 if it is 0.
	PacketSize int
	// MaxWindow bounds the bytes of a stream that its reader has not consumed; 4 MB if it
	// is 0.
	MaxWindow uint64
	// MaxStreams bounds the streams that the peer begins; 2048 if it is 0. Others are reset
	// with the code 4.
	MaxStreams int
}

// Conn is one end of the streams of a session. It is not safe for concurrent use.
type Conn struct {
	cfg       Config
	streams   map[uint64]*Stream
	turns     turns
	opened    []*Stream // by the peer, not accepted yet
	nextID    uint64    // of the next stream that this end begins
	peerID    uint64    // of the next one that the peer does
	fromPeer  int       // streams that the peer has begun
	outMemory memory
	inMemory  memory
	widened   int // bytes of windows beyond the initial ones

	received received
	sent     sentQueue
	rtt      roundTrip
	control  controller
	number   uint64    // of the next packet
	paced    time.Time // no packet is sent before
	writer   packetWriter
	ranges   []packetRange // of the ACK that is handled

	largest   uint64        // number of the newest acknowledged packet
	reordered time.Duration // how much later than others packets come
	lossAt    time.Time     // when more packets count as lost; zero if none will
	probes    int           // since the last acknowledgement
	lastSent  time.Time     // of the last packet that is acknowledged
	probing   int           // packets that are sent beyond the window
	restarted time.Time     // packets that were sent before were on another path
}

// New returns one end.
func New(now time.Time, cfg Config) *Conn {
	if cfg.PacketSize == 0 {
		cfg.PacketSize = 1200
	}
	if cfg.MaxWindow == 0 {
		cfg.MaxWindow = maxBuffer
	}
	if cfg.MaxStreams == 0 {
		cfg.MaxStreams = 2048
	}
	c := &Conn{cfg: cfg, streams: map[uint64]*Stream{}}
	c.control = newController(now, cfg.PacketSize+packetOverhead)
	if c.peerID = 1; !cfg.Client {
		c.nextID, c.peerID = 1, 0
	}
	return c
}

// minPacketSize is the least size of a packet that is useful.
const minPacketSize = 64

// SetPacketSize sets the largest packet, in bytes. Packets that are on their way keep their
// size; what they lose is split anew.
func (c *Conn) SetPacketSize(n int) {
	c.cfg.PacketSize = max(n, minPacketSize)
	c.control.bytes = c.cfg.PacketSize + packetOverhead
}

// Settled reports whether nothing is on its way, due or waiting for credit. All that was
// written has arrived then.
func (c *Conn) Settled() bool {
	if c.turns.n > 0 || c.sent.bytes > 0 || c.received.pending > 0 || !c.received.due.IsZero() {
		return false
	}
	for _, s := range c.streams {
		if !s.Delivered() {
			return false
		}
	}
	return true
}

// Open begins a stream. Of the target at most 400 bytes are sent.
func (c *Conn) Open(kind uint64, target []byte) *Stream {
	s := c.add(c.nextID)
	c.nextID += 2
	s.Kind, s.Target = kind, target[:min(len(target), maxSentText)]
	s.in.credit, s.out.credit = s.in.window, smallWindow
	if len(c.streams)-c.fromPeer <= manyStreams {
		s.out.credit = initialWindow
	}
	c.turns.update(s)
	return s
}

func (c *Conn) add(id uint64) *Stream {
	s := &Stream{conn: c, id: id}
	s.in.window = smallWindow
	if len(c.streams) < manyStreams {
		s.in.window = initialWindow
		c.widened += initialWindow - smallWindow
	}
	c.streams[id] = s
	return s
}

// Len returns the number of streams that have not ended at this end, or whose end has not
// arrived at the peer.
func (c *Conn) Len() int { return len(c.streams) }

// silence is the time without a datagram of the peer after which it may lack the last
// acknowledgement. Before, keys would cost a datagram more each.
const silence = 2 * time.Second

// AcknowledgeAgain has Append send the last acknowledgement again if the peer may not have it, and
// reports whether it does. The owner calls it before it sends a state; heard is when
// something came from the peer for the last time.
func (c *Conn) AcknowledgeAgain(now, heard time.Time) bool {
	r := &c.received
	switch unheard := r.acked.After(heard); {
	case unheard && now.Sub(heard) > silence && r.acked.Before(now):
		r.repeated = true
	case !unheard && r.repeated: // as the peer was silent, and is there again
		r.repeated = false
	default:
		return false
	}
	r.due = now
	return true
}

// Accept returns the next stream that the peer has begun; nil if there is none.
func (c *Conn) Accept() *Stream {
	if len(c.opened) == 0 {
		return nil
	}
	s := c.opened[0]
	c.opened = c.opened[1:]
	return s
}

var errTooManyStreams = errors.New("too many streams")

// Receive handles a packet. An error means that the peer does not keep to the rules; the
// session goes on without streams then.
func (c *Conn) Receive(now time.Time, packet []byte) error {
	number, n := protowire.ConsumeVarint(packet)
	if n < 0 {
		return errMalformed
	}
	elicits := false
	for rest := packet[n:]; len(rest) > 0; {
		f, after, err := parseFrame(rest, c.ranges[:0])
		if err == nil {
			err = c.handle(now, &f)
		}
		if err == errFull {
			return nil // the peer sends it again
		}
		if err != nil {
			return fmt.Errorf("frame of kind %d: %w", rest[0], err)
		}
		elicits = elicits || f.kind != frameAck
		rest = after
	}
	c.received.add(now, number, elicits)
	return nil
}

func (c *Conn) handle(now time.Time, f *frame) error {
	switch f.kind {
	case frameAck:
		c.ranges = f.acked
		return c.handleAck(now, f)
	case frameAckNow:
		c.received.urgent = true
		return nil
	case frameOpen:
		if f.id%2 == c.nextID%2 {
			return errMalformed
		}
	}
	if err := c.begin(f.id); err != nil {
		return err
	}
	s := c.streams[f.id]
	if s == nil || s.reset != nil {
		return nil // it has ended
	}
	defer c.turns.update(s)
	switch f.kind {
	case frameOpen:
		c.open(s, f)
	case frameCredit:
		s.out.credit = max(s.out.credit, min(f.offset, maxOffset))
	case frameReset:
		s.end(&ResetError{Code: f.number, Text: string(f.bytes), ByPeer: true})
		c.forget(s)
	default:
		err := s.in.receive(&c.inMemory, f.offset, f.bytes, f.kind == frameEnd)
		if s.done() {
			c.forget(s)
		}
		return err
	}
	return nil
}

// begin adds the streams of the peer up to an id. Their OPEN may come later than other frames.
func (c *Conn) begin(id uint64) error {
	for ; id%2 == c.peerID%2 && c.peerID <= id; c.peerID += 2 {
		if max(c.fromPeer, len(c.opened)) >= 2*c.cfg.MaxStreams {
			return errTooManyStreams
		}
		s := c.add(c.peerID)
		s.opened, s.unknown = true, true
		s.in.credit, s.in.least = smallWindow, initialWindow
		if c.fromPeer++; c.fromPeer > c.cfg.MaxStreams {
			s.Reset(codeShortage, errTooManyStreams.Error())
		}
	}
	return nil
}

// codeShortage is the code of RFC 4254, 5.1, for a resource shortage.
const codeShortage = 4

func (c *Conn) open(s *Stream, f *frame) {
	if s.unknown {
		s.unknown, s.Kind, s.Target = false, f.number, slices.Clone(f.bytes)
		s.out.credit = max(s.out.credit, min(f.offset, maxOffset))
		c.opened = append(c.opened, s)
	}
}

func (c *Conn) forget(s *Stream) {
	if s.forgotten {
		return
	}
	c.turns.remove(s)
	c.forgetWindow(s)
	delete(c.streams, s.id)
	s.forgotten = true
	if s.id%2 == c.peerID%2 {
		c.fromPeer--
	}
	if len(c.streams) == 0 {
		c.inMemory.release()
		c.outMemory.release()
	}
}

// Deadline returns when Append has something to send; zero if it has nothing.
func (c *Conn) Deadline(now time.Time) time.Time {
	at := deadline.Earliest(deadline.Earliest(c.lossAt, c.probeAt()), c.received.due)
	if c.turns.n > 0 && c.hasRoom() {
		at = deadline.Earliest(at, c.pacedAt(now))
	}
	return at
}

// pacedAt returns when the pace allows packets: at a high rate several together, so that the
// caller wakes up less often.
func (c *Conn) pacedAt(now time.Time) time.Time {
	if !c.paced.After(now) {
		return now
	}
	if c.control.pacing()*maxBurst.Seconds() > float64(4*c.control.bytes) {
		return c.paced.Add(maxBurst / 2)
	}
	return c.paced
}

// hasRoom reports whether a packet may be on its way in addition. In an outage only probes are.
func (c *Conn) hasRoom() bool {
	return c.probing > 0 || c.probes < outageProbes && c.sent.bytes+c.control.bytes <= c.control.window() && c.sent.len() < maxSent
}

// Append appends the next packet, if one is due. The caller calls it until none is.
func (c *Conn) Append(now time.Time, dst []byte) (packet []byte, ok bool) {
	c.runTimers(now)
	c.control.bytes = c.fittingSize() + packetOverhead
	elicits := c.turns.n > 0 && c.hasRoom() && !now.Before(c.paced)
	acks := !c.received.due.IsZero() && !now.Before(c.received.due)
	if !elicits && !acks {
		return dst, false
	}
	w := &c.writer
	w.begin(dst, c.number, c.control.bytes-packetOverhead-1) // one for AckNow
	if acks || c.received.pending > 0 {
		w.ack(c.received.ack(now))
	}
	if elicits {
		c.fill(w)
	}
	if len(w.parts) > 0 {
		c.record(now, w)
	}
	c.number++
	packet, w.out = w.out, nil
	return packet, true
}

// slowPacket is the time that a packet may take on a slow path, as it delays datagrams that
// are not of streams. Packets have slowSize bytes at least.
const (
	slowPacket = 25 * time.Millisecond
	slowSize   = 600
)

// fittingSize returns the largest size of a packet at the rate of the path.
func (c *Conn) fittingSize() int {
	rate := c.control.rate.max()
	if rate == 0 || c.control.state == stateStartup {
		return c.cfg.PacketSize
	}
	return min(c.cfg.PacketSize, max(slowSize, int(rate*slowPacket.Seconds())))
}

// fill adds frames of the streams in turn, one class after the other.
func (c *Conn) fill(w *packetWriter) {
	for class := classControl; class < numClasses; class++ {
		list := &c.turns.lists[class]
		for s := list.first; s != nil; s = list.first {
			more := w.stream(s)
			c.turns.rotate(s)
			if !more {
				return
			}
		}
	}
}

// packetOverhead is the part of a packet on the path that is not its own: headers of IP and
// UDP, nonce, timestamps and tag.
const packetOverhead = 57

// ackNowWindow is the window, in packets, below which the packet that fills it is to be
// acknowledged at once: fewer than ackEvery may be on their way.
const ackNowWindow = 4 * ackEvery

func (c *Conn) record(now time.Time, w *packetWriter) {
	size := w.size() + packetOverhead
	p := sentPacket{number: c.number, at: now, size: size, sample: c.control.sent(now, c.sent.bytes)}
	c.sent.push(p, w.parts)
	c.lastSent, c.probing = now, max(c.probing-1, 0)
	if rate := c.control.pacing(); rate > 0 {
		c.paced = deadline.Latest(c.paced, now.Add(-maxBurst)).Add(time.Duration(float64(size) / rate * float64(time.Second)))
	}
	switch {
	case !c.hasRoom() && c.control.window() < ackNowWindow*c.control.bytes:
		w.out = append(w.out, byte(frameAckNow))
	case c.turns.n == 0 && !c.withoutCredit(w.parts[len(w.parts)-1].id):
		c.control.starved(c.sent.bytes)
	}
}

// withoutCredit reports whether a stream has more to send than the peer receives.
func (c *Conn) withoutCredit(id uint64) bool {
	s := c.streams[id]
	return s != nil && s.out.next < s.out.end
}

// maxBurst is the time whose packets may be sent at once: timers are not exact.
const maxBurst = time.Millisecond
