package stream

import (
	"testing"
	"time"
)

// FuzzReceive receives any packets. Nothing panics, and the credit bounds the memory.
func FuzzReceive(f *testing.F) {
	frames := []frame{
		{kind: frameOpen, id: 0, number: 1, bytes: []byte("target"), offset: initialWindow},
		{kind: frameData, id: 0, offset: 3, bytes: []byte("data")},
		{kind: frameEnd, id: 0, bytes: []byte("abc")},
		{kind: frameEnd, id: 1, offset: 9},
		{kind: frameCredit, id: 1, offset: 1 << 20},
		{kind: frameReset, id: 0, number: 7, bytes: []byte("refused")},
		{kind: frameAck, acked: []packetRange{{3, 5}, {0, 0}}, delay: time.Millisecond},
	}
	for i := range frames {
		f.Add(frames[i].append([]byte{byte(i)}))
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		now := time.Unix(0, 0)
		c := New(now, Config{MaxStreams: 8})
		s := c.Open(1, nil)
		s.Write(make([]byte, 5000))
		for _, ok := c.Append(now, nil); ok; {
			_, ok = c.Append(now, nil)
		}
		s.CloseWrite()
		for _, ok := c.Append(now, nil); ok; {
			_, ok = c.Append(now, nil)
		}
		if c.Receive(now, packet) != nil {
			return
		}
		for _, s := range c.streams {
			if len(s.in.buf) > initialWindow {
				t.Errorf("stream %d keeps %d bytes", s.id, len(s.in.buf))
			}
		}
		for range 100 {
			if _, ok := c.Append(now, nil); !ok {
				return
			}
		}
		t.Error("sends for ever")
	})
}
