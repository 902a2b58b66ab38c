package wire

import (
	"encoding/binary"
	"testing"
	"time"

	"gm/wire/datagram"
)

// FuzzReceive sends a Transport instructions of a peer with the key. The input is
// cut into instructions, each with five bytes of numbers and a length.
func FuzzReceive(f *testing.F) {
	f.Add([]byte{0, 1, 0, 0, 1, 'a', 1, 2, 0, 1, 1, 'b'})
	f.Add([]byte{0, 255, 255, 0, 0, 255, 0, 255, 0, 1, '!'})
	f.Add([]byte("\x00\x01\x00\x00\x05abcde\x00\x02\x00\x01\x00")) // a state that is shorter than the one before
	f.Add([]byte{0, 9, 0, 0, 0, 0, 5, 0, 9, 0, 9, 7, 0, 5, 0})
	f.Fuzz(func(t *testing.T, input []byte) {
		now := epoch
		server, err := New(Config[tape, tape]{Key: datagram.Key{1}, Direction: datagram.ToClient, MinDelay: ServerMinDelay, MTU: datagram.MTUv4}, now)
		if err != nil {
			t.Fatal(err)
		}
		peer := newConn(t, datagram.ToServer)
		box := fragmenter{}
		for len(input) >= 5 {
			in, rest := scriptedInstruction(input)
			input = rest
			if err := box.pack(&in, payload4); err != nil {
				t.Fatal(err)
			}
			err := box.fragments(func(piece fragment) error {
				d, err := peer.Seal(now, datagram.Path{}, piece.append(nil))
				if err == nil {
					server.Receive(now, d, datagram.Path{}, false)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			server.SetLocal(now, server.Local().with("k"))
			checkBounds(t, server, now)
			now = now.Add(30 * time.Millisecond)
		}
	})
}

// scriptedInstruction parses an instruction from fuzzing input of at least five
// bytes. The byte 255 stands for shutdownNum.
func scriptedInstruction(input []byte) (in instruction, rest []byte) {
	numbers := [4]uint64{}
	for i := range numbers {
		if numbers[i] = uint64(input[i]); input[i] == 255 {
			numbers[i] = shutdownNum
		}
	}
	n := min(int(input[4]), len(input)-5)
	in = instruction{oldNum: numbers[0], newNum: numbers[1], ackNum: numbers[2], throwawayNum: numbers[3], diff: input[5 : 5+n]}
	return in, input[5+n:]
}

// checkBounds ticks and checks the bounds of the states held and of the datagrams
// sent.
func checkBounds(t *testing.T, end *Transport[tape, tape], now time.Time) {
	t.Helper()
	if n := len(end.received.states); n == 0 || n > maxReceived {
		t.Fatalf("%d states are received", n)
	}
	if n := len(end.sent.list); n == 0 || n > maxSent {
		t.Fatalf("%d states are sent", n)
	}
	sent := 0
	if err := end.Tick(now, func(_ datagram.Path, d []byte) {
		sent++
		if len(d) > datagram.MTUv4 || binary.BigEndian.Uint64(d)>>63 == 0 {
			t.Fatalf("a datagram of %d bytes, %x", len(d), d[:8])
		}
	}); err != nil {
		t.Fatal(err)
	}
	if at := end.Deadline(now); sent > 0 && !at.IsZero() && !at.After(now) {
		t.Fatalf("after sending the deadline is %v ago", now.Sub(at))
	}
}
