package state

import (
	"gm/vt"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of the messages Events and Event.
const (
	fieldEvent        protowire.Number = 1
	fieldEventNumber  protowire.Number = 1
	fieldEventCommand protowire.Number = 2
	fieldEventRow     protowire.Number = 3
	fieldEventColumn  protowire.Number = 4
)

func appendEvents(dst []byte, events []vt.Event) []byte {
	if len(events) == 0 {
		return dst
	}
	start := len(dst)
	for _, e := range events {
		at := len(dst)
		dst = protofield.AppendUint(dst, fieldEventNumber, e.Number)
		if e.Command != "" {
			dst = protowire.AppendTag(dst, fieldEventCommand, protowire.BytesType)
			dst = protowire.AppendString(dst, e.Command)
		}
		if e.Row >= 0 {
			dst = protofield.AppendUint(dst, fieldEventRow, uint64(e.Row))
			dst = protofield.AppendUint(dst, fieldEventColumn, uint64(e.Col))
		}
		dst = protofield.Enclose(dst, at, fieldEvent)
	}
	return protofield.Enclose(protofield.Enclose(dst, start, kindEvents), start, fieldInstruction)
}

func parseEvents(message []byte, add func(vt.Event)) error {
	for len(message) > 0 {
		var f protofield.Field
		var err error
		if f, message, err = protofield.Next(message); err != nil {
			return err
		}
		if !f.Is(fieldEvent, protowire.BytesType) {
			continue
		}
		e, err := parseEvent(f.Bytes)
		if err != nil {
			return err
		}
		add(e)
	}
	return nil
}

func parseEvent(message []byte) (vt.Event, error) {
	e := vt.Event{Row: -1}
	for len(message) > 0 {
		var f protofield.Field
		var err error
		if f, message, err = protofield.Next(message); err != nil {
			return vt.Event{}, err
		}
		switch {
		case f.Is(fieldEventNumber, protowire.VarintType):
			e.Number = f.Varint
		case f.Is(fieldEventCommand, protowire.BytesType):
			e.Command = string(f.Bytes)
		case f.Is(fieldEventRow, protowire.VarintType):
			e.Row = int(min(f.Varint, vt.MaxRows))
		case f.Is(fieldEventColumn, protowire.VarintType):
			e.Col = int(min(f.Varint, vt.MaxCols))
		}
	}
	return e, nil
}
