package datagram

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
)

// streamsPair returns the two ends of a connection with streams.
func streamsPair(t testing.TB) (client, server *Conn) {
	t.Helper()
	client, server = pair(t, 0)
	for _, c := range []*Conn{client, server} {
		if err := c.UseStreams(Key{1}); err != nil {
			t.Fatal(err)
		}
	}
	return client, server
}

var streamsPayload = []byte{byte(KindStreams), 1, 2, 3}

func sealed(t testing.TB, c *Conn, payload []byte) []byte {
	t.Helper()
	d, err := c.Seal(at(0), Path{}, payload)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(d)
}

func TestStreamsHaveTheirOwnCipher(t *testing.T) {
	client, _ := streamsPair(t)
	sealed(t, client, []byte("\x00a fragment"))
	d := sealed(t, client, streamsPayload)
	key := []byte{ // SHA-256 of "gm streams ", 1 and 15 zeros
		0xb1, 0x60, 0x49, 0xc1, 0x4e, 0x76, 0xaf, 0xec, 0xfa, 0x8a, 0xc9, 0x6f, 0xec, 0x27, 0x7f, 0x94,
		0x69, 0xdb, 0x91, 0x52, 0xd2, 0xb0, 0x32, 0xc9, 0x97, 0xdd, 0x2b, 0x76, 0x91, 0xc3, 0x5f, 0x02,
	}
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		t.Fatal(err)
	}
	nonce := append(make([]byte, 4), d[:nonceSize]...)
	plain, err := aead.Open(nil, nonce, d[nonceSize:], nil)
	if err != nil || !slices.Equal(plain[timestampsSize:], streamsPayload) {
		t.Errorf("opened %x, %v", plain, err)
	}
	if n := binary.BigEndian.Uint64(d); n != 1 {
		t.Errorf("its number is %d, want that after the fragment's", n)
	}
}

func TestStreamsBesideFragments(t *testing.T) {
	client, server := streamsPair(t)
	for range 3 {
		mustOpen(t, server, 0, post(t, client, 0), false)
		got, err := server.Open(at(0), sealed(t, client, streamsPayload), Path{}, false)
		if err != nil || !slices.Equal(got.Streams, streamsPayload[1:]) || !got.Newest || !got.Moves {
			t.Fatalf("opened %+v, %v", got, err)
		}
	}
}

func TestRepeatedStreamsAreRejected(t *testing.T) {
	client, server := streamsPair(t)
	d := sealed(t, client, streamsPayload)
	if _, err := server.Open(at(0), d, Path{}, false); err != nil {
		t.Fatal(err)
	}
	if got, err := server.Open(at(0), d, Path{}, false); !errors.Is(err, errReplayed) || got.Streams != nil {
		t.Errorf("opened %+v again, %v", got, err)
	}
}

// Each cipher seals its payloads alone.
func TestPayloadsOfTheOtherCipher(t *testing.T) {
	client, server := streamsPair(t)
	client.begin(at(0), Path{})
	client.plain = append(client.plain, streamsPayload...)
	slow, _ := client.finish(client.sealer.aead)
	slow = bytes.Clone(slow)
	client.begin(at(0), Path{})
	client.plain = append(client.plain, "\x00a fragment"...)
	fast, _ := client.finish(client.sealer.streams)
	for name, d := range map[string][]byte{"streams with OCB": slow, "a fragment with ChaCha20": fast} {
		t.Run(name, func(t *testing.T) {
			if got, err := server.Open(at(0), d, Path{}, false); !errors.Is(err, errUnknownKind) || got.Streams != nil || got.Payload != nil {
				t.Errorf("opened %+v, %v", got, err)
			}
		})
	}
}

func TestForgedStreams(t *testing.T) {
	client, server := streamsPair(t)
	stranger, _ := New(Key{2}, ToServer, at(0))
	stranger.UseStreams(Key{2})
	d := sealed(t, client, streamsPayload)
	changed := bytes.Clone(d)
	changed[nonceSize-1] ^= 1
	for name, d := range map[string][]byte{
		"another key":    sealed(t, stranger, streamsPayload),
		"another number": changed,
		"cut off":        d[:len(d)-1],
		"reflected":      sealed(t, server, streamsPayload),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := server.Open(at(0), d, Path{}, false); !errors.Is(err, ErrForged) {
				t.Errorf("opened: %v", err)
			}
		})
	}
}

func BenchmarkStreams(b *testing.B) {
	client, server := streamsPair(b)
	payload := append([]byte{byte(KindStreams)}, make([]byte, 1223)...)
	b.SetBytes(int64(len(payload)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := client.Seal(at(0), Path{}, payload)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := server.Open(at(0), d, Path{}, false); err != nil {
			b.Fatal(err)
		}
	}
}
