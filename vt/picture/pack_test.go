package picture

import (
	"bytes"
	"image/png"
	"math/rand/v2"
	"testing"
)

// TestPack packs pixels: as a PNG they are the same, and the store has as many bytes less.
func TestPack(t *testing.T) {
	for name, format := range map[string]Format{"RGB": RGB, "RGBA": RGBA} {
		t.Run(name, func(t *testing.T) {
			m := &Image{Format: format, Size: Size{Width: 200, Height: 100}}
			n := m.PixelBytes()
			for i := range n * 200 * 100 {
				m.Data = append(m.Data, byte(i%n*60+i/n/200))
			}
			want := bytes.Clone(m.Data)
			var s Store
			s.add(m, 1, 0)
			before := m.Hash
			steps := 1
			for !s.Pack(m, 1000) {
				steps++
			}
			if m.Format != PNG || m.Hash == before || len(m.Data) > len(want)/20 || s.Memory() != len(m.Data) {
				t.Errorf("%d bytes of format %d; the store has %d", len(m.Data), m.Format, s.Memory())
			}
			if least := len(want) / 2000; steps < least {
				t.Errorf("%d steps, want %d", steps, least)
			}
			got, err := png.Decode(bytes.NewReader(m.Data))
			if err != nil {
				t.Fatal(err)
			}
			for i := range 200 * 100 {
				red, green, blue, alpha := got.At(i%200, i/200).RGBA()
				pixel := append(want[n*i:n*i+n:n*i+n], 0xff)[:4]
				scale := func(v byte) uint32 { return uint32(v) * 0x101 * uint32(pixel[3]) / 0xff }
				if red != scale(pixel[0]) || green != scale(pixel[1]) || blue != scale(pixel[2]) || alpha != uint32(pixel[3])*0x101 {
					t.Fatalf("pixel %d is %d %d %d %d, want %v", i, red, green, blue, alpha, pixel)
				}
			}
			s.drop(nil, func(*stored) bool { return true })
			if s.Memory() != 0 {
				t.Errorf("an empty store has %d bytes", s.Memory())
			}
		})
	}
}

// TestPackLeavesOthers packs what does not become smaller, which is done once.
func TestPackLeavesOthers(t *testing.T) {
	noise := make([]byte, 3*30*30)
	rand.NewChaCha8([32]byte{}).Read(noise)
	for name, m := range map[string]*Image{
		"noise":      {Format: RGB, Size: Size{Width: 30, Height: 30}, Data: noise},
		"PNG":        {Format: PNG, Size: Size{Width: 30, Height: 30}, Data: make([]byte, 10_000)},
		"compressed": {Format: RGBA, Compressed: true, Size: Size{Width: 30, Height: 30}, Data: make([]byte, 10_000)},
	} {
		t.Run(name, func(t *testing.T) {
			var s Store
			s.add(m, 1, 0)
			before := *m
			for !s.Pack(m, 100) {
			}
			if !bytes.Equal(m.Data, before.Data) || m.Hash != before.Hash || m.Format != before.Format || s.Memory() != len(m.Data) {
				t.Errorf("%d bytes of format %d", len(m.Data), m.Format)
			}
			if !s.Pack(m, 1) {
				t.Error("it is packed again")
			}
		})
	}
}

// TestPackInTurns packs two images at once, of which one is dropped: the one that was begun is
// packed first, so that both are at some time.
func TestPackInTurns(t *testing.T) {
	var s Store
	var all []*Image
	for id := range uint32(3) {
		m := &Image{Format: RGB, Size: Size{Width: 100, Height: 100}, Data: make([]byte, 3*100*100)}
		m.Data[0] = byte(id)
		s.add(m, id+1, 0)
		all = append(all, m)
	}
	s.Pack(all[0], 1)
	s.drop(nil, func(i *stored) bool { return i.id == 1 })
	done := [3]bool{}
	for range 1000 {
		for i := range 2 {
			done[i+1] = s.Pack(all[i+1], 1000) || done[i+1]
			if done[i+1] && all[i+1].Format != PNG {
				t.Fatalf("image %d is not packed", i+1)
			}
		}
	}
	if !done[1] || !done[2] || s.Memory() != len(all[1].Data)+len(all[2].Data) {
		t.Errorf("packed: %v; the store has %d bytes", done, s.Memory())
	}
}
