package probe

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// extended returns a struct sock_extended_err with the address of the sender.
func extended(origin, typ, code byte, from string) []byte {
	b := make([]byte, sizeofExtendedErr)
	b[4], b[5], b[6] = origin, typ, code
	addr := netip.MustParseAddr(from)
	if addr.Is4() {
		b = binary.NativeEndian.AppendUint16(b, unix.AF_INET)
		return append(append(append(b, 0, 0), addr.AsSlice()...), make([]byte, 8)...)
	}
	b = binary.NativeEndian.AppendUint16(b, unix.AF_INET6)
	return append(append(append(b, make([]byte, 6)...), addr.AsSlice()...), make([]byte, 4)...)
}

func TestParseExtendedError(t *testing.T) {
	const v4, v6 = unix.SO_EE_ORIGIN_ICMP, unix.SO_EE_ORIGIN_ICMP6
	for _, c := range []struct {
		origin, typ, code byte
		from              string
		want              RefusalKind
	}{
		{v4, 3, 0, "192.0.2.1", NetUnreachable}, {v4, 3, 1, "192.0.2.1", HostUnreachable}, {v4, 3, 2, "192.0.2.1", OtherRefusal},
		{v4, 3, 3, "192.0.2.1", PortUnreachable}, {v4, 3, 4, "192.0.2.1", ""}, {v4, 3, 10, "192.0.2.1", Prohibited}, {v4, 3, 13, "192.0.2.1", Prohibited},
		{v4, 3, 200, "192.0.2.1", OtherRefusal}, {v4, 11, 0, "192.0.2.1", ""},
		{v6, 1, 0, "2001:db8::1", NetUnreachable}, {v6, 1, 1, "2001:db8::1", Prohibited}, {v6, 1, 3, "2001:db8::1", HostUnreachable},
		{v6, 1, 4, "2001:db8::1", PortUnreachable}, {v6, 1, 5, "2001:db8::1", Prohibited}, {v6, 2, 0, "2001:db8::1", ""}, {v6, 3, 3, "2001:db8::1", ""},
		{unix.SO_EE_ORIGIN_LOCAL, 3, 3, "192.0.2.1", ""},
	} {
		p, ok := parseExtendedError(extended(c.origin, c.typ, c.code, c.from))
		if ok != (c.want != "") || p.refusal != c.want || p.from != netip.MustParseAddr(c.from) {
			t.Errorf("%+v: %+v, %v", c, p, ok)
		}
	}
}

// FuzzParseErrors parses control messages that no kernel sends.
func FuzzParseErrors(f *testing.F) {
	message := make([]byte, unix.CmsgSpace(sizeofExtendedErr+16))
	binary.NativeEndian.PutUint64(message, uint64(unix.CmsgLen(sizeofExtendedErr+16)))
	f.Add(message)
	f.Add(extended(unix.SO_EE_ORIGIN_ICMP, 3, 3, "192.0.2.1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		parseErrors(append([]byte(nil), b...))
		if p, ok := parseExtendedError(b); ok && p.refusal == "" {
			t.Errorf("%+v", p)
		}
	})
}
