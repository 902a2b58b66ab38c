package x11

import (
	"encoding/binary"
	"strings"
	"testing"

	"gm/internal/xauth"
)

var fakeCookie, realCookie = xauth.Cookie{1, 2, 3}, xauth.Cookie{9, 8, 7}

// setupOf returns the setup of a client.
func setupOf(order byte, name string, data []byte) []byte {
	var o binary.AppendByteOrder = binary.LittleEndian
	if order == bigEndian {
		o = binary.BigEndian
	}
	b := o.AppendUint16([]byte{order, 0}, 11)
	b = o.AppendUint16(b, 0)
	b = o.AppendUint16(b, uint16(len(name)))
	b = o.AppendUint16(b, uint16(len(data)))
	b = append(b, 0, 0)
	b = append(b, name...)
	b = append(b, strings.Repeat("\x00", -len(name)&3)...)
	b = append(b, data...)
	return append(b, strings.Repeat("\x00", -len(data)&3)...)
}

// TestSetup has the cookie replaced in both byte orders, however much has arrived.
func TestSetup(t *testing.T) {
	for _, order := range []byte{bigEndian, lowEndian} {
		t.Run(string(rune(order)), func(t *testing.T) {
			b := append(setupOf(order, xauth.Protocol, fakeCookie[:]), "requests"...)
			for n := range setupSize {
				part := append([]byte{}, b[:n]...)
				if err := substitute(part, fakeCookie, realCookie); err != errShort || string(part) != string(b[:n]) {
					t.Fatalf("%d bytes: %v, %q", n, err, part)
				}
			}
			if err := substitute(b, fakeCookie, realCookie); err != nil {
				t.Fatal(err)
			}
			if want := string(setupOf(order, xauth.Protocol, realCookie[:])) + "requests"; string(b) != want {
				t.Errorf("%q, want %q", b, want)
			}
		})
	}
}

// TestWrongSetup has clients that do not have the cookie, each refused at the byte that shows it.
func TestWrongSetup(t *testing.T) {
	wrong := fakeCookie
	wrong[15] ^= 1
	for _, c := range []struct {
		name  string
		setup []byte
		after int // the number of bytes that are accepted
	}{
		{"another cookie", setupOf(lowEndian, xauth.Protocol, wrong[:]), setupSize - 1},
		{"the real cookie", setupOf(lowEndian, xauth.Protocol, realCookie[:]), setupSize - 1},
		{"another protocol", setupOf(bigEndian, strings.ToLower(xauth.Protocol), fakeCookie[:]), setupSize - 1},
		{"a longer name", setupOf(lowEndian, xauth.Protocol+"0", fakeCookie[:]), setupHeader - 1},
		{"a shorter cookie", setupOf(bigEndian, xauth.Protocol, fakeCookie[:15]), setupHeader - 1},
		{"the longest fields", setupOf(bigEndian, strings.Repeat("x", 65535), make([]byte, 65535)), setupHeader - 1},
		{"no authorization", setupOf(lowEndian, "", nil), setupHeader - 1},
		{"lengths in the other order", append([]byte{bigEndian}, setupOf(lowEndian, xauth.Protocol, fakeCookie[:])[1:]...), setupHeader - 1},
		{"no byte order", []byte("GET / HTTP/1.1\r\n\r\n"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := string(c.setup)
			for n := range c.setup[:min(len(c.setup), setupSize)] {
				err := substitute(c.setup[:n+1], fakeCookie, realCookie)
				if n < c.after && err != errShort || n >= c.after && err != errWrong {
					t.Fatalf("%d bytes: %v", n+1, err)
				}
			}
			if string(c.setup) != before {
				t.Error("the setup was changed")
			}
		})
	}
}

// FuzzSetup holds that nothing but the cookie changes, and only that of a client that has it.
func FuzzSetup(f *testing.F) {
	f.Add(setupOf(lowEndian, xauth.Protocol, fakeCookie[:]))
	f.Add(setupOf(bigEndian, xauth.Protocol, fakeCookie[:]))
	f.Add(setupOf(bigEndian, "", nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := string(b)
		err := substitute(b, fakeCookie, realCookie)
		if err != nil {
			if string(b) != before || err == errShort && len(b) >= setupSize {
				t.Fatalf("%q: %v", before, err)
			}
			return
		}
		at := setupSize - xauth.CookieSize
		if before[at:setupSize] != string(fakeCookie[:]) || before[:at]+string(realCookie[:])+before[setupSize:] != string(b) {
			t.Fatalf("%q became %q", before, b)
		}
	})
}
