package probe

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/datagram"
	"gm/wire/protofield"
)

// Greeting is the line before the first frame of the host. Earlier ones are of the account's
// shell.
const Greeting = "GM PROBE"

// Version is the version of this protocol. Fields are added to messages without a new one.
const Version = 1

// Limits of messages, for the sender and the receiver.
const (
	maxText      = 300 // bytes of a text; of a command, maxCommand
	maxCommand   = 1000
	maxAddresses = 16
)

// Message is one frame between the client and the host. One of its fields is set.
type Message struct {
	Hello    *Hello    // from the host
	Arrival  *Arrival  // from the host
	Counters *Counters // from the host
	Firewall *Firewall // from the host
	Loop     *Loop     // from the host
	Send     *Send     // from the client
	Count    bool      // from the client: requests Counters
}

// Hello is the first message of the host.
type Hello struct {
	Version   int
	Key       datagram.Key
	Port      uint16       // the UDP port that is bound
	Ports     string       // that sessions may bind, "60001:60999" or one
	Bind      netip.Addr   // the only address that is bound, or 0.0.0.0 for all of IPv4; zero for all of both families
	Addresses []netip.Addr // of the host's interfaces
	Client    netip.Addr   // the client's address in SSH_CONNECTION; zero if it is not set
	System    string       // "linux", as in GOOS
	Provider  string       // whose machine the host is, "Amazon EC2"; empty if it is not known
}

// Arrival is a Request that has arrived at the host.
type Arrival struct {
	Number uint32
	Size   int
	From   netip.AddrPort
}

// Counters are the packets that the host's system has received and delivered so far
// (package internal/ipcount).
type Counters struct {
	Known    bool
	Received [2]uint64 // of IPv4 and of IPv6
	Dropped  [2]uint64
	Refused  uint64 // datagrams that the system did not let the host's program send
}

// Firewall is a firewall on the host.
type Firewall struct {
	Name      string // "ufw", "nftables"; empty if none was found
	Read      bool   // its rules could be read
	Drops     bool   // those rules drop or reject UDP to the port, or may
	Command   string // that opens the ports; empty if it is not known
	Temporary bool   // what Command opens is closed at the next boot
}

// Loop is whether a datagram of the host to its own address has arrived at the port.
type Loop struct {
	Addr    netip.Addr
	Arrived bool
}

// Send requests Count datagrams to a port of the client, numbered from Number.
type Send struct {
	Port   uint16
	Number uint32
	Count  uint32
}

// Fields of Message, and of the messages in it.
const (
	fieldHello    protowire.Number = 1
	fieldArrival  protowire.Number = 2
	fieldCounters protowire.Number = 3
	fieldFirewall protowire.Number = 4
	fieldLoop     protowire.Number = 5
	fieldSend     protowire.Number = 6
	fieldCount    protowire.Number = 7
)

var errMessage = errors.New("malformed message of a probe")

// Append appends the message to dst.
func (m Message) Append(dst []byte) []byte {
	at, field := len(dst), protowire.Number(0)
	switch {
	case m.Hello != nil:
		dst, field = m.Hello.append(dst), fieldHello
	case m.Arrival != nil:
		dst, field = m.Arrival.append(dst), fieldArrival
	case m.Counters != nil:
		dst, field = m.Counters.append(dst), fieldCounters
	case m.Firewall != nil:
		dst, field = m.Firewall.append(dst), fieldFirewall
	case m.Loop != nil:
		dst, field = m.Loop.append(dst), fieldLoop
	case m.Send != nil:
		dst, field = m.Send.append(dst), fieldSend
	default:
		return protofield.AppendUint(dst, fieldCount, 1)
	}
	return protofield.Enclose(dst, at, field)
}

// ParseClients parses a message of the client. One with unknown fields alone is the zero
// Message.
func ParseClients(message []byte) (m Message, err error) {
	err = each(message, func(f protofield.Field) (err error) {
		switch {
		case f.Is(fieldCount, protowire.VarintType):
			m.Count = f.Varint != 0
		case f.Is(fieldSend, protowire.BytesType):
			m.Send, err = parseSend(f.Bytes)
		}
		return err
	})
	if err != nil {
		return Message{}, err
	}
	return m, nil
}

// ParseHosts parses a message of the host. One with unknown fields alone is the zero Message.
func ParseHosts(message []byte) (m Message, err error) {
	err = each(message, func(f protofield.Field) (err error) {
		if f.Typ != protowire.BytesType {
			return nil
		}
		switch f.Num {
		case fieldHello:
			m.Hello, err = parseHello(f.Bytes)
		case fieldArrival:
			m.Arrival, err = parseArrival(f.Bytes)
		case fieldCounters:
			m.Counters, err = parseCounters(f.Bytes)
		case fieldFirewall:
			m.Firewall, err = parseFirewall(f.Bytes)
		case fieldLoop:
			m.Loop, err = parseLoop(f.Bytes)
		}
		return err
	})
	if err != nil {
		return Message{}, err
	}
	return m, nil
}

func each(message []byte, set func(protofield.Field) error) error {
	for len(message) > 0 {
		f, rest, err := protofield.Next(message)
		if err == nil {
			err = set(f)
		}
		if err != nil {
			return err
		}
		message = rest
	}
	return nil
}

func appendBytes(dst []byte, num protowire.Number, b []byte) []byte {
	if len(b) == 0 {
		return dst
	}
	return protowire.AppendBytes(protowire.AppendTag(dst, num, protowire.BytesType), b)
}

func appendFlag(dst []byte, num protowire.Number, set bool) []byte {
	if !set {
		return dst
	}
	return protofield.AppendUint(dst, num, 1)
}

// appendAddr appends the 4 or 16 bytes of an address, without its zone.
func appendAddr(dst []byte, num protowire.Number, a netip.Addr) []byte {
	return appendBytes(dst, num, a.WithZone("").AsSlice())
}

func appendAddrPort(dst []byte, num protowire.Number, a netip.AddrPort) []byte {
	return appendBytes(dst, num, append(binary.BigEndian.AppendUint16(nil, a.Port()), a.Addr().WithZone("").AsSlice()...))
}

func parseAddr(b []byte) (netip.Addr, error) {
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return netip.Addr{}, errMessage
	}
	return a.Unmap(), nil
}

func parseAddrPort(b []byte) (netip.AddrPort, error) {
	if len(b) < 2 {
		return netip.AddrPort{}, errMessage
	}
	a, err := parseAddr(b[2:])
	return netip.AddrPortFrom(a, binary.BigEndian.Uint16(b)), err
}
