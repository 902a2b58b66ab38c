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
	// MaxWindow bounds the bytes of a stream that its reader has not consumed; 8 MB if it
	// is 0.
	MaxWindow uint64
	// MaxStreams bounds the streams that the peer begins; 2048 if it is 0.
	MaxStreams int
}

// Conn is one end of the streams of a session. It is not safe for concurrent use.
type Conn struct {
	cfg     Config
	streams map[uint64]*Stream
	turns   []*Stream // in the order in which they are sent next
	opened  []*Stream // by the peer, not accepted yet
	nextID  uint64    // of the next stream that this end begins
	peerID  uint64    // of the next one that the peer does

	received received
	sent     sentQueue
	rtt      roundTrip
	control  controller
	number   uint64    // of the next packet
	paced    time.Time // no packet is sent before

	newestAcked time.Time // when the newest acknowledged packet was sent
	largest     uint64    // its number
	anyAcked    bool
	lossAt      time.Time // when more packets count as lost; zero if none will
	probes      int       // since the last acknowledgement
	lastSent    time.Time // of the last packet that is acknowledged
	probing     int       // packets that are sent beyond the window
}

// New returns one end.
func New(now time.Time, cfg Config) *Conn {
	if cfg.PacketSize == 0 {
		cfg.PacketSize = 1200
	}
	if cfg.MaxWindow == 0 {
		cfg.MaxWindow = 8 << 20
	}
	if cfg.MaxStreams == 0 {
		cfg.MaxStreams = 2048
	}
	c := &Conn{cfg: cfg, streams: map[uint64]*Stream{}, control: newController(now, cfg.PacketSize)}
	if c.peerID = 1; !cfg.Client {
		c.nextID, c.peerID = 1, 0
	}
	return c
}

// SetPacketSize sets the largest packet, in bytes. Packets that are on their way keep their
// size; what they lose is split anew.
func (c *Conn) SetPacketSize(n int) { c.cfg.PacketSize, c.control.bytes = n, n }

// Settled reports whether nothing is on its way, due or waiting for credit. All that was
// written has arrived then.
func (c *Conn) Settled() bool {
	if c.sent.bytes > 0 || c.received.pending > 0 || !c.received.due.IsZero() {
		return false
	}
	for _, s := range c.streams {
		if s.sendable() || !s.Delivered() {
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
	return s
}

func (c *Conn) add(id uint64) *Stream {
	s := &Stream{conn: c, id: id}
	s.out.credit = initialWindow
	s.in.credit, s.in.window = initialWindow, initialWindow
	c.streams[id] = s
	c.turns = append(c.turns, s)
	return s
}

// Len returns the number of streams that have not ended at this end, or whose end has not
// arrived at the peer.
func (c *Conn) Len() int { return len(c.streams) }

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
		f, after, err := parseFrame(rest)
		if err == nil {
			err = c.handle(now, &f)
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
		return c.handleAck(now, f)
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
	switch f.kind {
	case frameOpen:
		c.open(s, f)
	case frameCredit:
		s.out.credit = max(s.out.credit, min(f.offset, maxOffset))
	case frameReset:
		s.end(&ResetError{Code: f.number, Text: string(f.bytes), ByPeer: true})
		c.forget(s)
	default:
		if err := s.in.receive(f.offset, f.bytes, f.kind == frameEnd); err != nil {
			return err
		}
	}
	return nil
}

// begin adds the streams of the peer up to an id. Their OPEN may come later than other frames.
func (c *Conn) begin(id uint64) error {
	for ; id%2 == c.peerID%2 && c.peerID <= id; c.peerID += 2 {
		if len(c.streams) >= c.cfg.MaxStreams {
			return errTooManyStreams
		}
		s := c.add(c.peerID)
		s.opened, s.unknown = true, true
	}
	return nil
}

func (c *Conn) open(s *Stream, f *frame) {
	if s.unknown {
		s.unknown, s.Kind, s.Target = false, f.number, slices.Clone(f.bytes)
		s.out.credit = max(s.out.credit, min(f.offset, maxOffset))
		c.opened = append(c.opened, s)
	}
}

func (c *Conn) forget(s *Stream) {
	delete(c.streams, s.id)
	c.turns = slices.DeleteFunc(c.turns, func(t *Stream) bool { return t == s })
}

// Deadline returns when Append has something to send; zero if it has nothing.
func (c *Conn) Deadline(now time.Time) time.Time {
	at := deadline.Earliest(deadline.Earliest(c.lossAt, c.probeAt()), c.received.due)
	if c.sendable() && c.hasRoom() {
		at = deadline.Earliest(at, deadline.Latest(c.paced, now))
	}
	return at
}

func (c *Conn) sendable() bool {
	return slices.ContainsFunc(c.turns, (*Stream).sendable)
}

// hasRoom reports whether a packet may be on its way in addition.
func (c *Conn) hasRoom() bool {
	return c.probing > 0 || c.sent.bytes+c.cfg.PacketSize <= c.control.window()
}

// Append appends the next packet, if one is due. The caller calls it until none is.
func (c *Conn) Append(now time.Time, dst []byte) (packet []byte, ok bool) {
	c.runTimers(now)
	elicits := c.hasRoom() && !now.Before(c.paced) && c.sendable()
	acks := !c.received.due.IsZero() && !now.Before(c.received.due)
	if !elicits && !acks {
		return dst, false
	}
	w := packetWriter{number: c.number, start: len(dst), limit: c.cfg.PacketSize, out: protowire.AppendVarint(dst, c.number)}
	if acks || c.received.pending > 0 {
		w.ack(c.received.ack(now))
	}
	if elicits {
		c.fill(&w)
	}
	c.record(now, &w)
	return w.out, true
}

// fill adds frames of the streams in turn, urgent ones first.
func (c *Conn) fill(w *packetWriter) {
	for _, urgent := range []bool{true, false} {
		for range len(c.turns) {
			s := c.turns[0]
			if s.Urgent == urgent && s.sendable() && !w.stream(s) {
				return
			}
			c.turns = append(c.turns[1:], s)
		}
	}
}

func (c *Conn) record(now time.Time, w *packetWriter) {
	size := len(w.out) - w.start
	p := sentPacket{number: c.number, at: now, size: size, elicits: len(w.parts) > 0, parts: w.parts}
	c.number++
	if !p.elicits {
		p.size = 0
		c.sent.push(p)
		c.sent.remove(&c.sent.packets[len(c.sent.packets)-1])
		return
	}
	p.sample = c.control.sent(now, c.sent.bytes)
	c.sent.push(p)
	c.lastSent, c.probing = now, max(c.probing-1, 0)
	if rate := c.control.pacing(); rate > 0 {
		c.paced = deadline.Latest(c.paced, now.Add(-maxBurst)).Add(time.Duration(float64(size) / rate * float64(time.Second)))
	}
	if !c.sendable() && c.sent.bytes < c.control.window() {
		c.control.starved(c.sent.bytes)
	}
}

// maxBurst is the time whose packets may be sent at once: timers are not exact.
const maxBurst = time.Millisecond
