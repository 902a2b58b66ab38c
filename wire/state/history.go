package state

import (
	"errors"

	"gm/vt"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// History describes which lines that scrolled off the main screen a state contains. The
// lines themselves are in its vt.Screen.
type History struct {
	End    uint64 // the number of the first line that is not in the state
	Top    uint64 // the number that the first row of the main screen will have as a line
	Clears uint64 // how often the program has cleared the lines (ED 3)
}

// DefaultHistory is the number of lines kept for a client that does not want another
// number.
const DefaultHistory = 10_000

// Fields of the messages History and HistoryLines.
const (
	fieldHistoryLines  protowire.Number = 1
	fieldHistoryEnd    protowire.Number = 2
	fieldHistoryClears protowire.Number = 3
	fieldHistoryTop    protowire.Number = 4

	fieldLinesFirst   protowire.Number = 1
	fieldLinesRows    protowire.Number = 2
	fieldLinesRow     protowire.Number = 3
	fieldLinesWrapped protowire.Number = 4
	fieldLinesText    protowire.Number = 5
)

// appendHistory appends the lines that are in s and not in from. Those that the peer
// shows, because they are rows of from, are not spelled out.
func appendHistory(dst []byte, s, from Screen) []byte {
	start := len(dst)
	if s.History.Clears != from.History.Clears {
		dst = protofield.AppendUint(dst, fieldHistoryClears, s.History.Clears)
	}
	first, _ := s.Screen.History()
	next := from.History.End // number of the line after those appended
	for n := max(first, next); n < s.History.End; {
		run := lineRunAt(s, from, n)
		if run.kind != linesMissing {
			at := len(dst)
			if n != next {
				dst = protofield.AppendUint(dst, fieldLinesFirst, n)
			}
			dst = protofield.Enclose(run.append(dst, s, n), at, fieldHistoryLines)
			next = n + run.lines
		}
		n += run.lines
	}
	if next != s.History.End {
		dst = protofield.AppendUint(dst, fieldHistoryEnd, s.History.End)
	}
	if s.History.Top != s.History.End {
		dst = protofield.AppendUint(dst, fieldHistoryTop, s.History.Top)
	}
	return protofield.Enclose(protofield.Enclose(dst, start, kindHistory), start, fieldInstruction)
}

// lineRun is a number of lines that are sent in the same way.
type lineRun struct {
	kind    lineKind
	lines   uint64
	row     int      // of the first line, in the peer's screen
	wrapped []uint64 // which of the lines continue in the next one, counted from 0
}

type lineKind uint8

const (
	linesMissing lineKind = iota // they are not kept
	linesShown                   // they are rows of the peer's screen
	linesText
)

func lineRunAt(s, from Screen, n uint64) (run lineRun) {
	for ; n < s.History.End; n++ {
		kind := linesText
		y, wrapped, shown := s.Screen.HistoryRow(from.Screen, n, s.Dialect)
		switch {
		case shown:
			kind = linesShown
		case !s.Screen.HasHistory(n):
			kind = linesMissing
		}
		switch {
		case run.lines == 0:
			run.kind, run.row = kind, y
		case kind != run.kind || shown && y != run.row+int(run.lines):
			return run
		}
		if wrapped {
			run.wrapped = append(run.wrapped, run.lines)
		}
		run.lines++
	}
	return run
}

func (r *lineRun) append(dst []byte, s Screen, n uint64) []byte {
	if r.kind == linesText {
		at := len(dst)
		dst = s.Screen.AppendHistoryText(dst, n, n+r.lines, s.Dialect)
		return protofield.Enclose(dst, at, fieldLinesText)
	}
	dst = protofield.AppendUint(dst, fieldLinesRows, r.lines)
	if r.row != 0 {
		dst = protofield.AppendUint(dst, fieldLinesRow, uint64(r.row))
	}
	if len(r.wrapped) > 0 {
		at := len(dst)
		for _, line := range r.wrapped {
			dst = protowire.AppendVarint(dst, line)
		}
		dst = protofield.Enclose(dst, at, fieldLinesWrapped)
	}
	return dst
}

// errRows means that a message refers to rows that no screen has.
var errRows = errors.New("rows outside of the screen")

// apply returns h changed by a message. base is the screen that the message is a diff
// from, and b changes it.
func (h History) apply(message []byte, base *vt.Screen, b *budget) (History, error) {
	term := b.term
	h.Top = 0
	for len(message) > 0 {
		var f protofield.Field
		var err error
		if f, message, err = protofield.Next(message); err != nil {
			return h, err
		}
		switch {
		case f.Is(fieldHistoryClears, protowire.VarintType):
			h.Clears = f.Varint
			term.ClearHistory()
		case f.Is(fieldHistoryLines, protowire.BytesType):
			if err := applyLines(f.Bytes, base, b); err != nil {
				return h, err
			}
		case f.Is(fieldHistoryEnd, protowire.VarintType):
			term.SkipHistory(f.Varint)
		case f.Is(fieldHistoryTop, protowire.VarintType):
			h.Top = f.Varint
		}
	}
	_, h.End = term.HistoryRange()
	h.Top = max(h.Top, h.End)
	return h, nil
}

func applyLines(message []byte, base *vt.Screen, b *budget) error {
	var run lineRun
	for len(message) > 0 {
		var f protofield.Field
		var err error
		if f, message, err = protofield.Next(message); err != nil {
			return err
		}
		switch {
		case f.Is(fieldLinesFirst, protowire.VarintType):
			b.term.SkipHistory(f.Varint)
		case f.Is(fieldLinesRows, protowire.VarintType):
			run.lines = f.Varint
		case f.Is(fieldLinesRow, protowire.VarintType):
			run.row = int(min(f.Varint, vt.MaxRows))
		case f.Is(fieldLinesWrapped, protowire.BytesType):
			if run.wrapped, err = parseVarints(run.wrapped, f.Bytes); err != nil {
				return err
			}
		case f.Is(fieldLinesText, protowire.BytesType):
			err := b.write(f.Bytes, b.term.WriteHistory)
			b.term.EndHistory()
			if err != nil {
				return err
			}
		}
	}
	if _, rows := base.Size(); run.lines > uint64(rows-min(run.row, rows)) {
		return errRows
	}
	for i := range run.lines {
		continues := len(run.wrapped) > 0 && run.wrapped[0] == i
		if continues {
			run.wrapped = run.wrapped[1:]
		}
		b.term.PushRow(base, run.row+int(i), continues)
	}
	return b.check()
}

func parseVarints(dst []uint64, data []byte) ([]uint64, error) {
	for len(data) > 0 {
		v, n := protowire.ConsumeVarint(data)
		if n < 0 {
			return dst, protofield.ErrMalformed
		}
		dst, data = append(dst, v), data[n:]
	}
	return dst, nil
}

// Fields of the message Scrolled.
const (
	fieldScrolledFrom  protowire.Number = 1
	fieldScrolledLines protowire.Number = 2
	fieldScrolledCells protowire.Number = 3
)

func appendScrolled(dst []byte, s Scrolled) []byte {
	at := len(dst)
	dst = protofield.AppendUint(dst, fieldScrolledFrom, s.From)
	dst = protofield.AppendUint(dst, fieldScrolledLines, uint64(s.Span.Lines))
	dst = protofield.AppendUint(dst, fieldScrolledCells, uint64(s.Span.Cells))
	return protofield.Enclose(protofield.Enclose(dst, at, kindScrolled), at, fieldInstruction)
}

func parseScrolled(b []byte) (s Scrolled, err error) {
	for len(b) > 0 {
		var f protofield.Field
		if f, b, err = protofield.Next(b); err != nil {
			return s, err
		}
		switch {
		case f.Is(fieldScrolledFrom, protowire.VarintType):
			s.From = f.Varint
		case f.Is(fieldScrolledLines, protowire.VarintType):
			s.Span.Lines = int(min(f.Varint, vt.MaxHistory))
		case f.Is(fieldScrolledCells, protowire.VarintType):
			s.Span.Cells = int(min(f.Varint, vt.MaxHistory))
		}
	}
	return s, nil
}
