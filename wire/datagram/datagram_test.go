package datagram

import (
	"bytes"
	"errors"
	"testing"
)

func mustSealer(t testing.TB, k Key, d Direction) *sealer {
	t.Helper()
	s, err := newSealer(k, d)
	if err != nil {
		t.Fatal(err)
	}
	return &s
}

func mustOpener(t testing.TB, k Key, d Direction) *opener {
	t.Helper()
	o, err := newOpener(k, d)
	if err != nil {
		t.Fatal(err)
	}
	return &o
}

func mustSeal(t testing.TB, s *sealer, plain string) []byte {
	t.Helper()
	d, err := s.seal(s.aead, nil, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDatagramLayout(t *testing.T) {
	for d, top := range map[Direction]byte{ToServer: 0x00, ToClient: 0x80} {
		s := mustSealer(t, Key{1}, d)
		mustSeal(t, s, "zero")
		got := mustSeal(t, s, "one")
		if want := []byte{top, 0, 0, 0, 0, 0, 0, 1}; !bytes.Equal(got[:8], want) {
			t.Errorf("direction %d: nonce %x, want %x", d, got[:8], want)
		}
		if want := 8 + len("one") + 16; len(got) != want {
			t.Errorf("direction %d: %d bytes, want %d", d, len(got), want)
		}
	}
}

func TestDatagramRoundTrip(t *testing.T) {
	for _, d := range []Direction{ToServer, ToClient} {
		s, o := mustSealer(t, Key{1}, d), mustOpener(t, Key{1}, d)
		for i, text := range []string{"", "a", "sixteen bytes...", "more than sixteen"} {
			datagram := mustSeal(t, s, text)
			was := bytes.Clone(datagram)
			got, seq, _, err := o.open([]byte("before "), datagram)
			if string(got) != "before "+text || seq != uint64(i) || err != nil {
				t.Errorf("open = %q, %d, %v, want %q, %d", got, seq, err, text, i)
			}
			if !bytes.Equal(datagram, was) {
				t.Error("open changed the datagram")
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	good := mustSeal(t, mustSealer(t, Key{1}, ToServer), "text")
	flipped := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 4
		return b
	}
	for name, c := range map[string]struct {
		datagram []byte
		want     error
	}{
		"nothing":    {nil, errShortDatagram},
		"23 bytes":   {good[:23], errShortDatagram},
		"cut":        {good[:len(good)-1], ErrForged},
		"longer":     {append(bytes.Clone(good), 0), ErrForged},
		"24 zeros":   {make([]byte, 24), ErrForged},
		"other key":  {mustSeal(t, mustSealer(t, Key{2}, ToServer), "text"), ErrForged},
		"reflection": {mustSeal(t, mustSealer(t, Key{1}, ToClient), "text"), errReflected},
		"nonce":      {flipped(7), ErrForged},
		"text":       {flipped(8), ErrForged},
		"tag":        {flipped(len(good) - 1), ErrForged},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, _, err := mustOpener(t, Key{1}, ToServer).open([]byte("before"), c.datagram)
			if !errors.Is(err, c.want) || string(got) != "before" {
				t.Errorf("open = %q, %v, want %v", got, err, c.want)
			}
		})
	}
}

// TestSealUntilExhausted seals up to the exact limit of a key.
func TestSealUntilExhausted(t *testing.T) {
	s := mustSealer(t, Key{1}, ToServer)
	s.blocks = maxBlocks - 3
	if _, err := s.seal(s.aead, nil, make([]byte, 17)); err != nil {
		t.Fatalf("two of three blocks: %v", err)
	}
	if _, err := s.seal(s.aead, nil, make([]byte, 17)); !errors.Is(err, ErrExhausted) {
		t.Errorf("two blocks where one is left: %v, want ErrExhausted", err)
	}
	if _, err := s.seal(s.aead, nil, make([]byte, 16)); err != nil {
		t.Errorf("the last block: %v", err)
	}
	if _, err := s.seal(s.aead, nil, []byte{0}); !errors.Is(err, ErrExhausted) {
		t.Errorf("one byte more: %v, want ErrExhausted", err)
	}
	if maxBlocks != 1<<47 {
		t.Errorf("limit is %d", uint64(maxBlocks))
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, 24))
	f.Add(mustSeal(f, mustSealer(f, Key{1}, ToServer), "text"))
	f.Add(mustSeal(f, mustSealer(f, Key{1}, ToClient), "text"))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		o := mustOpener(t, Key{1}, ToServer)
		plain, seq, _, err := o.open(nil, datagram)
		if err != nil {
			return
		}
		// Only what the key sealed opens.
		s := mustSealer(t, Key{1}, ToServer)
		s.next = seq
		again, err := s.seal(s.aead, nil, plain)
		if err != nil || !bytes.Equal(again, datagram) {
			t.Errorf("%x opens to %x, which seals to %x, %v", datagram, plain, again, err)
		}
	})
}
