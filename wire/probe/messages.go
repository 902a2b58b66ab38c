package probe

import (
	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/protofield"
)

const (
	fieldArrivalNumber protowire.Number = 1
	fieldArrivalSize   protowire.Number = 2
	fieldArrivalFrom   protowire.Number = 3

	fieldCountersKnown     protowire.Number = 1
	fieldCountersReceived4 protowire.Number = 2
	fieldCountersDropped4  protowire.Number = 3
	fieldCountersReceived6 protowire.Number = 4
	fieldCountersDropped6  protowire.Number = 5
	fieldCountersRefused   protowire.Number = 6

	fieldFirewallName      protowire.Number = 1
	fieldFirewallRead      protowire.Number = 2
	fieldFirewallDrops     protowire.Number = 3
	fieldFirewallCommand   protowire.Number = 4
	fieldFirewallTemporary protowire.Number = 5

	fieldLoopAddr    protowire.Number = 1
	fieldLoopArrived protowire.Number = 2

	fieldSendPort   protowire.Number = 1
	fieldSendNumber protowire.Number = 2
	fieldSendCount  protowire.Number = 3
)

func (a *Arrival) append(dst []byte) []byte {
	dst = protofield.AppendUint(dst, fieldArrivalNumber, uint64(a.Number))
	dst = protofield.AppendUint(dst, fieldArrivalSize, uint64(a.Size))
	return appendAddrPort(dst, fieldArrivalFrom, a.From)
}

func parseArrival(b []byte) (*Arrival, error) {
	a := new(Arrival)
	return a, each(b, func(f protofield.Field) (err error) {
		switch f.Num {
		case fieldArrivalNumber:
			a.Number = uint32(f.Varint)
		case fieldArrivalSize:
			a.Size = int(min(f.Varint, MaxSize))
		case fieldArrivalFrom:
			a.From, err = parseAddrPort(f.Bytes)
		}
		return err
	})
}

func (c *Counters) append(dst []byte) []byte {
	dst = appendFlag(dst, fieldCountersKnown, c.Known)
	dst = protofield.AppendUint(dst, fieldCountersReceived4, c.Received[0])
	dst = protofield.AppendUint(dst, fieldCountersDropped4, c.Dropped[0])
	dst = protofield.AppendUint(dst, fieldCountersReceived6, c.Received[1])
	dst = protofield.AppendUint(dst, fieldCountersDropped6, c.Dropped[1])
	return protofield.AppendUint(dst, fieldCountersRefused, c.Refused)
}

func parseCounters(b []byte) (*Counters, error) {
	c := new(Counters)
	return c, each(b, func(f protofield.Field) error {
		switch f.Num {
		case fieldCountersKnown:
			c.Known = f.Varint != 0
		case fieldCountersReceived4:
			c.Received[0] = f.Varint
		case fieldCountersDropped4:
			c.Dropped[0] = f.Varint
		case fieldCountersReceived6:
			c.Received[1] = f.Varint
		case fieldCountersDropped6:
			c.Dropped[1] = f.Varint
		case fieldCountersRefused:
			c.Refused = f.Varint
		}
		return nil
	})
}

func (w *Firewall) append(dst []byte) []byte {
	dst = protofield.AppendLine(dst, fieldFirewallName, w.Name, maxText)
	dst = appendFlag(dst, fieldFirewallRead, w.Read)
	dst = appendFlag(dst, fieldFirewallDrops, w.Drops)
	dst = protofield.AppendLine(dst, fieldFirewallCommand, w.Command, maxCommand)
	return appendFlag(dst, fieldFirewallTemporary, w.Temporary)
}

func parseFirewall(b []byte) (*Firewall, error) {
	w := new(Firewall)
	return w, each(b, func(f protofield.Field) error {
		switch f.Num {
		case fieldFirewallName:
			w.Name = protofield.Line(string(f.Bytes), maxText)
		case fieldFirewallRead:
			w.Read = f.Varint != 0
		case fieldFirewallDrops:
			w.Drops = f.Varint != 0
		case fieldFirewallCommand:
			w.Command = protofield.Line(string(f.Bytes), maxCommand)
		case fieldFirewallTemporary:
			w.Temporary = f.Varint != 0
		}
		return nil
	})
}

func (l *Loop) append(dst []byte) []byte {
	return appendFlag(appendAddr(dst, fieldLoopAddr, l.Addr), fieldLoopArrived, l.Arrived)
}

func parseLoop(b []byte) (*Loop, error) {
	l := new(Loop)
	return l, each(b, func(f protofield.Field) (err error) {
		switch f.Num {
		case fieldLoopAddr:
			l.Addr, err = parseAddr(f.Bytes)
		case fieldLoopArrived:
			l.Arrived = f.Varint != 0
		}
		return err
	})
}

func (s *Send) append(dst []byte) []byte {
	dst = protofield.AppendUint(dst, fieldSendPort, uint64(s.Port))
	dst = protofield.AppendUint(dst, fieldSendNumber, uint64(s.Number))
	return protofield.AppendUint(dst, fieldSendCount, uint64(s.Count))
}

func parseSend(b []byte) (*Send, error) {
	s := new(Send)
	return s, each(b, func(f protofield.Field) error {
		switch f.Num {
		case fieldSendPort:
			s.Port = uint16(f.Varint)
		case fieldSendNumber:
			s.Number = uint32(f.Varint)
		case fieldSendCount:
			s.Count = uint32(min(f.Varint, MaxUnasked))
		}
		return nil
	})
}
