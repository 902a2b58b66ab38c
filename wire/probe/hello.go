package probe

import (
	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/protofield"
)

const (
	fieldHelloVersion  protowire.Number = 1
	fieldHelloKey      protowire.Number = 2
	fieldHelloPort     protowire.Number = 3
	fieldHelloPorts    protowire.Number = 4
	fieldHelloBind     protowire.Number = 5
	fieldHelloAddress  protowire.Number = 6
	fieldHelloClient   protowire.Number = 7
	fieldHelloSystem   protowire.Number = 8
	fieldHelloProvider protowire.Number = 9
)

func (h *Hello) append(dst []byte) []byte {
	dst = protofield.AppendUint(dst, fieldHelloVersion, uint64(h.Version))
	dst = appendBytes(dst, fieldHelloKey, h.Key[:])
	dst = protofield.AppendUint(dst, fieldHelloPort, uint64(h.Port))
	dst = protofield.AppendLine(dst, fieldHelloPorts, h.Ports, maxText)
	dst = appendAddr(dst, fieldHelloBind, h.Bind)
	for _, a := range h.Addresses[:min(len(h.Addresses), maxAddresses)] {
		dst = appendAddr(dst, fieldHelloAddress, a)
	}
	dst = appendAddr(dst, fieldHelloClient, h.Client)
	dst = protofield.AppendLine(dst, fieldHelloSystem, h.System, maxText)
	return protofield.AppendLine(dst, fieldHelloProvider, h.Provider, maxText)
}

func parseHello(b []byte) (*Hello, error) {
	h := new(Hello)
	err := each(b, func(f protofield.Field) (err error) {
		switch f.Num {
		case fieldHelloVersion:
			h.Version = int(min(f.Varint, 1<<16))
		case fieldHelloKey:
			if copy(h.Key[:], f.Bytes) != len(h.Key) || len(f.Bytes) > len(h.Key) {
				return errMessage
			}
		case fieldHelloPort:
			h.Port = uint16(f.Varint)
		case fieldHelloPorts:
			h.Ports = protofield.Line(string(f.Bytes), maxText)
		case fieldHelloBind:
			h.Bind, err = parseAddr(f.Bytes)
		case fieldHelloAddress:
			if a, err := parseAddr(f.Bytes); err == nil && len(h.Addresses) < maxAddresses {
				h.Addresses = append(h.Addresses, a)
			}
		case fieldHelloClient:
			h.Client, err = parseAddr(f.Bytes)
		case fieldHelloSystem:
			h.System = protofield.Line(string(f.Bytes), maxText)
		case fieldHelloProvider:
			h.Provider = protofield.Line(string(f.Bytes), maxText)
		}
		return err
	})
	if err == nil && (h.Port == 0 || h.Version == 0) {
		err = errMessage
	}
	return h, err
}
