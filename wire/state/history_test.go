package state

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gm/vt"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// lines returns the lines of the history of s.
func lines(s Screen) string {
	var all []string
	for n, end := s.Screen.History(); n < end; n++ {
		cells, wrapped, kept := s.Screen.AppendHistory(nil, n)
		if !kept {
			continue
		}
		var text []byte
		for _, c := range cells {
			text = s.Screen.AppendText(text, c)
		}
		line := strings.TrimRight(string(text), " ")
		if wrapped {
			line += "\\"
		}
		all = append(all, line)
	}
	return strings.Join(all, "\n")
}

func received(cols, rows, limit int) Screen {
	s := Screen{Screen: vt.NewScreen(cols, rows)}
	s.Screen.KeepHistory(limit)
	return s
}

// TestHistoryIsDelivered sends states of a program that writes lines, of which some base is
// any earlier one that the peer has: the peer has the lines of each state.
func TestHistoryIsDelivered(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			program := vt.NewTerminal(20, 5, vt.Options{History: 1000})
			sent := []Screen{blank(20, 5)}
			got := []Screen{received(20, 5, 1000)}
			for i := range 50 {
				for range r.IntN(8) {
					fmt.Fprintf(program, "\x1b[3%dmline %d %s\r\n", r.IntN(8), i, strings.Repeat("x", r.IntN(30)))
				}
				if r.IntN(20) == 0 {
					program.Write([]byte("\x1b[3J"))
				}
				s := blank(20, 5)
				s.Screen = program.Snapshot()
				first, end := s.Screen.History()
				base := r.IntN(len(sent))
				s.History = History{End: sent[base].History.End, Top: end, Clears: s.Screen.Clears}
				s.History.End = max(s.History.End, first)
				s.History.End += uint64(r.IntN(int(end-s.History.End) + 1))
				next, err := got[base].Apply(s.AppendDiff(nil, sent[base]))
				if err != nil {
					t.Fatal(err)
				}
				if next.History != s.History || !next.Screen.EqualIn(s.Screen, vt.Full()) {
					t.Fatalf("the peer has %+v, want %+v", next.History, s.History)
				}
				sent, got = append(sent, s), append(got, next)
				all, end := lines(s), s.History.End
				for n := max(first, sent[base].History.End); n < s.History.End; n++ {
					want, is := s.Screen.AppendHistoryText(nil, n, n+1, vt.Full()), next.Screen.AppendHistoryText(nil, n, n+1, vt.Full())
					if trimmedText(is) != trimmedText(want) {
						t.Fatalf("line %d is %q, want %q", n, is, want)
					}
				}
				if want := strings.Join(strings.Split(all, "\n")[:end-min(first, end)], "\n"); !strings.HasSuffix(lines(next), want) {
					t.Fatalf("the peer has\n%s\nwant\n%s", lines(next), want)
				}
			}
		})
	}
}

// trimmedText returns a line of AppendHistoryText without blanks at its end.
func trimmedText(line []byte) string { return strings.TrimRight(strings.TrimSpace(string(line)), " ") }

// TestHistoryOfShownRows: lines that the peer shows cost a few bytes.
func TestHistoryOfShownRows(t *testing.T) {
	program := vt.NewTerminal(80, 24, vt.Options{History: 100})
	for i := range 30 {
		fmt.Fprintf(program, "%070d\r\n", i)
	}
	from := blank(80, 24)
	from.Screen = program.Snapshot()
	from.History = History{End: 7, Top: 7}
	program.Write([]byte("\r\n\r\n\r\n"))
	s := from
	s.Screen = program.Snapshot()
	without := len(s.AppendDiff(nil, from))
	s.History = History{End: 10, Top: 10}
	if cost := len(s.AppendDiff(nil, from)) - without; cost > 12 {
		t.Errorf("three lines that are shown cost %d bytes", cost)
	}
}

// TestHistoryMessages applies messages as protocol, section 11.13, has them.
func TestHistoryMessages(t *testing.T) {
	base := received(10, 3, 100).after("one\r\ntwo\r\nsix")
	run := func(fields ...[]byte) []byte {
		var b []byte
		for _, f := range fields {
			b = append(b, f...)
		}
		return protofield.Enclose(b, 0, fieldHistoryLines)
	}
	number := func(num protowire.Number, v uint64) []byte { return protofield.AppendUint(nil, num, v) }
	text := func(s string) []byte { return protofield.Enclose([]byte(s), 0, fieldLinesText) }
	for name, c := range map[string]struct {
		message []byte
		lines   string
		want    History
		err     error
	}{
		"text":            {run(text("a\nb\v\x1b[31mc\n")), "a\nb\\\nc", History{End: 3, Top: 3}, nil},
		"rows":            {run(number(fieldLinesRows, 2), number(fieldLinesRow, 1)), "two\nsix", History{End: 2, Top: 2}, nil},
		"wrapped rows":    {run(number(fieldLinesRows, 2), protofield.Enclose([]byte{0}, 0, fieldLinesWrapped)), "one\\\ntwo", History{End: 2, Top: 2}, nil},
		"a gap":           {append(run(text("a\n")), run(number(fieldLinesFirst, 7), text("b\n"))...), "a\nb", History{End: 8, Top: 8}, nil},
		"an end":          {append(run(text("a\n")), number(fieldHistoryEnd, 9)...), "a", History{End: 9, Top: 9}, nil},
		"a top":           {append(run(text("a\n")), number(fieldHistoryTop, 5)...), "a", History{End: 1, Top: 5}, nil},
		"cleared":         {append(append(run(text("a\n")), number(fieldHistoryClears, 2)...), run(text("b\n"))...), "b", History{End: 2, Top: 2, Clears: 2}, nil},
		"unknown fields":  {append(number(15, 3), run(number(15, 1), text("a\n"))...), "a", History{End: 1, Top: 1}, nil},
		"an open line":    {run(text("a\nunfinished")), "a", History{End: 1, Top: 1}, nil},
		"no such rows":    {run(number(fieldLinesRows, 3), number(fieldLinesRow, 1)), "", History{}, errRows},
		"very many rows":  {run(number(fieldLinesRows, 1<<60)), "", History{}, errRows},
		"a row far below": {run(number(fieldLinesRows, 1), number(fieldLinesRow, 1<<60)), "", History{}, errRows},
		"malformed":       {[]byte{0xff}, "", History{}, protofield.ErrMalformed},
		"malformed run":   {protofield.Enclose([]byte{0xff}, 0, fieldHistoryLines), "", History{}, protofield.ErrMalformed},
		"expensive":       {run(text(strings.Repeat("\x1b[41m\x1b[2K", 200_000))), "", History{}, errWork},
	} {
		t.Run(name, func(t *testing.T) {
			message := protofield.Enclose(protofield.Enclose(c.message, 0, kindHistory), 0, fieldInstruction)
			got, err := base.Apply(message)
			if !errors.Is(err, c.err) {
				t.Fatalf("the error is %v, want %v", err, c.err)
			}
			if err == nil && (lines(got) != c.lines || got.History != c.want) {
				t.Errorf("%q and %+v, want %q and %+v", lines(got), got.History, c.lines, c.want)
			}
		})
	}
}

// TestHistoryLimit: a peer that sends more lines than wanted does not take more memory.
func TestHistoryLimit(t *testing.T) {
	s := received(80, 24, 100)
	text := protofield.Enclose([]byte(strings.Repeat(strings.Repeat("x", 70)+"\n", 5000)), 0, fieldLinesText)
	message := protofield.Enclose(text, 0, fieldHistoryLines)
	message = protofield.Enclose(protofield.Enclose(message, 0, kindHistory), 0, fieldInstruction)
	var err error
	for range 20 {
		if s, err = s.Apply(message); err != nil {
			t.Fatal(err)
		}
	}
	if first, end := s.Screen.History(); end-first != 100 || end != 100_000 {
		t.Errorf("lines %d to %d", first, end)
	}
	if size := s.MemSize(Screen{}); size > 200_000 {
		t.Errorf("%d bytes", size)
	}
}

func TestScrolled(t *testing.T) {
	want := Scrolled{From: 300, Span: vt.Span{Lines: 4, Cells: 17}}
	diff := User{}.WithScrolled(want).AppendDiff(nil, User{})
	if got := hex.EncodeToString(diff); got != "0a0aca060708ac0210041811" {
		t.Errorf("the message is %s", got)
	}
	u, err := User{}.Apply(diff)
	if err != nil {
		t.Fatal(err)
	}
	if events := u.Since(User{}); len(events) != 1 || events[0].Scrolled == nil || *events[0].Scrolled != want {
		t.Errorf("%+v", events)
	}
}
