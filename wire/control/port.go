package control

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/protofield"
)

// The verbs of requests to the reader of a shared port (protocol, section 14.3).
const (
	VerbSocket = "socket" // asks for a duplicate of the UDP socket, which is sent with the response
	VerbJoin   = "join"   // asks for the session's datagrams; Routes and Datagrams follow the response
)

// Limits of Routes.
const (
	MaxIdentifiers = 2048
	MaxAddresses   = 64
)

// Routes describe the datagrams of a session. A message replaces the one before.
type Routes struct {
	Identifiers []uint32         // in the numbers of its clients
	Addresses   []netip.AddrPort // of its clients without identifiers
	// Open is set if the session has clients without identifiers, so that datagrams from
	// unknown addresses may be theirs.
	Open bool
}

// Datagram is a datagram for a session.
type Datagram struct {
	Data      []byte
	Remote    netip.AddrPort // where it came from
	Local     netip.Addr     // where it was sent to; zero if unknown
	Congested bool           // ECN mark CE
}

// Fields of the messages Routes and Datagram.
const (
	fieldRoutesIdentifiers protowire.Number = 1
	fieldRoutesAddress     protowire.Number = 2
	fieldRoutesOpen        protowire.Number = 3

	fieldDatagramData      protowire.Number = 1
	fieldDatagramRemote    protowire.Number = 2
	fieldDatagramLocal     protowire.Number = 3
	fieldDatagramCongested protowire.Number = 4
)

var errAddress = errors.New("malformed address")

// AppendFrame appends the frame of r to dst.
func (r Routes) AppendFrame(dst []byte) []byte { return appendFrame(dst, r.append) }

func (r Routes) append(dst []byte) []byte {
	at := len(dst)
	for _, id := range r.Identifiers[:min(len(r.Identifiers), MaxIdentifiers)] {
		dst = binary.BigEndian.AppendUint32(dst, id)
	}
	dst = protofield.Enclose(dst, at, fieldRoutesIdentifiers)
	for _, address := range r.Addresses[:min(len(r.Addresses), MaxAddresses)] {
		dst = appendAddrPort(dst, fieldRoutesAddress, address)
	}
	return appendBool(dst, fieldRoutesOpen, r.Open)
}

// ParseRoutes parses the message of a frame. Identifiers and addresses beyond the limits
// are left out.
func ParseRoutes(message []byte) (r Routes, err error) {
	err = eachField(message, func(f field) (err error) {
		switch {
		case f.Is(fieldRoutesIdentifiers, protowire.BytesType):
			for b := f.Bytes; len(b) >= 4 && len(r.Identifiers) < MaxIdentifiers; b = b[4:] {
				r.Identifiers = append(r.Identifiers, binary.BigEndian.Uint32(b))
			}
		case f.Is(fieldRoutesAddress, protowire.BytesType) && len(r.Addresses) < MaxAddresses:
			var address netip.AddrPort
			address, err = parseAddrPort(f.Bytes)
			r.Addresses = append(r.Addresses, address)
		case f.Is(fieldRoutesOpen, protowire.VarintType):
			r.Open = f.Varint != 0
		}
		return err
	})
	if err != nil {
		return Routes{}, err
	}
	return r, nil
}

// AppendFrame appends the frame of d to dst.
func (d *Datagram) AppendFrame(dst []byte) []byte { return appendFrame(dst, d.append) }

func (d *Datagram) append(dst []byte) []byte {
	dst = protowire.AppendTag(dst, fieldDatagramData, protowire.BytesType)
	dst = protowire.AppendBytes(dst, d.Data)
	dst = appendAddrPort(dst, fieldDatagramRemote, d.Remote)
	if d.Local.IsValid() {
		dst = appendAddr(dst, fieldDatagramLocal, nil, d.Local)
	}
	return appendBool(dst, fieldDatagramCongested, d.Congested)
}

// Parse parses the message of a frame. Data is a part of the message.
func (d *Datagram) Parse(message []byte) error {
	*d = Datagram{}
	for len(message) > 0 {
		f, rest, err := protofield.Next(message)
		if err != nil {
			return err
		}
		switch {
		case f.Is(fieldDatagramData, protowire.BytesType):
			d.Data = f.Bytes
		case f.Is(fieldDatagramRemote, protowire.BytesType):
			d.Remote, err = parseAddrPort(f.Bytes)
		case f.Is(fieldDatagramLocal, protowire.BytesType):
			d.Local, err = parseAddr(f.Bytes)
		case f.Is(fieldDatagramCongested, protowire.VarintType):
			d.Congested = f.Varint != 0
		}
		if err != nil {
			return err
		}
		message = rest
	}
	if !d.Remote.IsValid() {
		return errAddress
	}
	return nil
}

func appendBool(dst []byte, num protowire.Number, v bool) []byte {
	if !v {
		return dst
	}
	return appendUint(dst, num, 1)
}

// appendAddrPort appends the field num with the port in two bytes, followed by the
// address.
func appendAddrPort(dst []byte, num protowire.Number, address netip.AddrPort) []byte {
	var port [2]byte
	binary.BigEndian.PutUint16(port[:], address.Port())
	return appendAddr(dst, num, port[:], address.Addr())
}

// maxZone is the longest zone of an IPv6 address, in bytes.
const maxZone = 32

// appendAddr appends the field num with a prefix and the 4 or 16 bytes of an address, and
// its zone. An address without a zone is known to be short.
func appendAddr(dst []byte, num protowire.Number, prefix []byte, addr netip.Addr) []byte {
	zone := addr.Zone()
	zone = zone[:min(len(zone), maxZone)]
	dst = protowire.AppendTag(dst, num, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(len(prefix)+addr.BitLen()/8+len(zone)))
	dst = append(dst, prefix...)
	if addr.Is4() {
		ip := addr.As4()
		dst = append(dst, ip[:]...)
	} else if addr.IsValid() {
		ip := addr.As16()
		dst = append(dst, ip[:]...)
	}
	return append(dst, zone...)
}

func parseAddrPort(b []byte) (netip.AddrPort, error) {
	if len(b) < 2 {
		return netip.AddrPort{}, errAddress
	}
	addr, err := parseAddr(b[2:])
	return netip.AddrPortFrom(addr, binary.BigEndian.Uint16(b)), err
}

func parseAddr(b []byte) (netip.Addr, error) {
	switch {
	case len(b) == 4:
		return netip.AddrFrom4([4]byte(b)), nil
	case len(b) == 16:
		return netip.AddrFrom16([16]byte(b)), nil
	case len(b) > 16 && len(b) <= 16+maxZone:
		return netip.AddrFrom16([16]byte(b)).WithZone(string(b[16:])), nil
	}
	return netip.Addr{}, errAddress
}

// FrameReader reads frames one after the other into one buffer.
type FrameReader struct {
	r   *bufio.Reader
	buf []byte
}

// NewFrameReader returns a FrameReader, which may read beyond a frame.
func NewFrameReader(r io.Reader) *FrameReader { return &FrameReader{r: bufio.NewReader(r)} }

// Next returns the message of the next frame, valid until the next call. The errors are
// those of [ReadFrame].
func (f *FrameReader) Next() (message []byte, err error) {
	header, err := f.r.Peek(frameHeader)
	if err != nil {
		if err == io.EOF && len(header) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	n, err := messageSize(header)
	if err != nil {
		return nil, err
	}
	f.r.Discard(frameHeader)
	if cap(f.buf) < n {
		f.buf = make([]byte, n)
	}
	if _, err := io.ReadFull(f.r, f.buf[:n]); err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return nil, err
	}
	return f.buf[:n], nil
}
