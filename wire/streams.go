package wire

import (
	"time"

	"gm/wire/datagram"
	"gm/wire/stream"
)

// Streams returns the streams of the session; nil without the extension "streams". Its
// owner calls neither Receive nor Append: the Transport does.
func (t *Transport[L, R]) Streams() *stream.Conn { return t.streams }

func (t *Transport[L, R]) carryStreams(now time.Time, key datagram.Key) error {
	t.streams = stream.New(now, stream.Config{Client: t.client, PacketSize: t.streamPacketSize()})
	return t.conn.UseStreams(key)
}

// streamPacketSize returns the size of a packet that fits in a datagram after its kind.
func (t *Transport[L, R]) streamPacketSize() int { return t.conn.MaxPayload() - 1 }

// moveStreams records that packets take another path from now on.
func (t *Transport[L, R]) moveStreams(now time.Time) {
	if t.streams != nil {
		t.streams.PathChanged(now)
	}
}

// sendStreams sends the packets of streams that are due, on the preferred path. A session that
// sends some, or acknowledges them, is not idle.
func (t *Transport[L, R]) sendStreams(now time.Time, send func(path datagram.Path, data []byte)) error {
	if !t.streaming() {
		return nil
	}
	t.streams.SetPacketSize(t.streamPacketSize())
	path := t.conn.Route()[0]
	for {
		packet, due := t.streams.Append(now, append(t.payload[:0], byte(datagram.KindStreams)))
		t.payload = packet
		if !due {
			return nil
		}
		data, err := t.conn.Seal(now, path, packet)
		if err != nil {
			return err
		}
		t.keepalive.noteChange(now)
		send(path, data)
	}
}

// acknowledgeStreams sends the last acknowledgement of streams, before a state, if the peer was
// silent: the first datagram after an outage tells it what has arrived.
func (t *Transport[L, R]) acknowledgeStreams(now time.Time, send func(path datagram.Path, data []byte)) error {
	if !t.streaming() || !t.streams.AcknowledgeAgain(now, t.conn.Heard()) {
		return nil
	}
	return t.sendStreams(now, send)
}

func (t *Transport[L, R]) streamsDeadline(now time.Time) time.Time {
	if !t.streaming() {
		return time.Time{}
	}
	return t.streams.Deadline(now)
}

// streaming reports whether streams are sent: they end when either end announces the end of
// the session.
func (t *Transport[L, R]) streaming() bool {
	return t.streams != nil && !t.shutdown.ours() && !t.shutdown.theirs()
}
