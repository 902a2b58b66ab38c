package state

import (
	"gm/vt"

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
		dst = appendUint(dst, fieldEventNumber, e.Number)
		if e.Command != "" {
			dst = protowire.AppendTag(dst, fieldEventCommand, protowire.BytesType)
			dst = protowire.AppendString(dst, e.Command)
		}
		if e.Row >= 0 {
			dst = appendUint(dst, fieldEventRow, uint64(e.Row))
			dst = appendUint(dst, fieldEventColumn, uint64(e.Col))
		}
		dst = enclose(dst, at, fieldEvent)
	}
	return enclose(enclose(dst, start, kindEvents), start, fieldInstruction)
}

func parseEvents(message []byte, add func(vt.Event)) error {
	for len(message) > 0 {
		var f field
		var err error
		if f, message, err = nextField(message); err != nil {
			return err
		}
		if !f.is(fieldEvent, protowire.BytesType) {
			continue
		}
		e, err := parseEvent(f.bytes)
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
		var f field
		var err error
		if f, message, err = nextField(message); err != nil {
			return vt.Event{}, err
		}
		switch {
		case f.is(fieldEventNumber, protowire.VarintType):
			e.Number = f.varint
		case f.is(fieldEventCommand, protowire.BytesType):
			e.Command = string(f.bytes)
		case f.is(fieldEventRow, protowire.VarintType):
			e.Row = int(min(f.varint, vt.MaxRows))
		case f.is(fieldEventColumn, protowire.VarintType):
			e.Col = int(min(f.varint, vt.MaxCols))
		}
	}
	return e, nil
}
