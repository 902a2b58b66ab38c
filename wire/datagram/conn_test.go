package datagram

import (
	"encoding/binary"
	"errors"
	"testing"
)

// pair returns the two ends of a connection. The server's clock started skew ms
// after the client's.
func pair(t testing.TB, skew int) (client, server *Conn) {
	t.Helper()
	client, err := New(Key{1}, ToServer, at(0))
	if err != nil {
		t.Fatal(err)
	}
	server, err = New(Key{1}, ToClient, at(skew))
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// post returns a datagram that from seals at the time sent.
func post(t testing.TB, from *Conn, sent int) []byte {
	t.Helper()
	d, err := from.Seal(at(sent), Path{}, []byte("\x00payload"))
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(nil), d...)
}

func mustOpen(t testing.TB, p *Conn, came int, d []byte, congested bool) (newest bool) {
	t.Helper()
	got, err := p.Open(at(came), d, Path{}, congested)
	if err != nil || string(got.Payload) != "\x00payload" {
		t.Fatalf("opened %q, %v", got.Payload, err)
	}
	return got.Newest
}

// timestamps returns the two timestamps in a datagram.
func timestamps(t testing.TB, d Direction, datagram []byte) (sent, reply timestamp) {
	t.Helper()
	plain, _, _, err := mustOpener(t, Key{1}, d).open(nil, datagram)
	if err != nil {
		t.Fatal(err)
	}
	return timestamp(binary.BigEndian.Uint16(plain)), timestamp(binary.BigEndian.Uint16(plain[2:]))
}

func TestTimestampsOfADatagram(t *testing.T) {
	client, server := pair(t, 0)
	sent, reply := timestamps(t, ToServer, post(t, client, 70))
	if sent != 70 || reply != noTimestamp {
		t.Errorf("first stamps %d %d, want 70 and none", sent, reply)
	}
	mustOpen(t, server, 100, post(t, client, 80), false)
	if sent, reply = timestamps(t, ToClient, post(t, server, 130)); sent != 130 || reply != 110 {
		t.Errorf("stamps of the answer %d %d, want 130 110", sent, reply)
	}
	if _, reply = timestamps(t, ToClient, post(t, server, 131)); reply != noTimestamp {
		t.Errorf("timestamp %d is echoed twice", reply)
	}
}

func TestRoundTripIsMeasured(t *testing.T) {
	client, server := pair(t, -12345)
	mustOpen(t, server, 40, post(t, client, 0), false)
	// The server holds it for 200 ms, which is not a part of the way.
	mustOpen(t, client, 300, post(t, server, 240), false)
	if got := client.RTT().Smoothed(); got != 100*ms {
		t.Errorf("round trip %v, want 100ms", got)
	}
}

func TestCongestionSlowsTheSender(t *testing.T) {
	client, server := pair(t, 0)
	mustOpen(t, server, 40, post(t, client, 0), true)
	mustOpen(t, client, 100, post(t, server, 60), false)
	if got := client.RTT().Smoothed(); got != 580*ms {
		t.Errorf("round trip %v, want 500ms more than 80ms", got)
	}
}

func TestTimestampsOfOvertakenDatagramsAreIgnored(t *testing.T) {
	client, server := pair(t, 0)
	first, second, third := post(t, client, 0), post(t, client, 10), post(t, client, 20)
	if !mustOpen(t, server, 50, second, false) {
		t.Error("the first to come is not the newest")
	}
	if mustOpen(t, server, 60, first, true) {
		t.Error("an overtaken packet is the newest")
	}
	if server.heard != at(50) {
		t.Errorf("heard at %v, want %v", server.heard, at(50))
	}
	if _, reply := timestamps(t, ToClient, post(t, server, 70)); reply != 10+20 {
		t.Errorf("reply %d, want the second's 30", reply)
	}
	if mustOpen(t, server, 80, second, false) {
		t.Error("a replayed packet is the newest")
	}
	if _, reply := timestamps(t, ToClient, post(t, server, 81)); reply != noTimestamp {
		t.Errorf("reply %d to a replayed packet", reply)
	}
	if !mustOpen(t, server, 90, third, false) || server.heard != at(90) {
		t.Error("the third is not the newest")
	}
}

func TestOvertakenReplyIsNoSample(t *testing.T) {
	client, server := pair(t, 0)
	mustOpen(t, server, 10, post(t, client, 0), false)
	late := post(t, server, 10)
	mustOpen(t, server, 20, post(t, client, 10), false)
	mustOpen(t, client, 30, post(t, server, 20), false)
	mustOpen(t, client, 900, late, false)
	if got := client.RTT().Smoothed(); got != 20*ms {
		t.Errorf("round trip %v, want 20ms", got)
	}
}

func TestOpenErrors(t *testing.T) {
	client, server := pair(t, 0)
	short := func(plain string) []byte { return mustSeal(t, &client.sealer, plain) }
	if got, err := server.Open(at(1), short("abc"), Path{}, false); !errors.Is(err, errShortPacket) || !got.Newest {
		t.Errorf("three bytes: %v, %v", got.Newest, err)
	}
	if got, err := server.Open(at(2), short("\xff\xff\xff\xff"), Path{}, false); !errors.Is(err, errShortPacket) || !got.Newest {
		t.Errorf("four bytes: %v, %v", got.Newest, err)
	}
	if got, err := server.Open(at(3), make([]byte, 30), Path{}, false); !errors.Is(err, ErrForged) || got.Newest {
		t.Errorf("a forged one: %v, %v", got.Newest, err)
	}
	if got, err := client.Open(at(4), post(t, client, 4), Path{}, false); !errors.Is(err, errReflected) || got.Newest {
		t.Errorf("a reflection: %v, %v", got.Newest, err)
	}
	if server.heard != at(2) || !client.heard.IsZero() {
		t.Errorf("heard %v and %v", server.heard, client.heard)
	}
}

// TestTraffic checks that both ends count the same datagrams, and no forged ones.
func TestTraffic(t *testing.T) {
	client, server := pair(t, 0)
	bytes := uint64(0)
	for i := range 5 {
		d := post(t, client, i)
		bytes += uint64(len(d))
		mustOpen(t, server, i, d, false)
	}
	server.Open(at(6), make([]byte, 100), Path{}, false)
	want := Traffic{Datagrams: 5, Bytes: bytes}
	if client.traffic.sent != want || server.traffic.received != want || client.traffic.received != (Traffic{}) || server.traffic.sent != (Traffic{}) {
		t.Errorf("sent %+v, received %+v, want %+v", client.traffic.sent, server.traffic.received, want)
	}
}

func TestTimestampsWrapAround(t *testing.T) {
	client, server := pair(t, 0)
	mustOpen(t, server, 65540, post(t, client, 65530), false)
	mustOpen(t, client, 65546, post(t, server, 65540), false)
	if got := client.RTT().Smoothed(); got != 16*ms {
		t.Errorf("round trip %v, want 16ms", got)
	}
}

// TestUnknownKind opens payloads of every kind. Unknown ones are ignored and
// counted, while their datagrams count as heard like any other.
func TestUnknownKind(t *testing.T) {
	client, server := pair(t, 0)
	for kind := range 256 {
		d, err := client.Seal(at(kind), Path{}, []byte{byte(kind), 'x'})
		if err != nil {
			t.Fatal(err)
		}
		got, err := server.Open(at(kind), d, Path{}, false)
		if !got.Newest || server.Heard() != at(kind) {
			t.Errorf("kind %d: newest %v, heard at %v", kind, got.Newest, server.Heard())
		}
		if Kind(kind) == KindFragment {
			if err != nil || string(got.Payload) != "\x00x" {
				t.Errorf("a fragment: %q, %v", got.Payload, err)
			}
		} else if !errors.Is(err, errUnknownKind) || got.Payload != nil {
			t.Errorf("kind %d: %q, %v", kind, got.Payload, err)
		}
		if got := server.Ignored(); got != uint64(kind) {
			t.Fatalf("kind %d: %d payloads were ignored", kind, got)
		}
	}
}
