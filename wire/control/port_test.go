package control

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func addrPort(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }

func TestRoutesRoundTrip(t *testing.T) {
	for name, want := range map[string]Routes{
		"empty":       {},
		"identifiers": {Identifiers: []uint32{0, 1, 1<<30 - 1}},
		"addresses":   {Addresses: []netip.AddrPort{addrPort("192.0.2.1:0"), addrPort("[2001:db8::1]:65535"), addrPort("[fe80::1%2]:5")}, Open: true},
		"full":        {Identifiers: []uint32{7}, Addresses: []netip.AddrPort{addrPort("[::1]:1")}, Open: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseRoutes(message(t, want.AppendFrame(nil)))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestDatagramRoundTrip(t *testing.T) {
	for name, want := range map[string]Datagram{
		"plain": {Data: []byte("x"), Remote: addrPort("192.0.2.1:5")},
		"full":  {Data: bytes.Repeat([]byte("y"), 2048), Remote: addrPort("[fe80::1%eth0]:5"), Local: netip.MustParseAddr("fe80::2%eth0"), Congested: true},
		"IPv4":  {Data: []byte("x"), Remote: addrPort("192.0.2.1:5"), Local: netip.MustParseAddr("198.51.100.1")},
	} {
		t.Run(name, func(t *testing.T) {
			got := Datagram{Congested: true, Local: netip.IPv6Unspecified()}
			if err := got.Parse(message(t, want.AppendFrame(nil))); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestMalformedPortMessages(t *testing.T) {
	for name, b := range map[string][]byte{
		"no remote":       {0x0a, 1, 'x'},
		"short address":   {0x12, 3, 0, 5, 1},
		"long zone":       append([]byte{0x12, 2 + 16 + 33}, make([]byte, 2+16+33)...),
		"no address":      {0x12, 2, 0, 5},
		"no port":         {0x12, 1, 0},
		"cut":             {0x0a, 5, 'x'},
		"bad local":       {0x12, 6, 0, 5, 1, 2, 3, 4, 0x1a, 1, 0},
		"no field at all": {0xff},
	} {
		t.Run(name, func(t *testing.T) {
			if err := new(Datagram).Parse(b); err == nil {
				t.Error("accepted as a datagram")
			}
			if name != "no remote" && name != "bad local" {
				if _, err := ParseRoutes(b); err == nil {
					t.Error("accepted as routes")
				}
			}
		})
	}
}

func TestRoutesLimits(t *testing.T) {
	var r Routes
	for i := range uint32(MaxIdentifiers + 1) {
		r.Identifiers = append(r.Identifiers, i)
	}
	for range MaxAddresses + 1 {
		r.Addresses = append(r.Addresses, addrPort("[2001:db8::1]:5"))
	}
	frame := r.AppendFrame(nil)
	if len(frame) > MaxFrame {
		t.Errorf("a frame of %d bytes", len(frame))
	}
	for name, b := range map[string][]byte{"sender": message(t, frame), "receiver": append(r.append(nil), r.append(nil)...)} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseRoutes(b)
			if err != nil || len(got.Identifiers) != MaxIdentifiers || len(got.Addresses) != MaxAddresses {
				t.Errorf("%d identifiers, %d addresses, %v", len(got.Identifiers), len(got.Addresses), err)
			}
		})
	}
}

func TestFrameReader(t *testing.T) {
	big := Datagram{Data: bytes.Repeat([]byte("y"), 30000), Remote: addrPort("[::1]:5")}
	small := Datagram{Data: []byte("x"), Remote: addrPort("192.0.2.1:5")}
	var stream []byte
	for range 3 {
		stream = small.AppendFrame(big.AppendFrame(stream))
	}
	r := NewFrameReader(iotest.OneByteReader(bytes.NewReader(stream)))
	for i := range 6 {
		b, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		var d Datagram
		if err := d.Parse(b); err != nil || len(d.Data) != []int{30000, 1}[i%2] {
			t.Errorf("frame %d: %d bytes, %v", i, len(d.Data), err)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	for name, b := range map[string][]byte{
		"cut header":  {0, 0},
		"cut message": {0, 0, 0, 5, 1},
		"no message":  {0, 0, 0, 5},
		"too long":    binary.BigEndian.AppendUint32(nil, MaxMessage+1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewFrameReader(bytes.NewReader(b)).Next(); err == nil || err == io.EOF {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestDatagramsDoNotAllocate(t *testing.T) {
	d := Datagram{Data: make([]byte, 1200), Remote: addrPort("[2001:db8::1]:5"), Local: netip.MustParseAddr("192.0.2.1")}
	frame := d.AppendFrame(nil)
	source := bytes.NewReader(frame)
	r := NewFrameReader(source)
	var got Datagram
	if n := testing.AllocsPerRun(100, func() {
		frame = d.AppendFrame(frame[:0])
		source.Reset(frame)
		b, _ := r.Next()
		if got.Parse(b) != nil {
			t.Error("the datagram is malformed")
		}
	}); n > 0 {
		t.Errorf("%v allocations per datagram", n)
	}
}

// FuzzPort feeds the parsers anything. Accepted messages come back as they are.
func FuzzPort(f *testing.F) {
	f.Add(Routes{Identifiers: []uint32{7}, Addresses: []netip.AddrPort{addrPort("[fe80::1%a]:1")}, Open: true}.append(nil))
	f.Add((&Datagram{Data: []byte("x"), Remote: addrPort("192.0.2.1:5"), Local: netip.MustParseAddr("::1"), Congested: true}).append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseRoutes(b); err == nil {
			if again, err := ParseRoutes(r.append(nil)); err != nil || !reflect.DeepEqual(again, r) {
				t.Errorf("routes %+v became %+v, %v", r, again, err)
			}
		}
		var d, again Datagram
		if d.Parse(b) == nil {
			if err := again.Parse(d.append(nil)); err != nil || !bytes.Equal(again.Data, d.Data) || again.Remote != d.Remote || again.Local != d.Local {
				t.Errorf("datagram %+v became %+v, %v", d, again, err)
			}
		}
		NewFrameReader(strings.NewReader(string(b))).Next()
	})
}
