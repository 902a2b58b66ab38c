package wire

import (
	"errors"
	"reflect"
	"testing"
	"unsafe"

	"gm/wire/datagram"
)

func TestNewTransport(t *testing.T) {
	s := newScriptedSession(t)
	if s.tr.Local() != "" || s.tr.Sent() != 0 || !s.tr.Heard().IsZero() {
		t.Errorf("local %q, sent %d, heard %v", s.tr.Local(), s.tr.Sent(), s.tr.Heard())
	}
	if num, when := s.tr.Acked(); num != 0 || !when.IsZero() {
		t.Errorf("acknowledged %d at %v", num, when)
	}
	if s.tr.SRTT() != 1000*ms || s.tr.SendInterval() != 250*ms {
		t.Errorf("round trip %v, interval %v", s.tr.SRTT(), s.tr.SendInterval())
	}
}

// TestReceiveErrors receives forged and malformed datagrams. None changes a state,
// and an authentic one still reports where the peer is.
func TestReceiveErrors(t *testing.T) {
	s := hello(t)
	good := s.write(at(100), instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")})[0]
	packed := func(b []byte) []byte {
		d, err := s.conn.Seal(at(100), datagram.Path{}, fragment{id: 99, final: true, data: b}.append(nil))
		if err != nil {
			t.Fatal(err)
		}
		return append([]byte(nil), d...)
	}
	var d deflater
	version3 := packed(d.pack([]byte("\x08\x03")))
	malformed := packed(d.pack([]byte("\x08\x02\xff")))
	forged := append([]byte{0x80, 0, 0, 0, 0, 0, 1, 0}, good[8:]...)
	for _, c := range []struct {
		name     string
		datagram []byte
		want     error
		newest   bool
	}{
		{"short", good[:20], openError(t, good[:20]), false},
		{"forged", forged, openError(t, forged), false},
		{"another version", version3, ErrVersion, true},
		{"malformed", malformed, errInstruction, true},
		{"not packed", packed([]byte("plain")), errZlib, true},
		{"overtaken", good, nil, false},
		{"unknown base", s.write(at(100), instruction{oldNum: 7, newNum: 8})[0], errUnknownBase, true},
		{"wrong diff", s.write(at(100), instruction{oldNum: 2, newNum: 9, diff: []byte("y>z")})[0], errOtherWord, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.tr.Receive(at(200), c.datagram, datagram.Path{}, false)
			if !errors.Is(err, c.want) || got.Newest != c.newest {
				t.Errorf("Receive = %+v, %v, want newest %v, %v", got, err, c.newest, c.want)
			}
			if (err == nil) != got.State {
				t.Errorf("State is %v with the error %v", got.State, err)
			}
		})
	}
	if remote, num := s.tr.Remote(); remote != "x" || num != 2 {
		t.Errorf("remote is %d %q, want 2 x", num, remote)
	}
}

// TestAcknowledgementOfAnUnusableInstruction checks that an instruction whose diff
// cannot be used still acknowledges.
func TestAcknowledgementOfAnUnusableInstruction(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.runUntil(1010)
	if _, err := s.answer(1100, instruction{oldNum: 7, newNum: 8, ackNum: 2}); err != errUnknownBase {
		t.Errorf("answer returns %v", err)
	}
	if num, _ := s.tr.Acked(); num != 2 {
		t.Errorf("acknowledged is %d, want 2", num)
	}
	// An acknowledgement of what was never sent is not believed.
	s.answer(1101, instruction{oldNum: 7, newNum: 8, ackNum: 77})
	if num, _ := s.tr.Acked(); num != 2 {
		t.Errorf("acknowledged is %d, want 2", num)
	}
}

func TestHeard(t *testing.T) {
	s := hello(t)
	s.mustAnswer(500, instruction{oldNum: 1, newNum: 2})
	s.tr.Receive(at(600), make([]byte, 100), datagram.Path{}, false)
	if got := s.tr.Heard(); got != at(500) {
		t.Errorf("heard at %v, want 500ms", got.Sub(epoch))
	}
}

func TestMTUOfATransport(t *testing.T) {
	for set, want := range map[int]int{
		datagram.MTUv6: datagram.MTUv6, datagram.MTUSmall: datagram.MTUSmall, 100: datagram.MTUSmall, 0: datagram.MTUSmall, -1: datagram.MTUSmall, 9000: 9000, 1 << 20: datagram.MaxMTU,
	} {
		s := newScriptedSession(t)
		s.tr.conn.SetMTU(datagram.Path{}, set)
		s.set(0, word(noise(200_000)))
		longest := 0
		if err := s.tr.Tick(at(0), func(_ datagram.Path, d []byte) { longest = max(longest, len(d)) }); err != nil {
			t.Fatal(err)
		}
		if longest != want {
			t.Errorf("SetMTU(%d): datagrams of %d bytes, want %d", set, longest, want)
		}
	}
}

// TestMTUChangesWhileSending reduces the MTU while datagrams are sent, as after
// EMSGSIZE. The change is sent again in smaller ones.
func TestMTUChangesWhileSending(t *testing.T) {
	s := hello(t)
	s.set(1000, word(noise(3000)))
	err := s.tr.Tick(at(1008), func(_ datagram.Path, d []byte) {
		if len(d) > datagram.MTUSmall {
			s.tr.TooLong(datagram.Path{})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	sent := s.tick(int(s.tr.Deadline(at(1008)).Sub(epoch).Milliseconds()))
	if len(sent) != 1 || len(sent[0].diff) != 3001 {
		t.Fatalf("sent again: %+v", sent)
	}
	if n := len(s.tr.fragmenter.packed); s.now != 1418 || n < 6*datagram.MTUSmall {
		t.Errorf("sent again at %d ms: %d bytes", s.now, n)
	}
}

// TestPayloadOfUnknownKind sends a payload of an unknown kind between the two
// fragments of an instruction, which must still be reassembled.
func TestPayloadOfUnknownKind(t *testing.T) {
	s := hello(t)
	ds := s.write(at(950), instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: append([]byte(">"), noise(2000)...)})
	if len(ds) != 2 {
		t.Fatalf("an instruction in %d datagrams", len(ds))
	}
	unknown, err := s.conn.Seal(at(960), datagram.Path{}, []byte("\x01not a fragment"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.tr.Receive(at(1000), ds[0], datagram.Path{}, false); err != nil || got.State {
		t.Fatalf("the first fragment: %+v, %v", got, err)
	}
	if got, err := s.tr.Receive(at(1001), unknown, datagram.Path{}, false); err == nil || !got.Newest || got.State {
		t.Errorf("an unknown kind: %+v, %v", got, err)
	}
	if got, err := s.tr.Receive(at(1002), ds[1], datagram.Path{}, false); err != nil || !got.State {
		t.Errorf("the last fragment: %+v, %v", got, err)
	}
	if got := s.tr.conn.Ignored(); got != 1 {
		t.Errorf("%d payloads were ignored", got)
	}
}

// openError returns the error of package datagram for data sent to a client.
func openError(t *testing.T, data []byte) error {
	t.Helper()
	_, err := newConn(t, datagram.ToServer).Open(epoch, data, datagram.Path{}, false)
	if err == nil {
		t.Fatal("no error")
	}
	return err
}

// exhaust sets the number of blocks sealed by c to the limit, which would take years
// to reach.
func exhaust(c *datagram.Conn) {
	blocks := reflect.ValueOf(c).Elem().FieldByName("sealer").FieldByName("blocks")
	*(*uint64)(unsafe.Pointer(blocks.UnsafeAddr())) = 1 << 47
}

func TestExhaustedKey(t *testing.T) {
	s := hello(t)
	exhaust(s.tr.conn)
	s.set(1000, "a")
	err := s.tr.Tick(at(1008), func(datagram.Path, []byte) { t.Error("a datagram is sent") })
	if !errors.Is(err, datagram.ErrExhausted) {
		t.Errorf("Tick returns %v, want ErrExhausted", err)
	}
}

func TestCongestionReachesTheSender(t *testing.T) {
	s := newScriptedSession(t)
	s.runUntil(10)
	d := s.write(at(50), instruction{newNum: 1, ackNum: 1})[0]
	if _, err := s.tr.Receive(at(100), d, datagram.Path{}, true); err != nil {
		t.Fatal(err)
	}
	s.set(110, "a")
	s.runUntil(200)
	// The peer sent at 50 ms and receives the answer at 168 ms.
	if got := s.conn.RTT().Smoothed(); got < 500*ms {
		t.Errorf("the peer measures %v, want 500 ms more than there is", got)
	}
}

// TestMeasurements has datagrams that take 50 ms.
func TestMeasurements(t *testing.T) {
	s := newScriptedSession(t)
	if got := s.tr.RTTVariation(); got != 500*ms {
		t.Errorf("before the first sample round trips vary by %v", got)
	}
	s.runUntil(50)
	s.mustAnswer(100, instruction{newNum: 1, ackNum: 1})
	if got := s.tr.RTTVariation(); got != 50*ms {
		t.Errorf("after the first sample round trips vary by %v", got)
	}
	if sent, received := s.tr.Traffic(); sent.Datagrams != 1 || received.Datagrams != 1 || sent.Bytes == 0 || received.Bytes == 0 {
		t.Errorf("sent %+v, received %+v", sent, received)
	}
	if got := s.tr.Loss(); got != 0 {
		t.Errorf("a loss of %v is seen", got)
	}
}
