package control

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/datagram"
)

// oversized has more than the limit in each field.
func oversized() Response {
	text := strings.Repeat("ü", 400)
	s := Status{
		Name: strings.Repeat("n", 64), ID: strings.Repeat("a", 64), State: 255, Pid: math.MaxInt, Version: text,
		Created: time.Unix(math.MaxInt64, 0), Since: at(math.MaxInt64 / 2), Cols: math.MaxInt, Rows: math.MaxInt,
		Program: text, From: text, Exit: exit(math.MaxInt), EndsAt: at(math.MaxInt32),
	}
	for range 100 {
		s.Clients = append(s.Clients, Client{By: text, From: text, Role: 255, Cols: math.MaxInt, Rows: math.MaxInt, Since: at(math.MaxInt32)})
	}
	names := make([]string, 100)
	for i := range names {
		names[i] = text
	}
	return Response{
		Version: math.MaxInt32, Error: text, Hint: text, Status: &s,
		Seat: &Seat{Port: 65535, Key: datagram.Key{15: 1}, Extensions: names},
	}
}

// A sender cuts texts and lists, so that each message fits into a frame.
func TestSenderLimits(t *testing.T) {
	frame := oversized().AppendFrame(nil)
	if len(frame) > MaxFrame {
		t.Fatalf("a frame of %d bytes", len(frame))
	}
	got, err := ParseResponse(message(t, frame))
	if err != nil {
		t.Fatal(err)
	}
	s := got.Status
	for name, c := range map[string]struct{ got, want int }{
		"error": {len(got.Error), 500}, "hint": {len(got.Hint), 500}, "version": {len(s.Version), 254},
		"program": {len(s.Program), 254}, "clients": {len(s.Clients), 32}, "by": {len(s.Clients[31].By), 254},
		"exit": {*s.Exit, 255}, "pid": {s.Pid, math.MaxInt32}, "cols": {s.Cols, math.MaxInt32},
		"extensions": {len(got.Seat.Extensions), 32}, "extension": {len(got.Seat.Extensions[31]), 32},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("%d, want %d", c.got, c.want)
			}
		})
	}
	r := Request{Verb: strings.Repeat("v", 50), By: strings.Repeat("ü", 400), Attach: &AttachRequest{
		Extensions: got.Seat.Extensions, Bind: strings.Repeat("b", 400), Ports: strings.Repeat("b", 400), Inside: strings.Repeat("b", 400),
	}}
	if back, err := ParseRequest(message(t, r.AppendFrame(nil))); err != nil || len(back.Verb) != 32 || len(back.Attach.Bind) != 255 {
		t.Errorf("%+v, %v", back, err)
	}
}

// A receiver has the same limits.
func TestReceiverLimits(t *testing.T) {
	long := func(dst []byte, num protowire.Number, n int) []byte {
		return protowire.AppendString(protowire.AppendTag(dst, num, protowire.BytesType), strings.Repeat("x", n))
	}
	b := long([]byte{8, 1}, fieldResponseError, 501)
	status := long(smallStatus0().append(nil), fieldStatusProgram, 256)
	for range maxClients + 1 {
		status = protowire.AppendBytes(protowire.AppendTag(status, fieldStatusClient, protowire.BytesType), nil)
	}
	b = protowire.AppendBytes(protowire.AppendTag(b, fieldResponseStatus, protowire.BytesType), status)
	seat := (&Seat{Port: 1}).append(nil)
	for range maxExtensions + 1 {
		seat = long(seat, fieldSeatExtension, 33)
	}
	b = protowire.AppendBytes(protowire.AppendTag(b, fieldResponseSeat, protowire.BytesType), seat)
	got, err := ParseResponse(b)
	if err != nil || len(got.Error) != 500 || len(got.Status.Program) != 255 || len(got.Status.Clients) != maxClients ||
		len(got.Seat.Extensions) != maxExtensions || len(got.Seat.Extensions[0]) != 32 {
		t.Errorf("%+v, %v", got, err)
	}
}

func smallStatus0() *Status {
	s := smallStatus()
	return &s
}

// Numbers beyond the range of their type become its largest, and times stay within the
// years that JSON has.
func TestHugeNumbers(t *testing.T) {
	huge := func(dst []byte, num protowire.Number) []byte { return appendUint(dst, num, math.MaxUint64) }
	b := huge(nil, fieldRequestVersion)
	attach := huge(huge(nil, fieldAttachRole), fieldAttachSizePolicy)
	b = protowire.AppendBytes(protowire.AppendTag(b, fieldRequestAttach, protowire.BytesType), attach)
	if r, err := ParseRequest(b); err != nil || r.Version != math.MaxInt32 || r.Attach.Role != 255 || r.Attach.Size != 255 {
		t.Errorf("%+v, %v", r, err)
	}
	var s Status
	b = huge(huge(huge(smallStatus0().append(nil), fieldStatusState), fieldStatusCreated), fieldStatusPid)
	if err := s.parse(b); err != nil || s.State != 255 || s.Pid != math.MaxInt32 || s.Created.UTC().Year() != 9999 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := s.Created.UTC().MarshalJSON(); err != nil {
		t.Error(err)
	}
}

// Numbers below the range of the wire are sent as 0, which is absent.
func TestNegativeNumbers(t *testing.T) {
	s := Status{Pid: -1, Cols: -1, Exit: exit(-1), Created: at(-5)}
	if got := s.append(nil); !bytes.Equal(got, []byte{13 << 3, 0}) {
		t.Errorf("%x", got)
	}
}

// Control characters of a foreign host do not reach the user's terminal.
func TestTextsAreCleaned(t *testing.T) {
	r := Response{Error: "a\x1b]0;x\ab\nc\xff", Status: &Status{Name: "x", ID: "a", Program: "\x9b1m", From: "a\u202eb"}}
	got, err := ParseResponse(message(t, r.AppendFrame(nil)))
	if err != nil || got.Error != "a ]0;x b c" || got.Status.Program != "1m" || got.Status.From != "a b" {
		t.Errorf("%+v %+v, %v", got, got.Status, err)
	}
	raw := protowire.AppendString(protowire.AppendTag([]byte{8, 1}, fieldResponseError, protowire.BytesType), "\x1bc")
	if got, err := ParseResponse(raw); err != nil || got.Error != " c" {
		t.Errorf("%q, %v", got.Error, err)
	}
}

// Clearing the buffer of a frame wipes the key in it.
func TestAppendFrameKeepsBuffer(t *testing.T) {
	buf := make([]byte, 0, MaxFrame)
	frame := oversized().AppendFrame(buf)
	if &frame[0] != &buf[:1][0] {
		t.Error("the frame is in another buffer")
	}
	key := oversized().Seat.Key
	if !bytes.Contains(buf[:MaxFrame], key[:]) {
		t.Error("no key in the buffer")
	}
	clear(frame)
	if rest := bytes.Trim(buf[:MaxFrame], "\x00"); len(rest) > 0 {
		t.Errorf("%d bytes remain after clearing the frame", len(rest))
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		NoAnswer.String(): "no answer", Attached.String(): "attached", Detached.String(): "detached", Ended.String(): "ended", State(4).String(): "state 4",
		TakeOver.String(): "take-over", Share.String(): "share", ReadOnly.String(): "read-only", Role(3).String(): "role 3",
		SizeKeep.String(): "keep", SizeLatest.String(): "latest", SizeSmallest.String(): "smallest", SizeLargest.String(): "largest", SizePolicy(4).String(): "size 4",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for role := range Role(len(roleWords)) {
		if got, ok := ParseRole(role.String()); !ok || got != role {
			t.Errorf("ParseRole(%q) = %v, %v", role, got, ok)
		}
	}
	for policy := range SizePolicy(len(policyWords)) {
		if got, ok := ParseSizePolicy(policy.String()); !ok || got != policy {
			t.Errorf("ParseSizePolicy(%q) = %v, %v", policy, got, ok)
		}
	}
	if _, ok := ParseRole("owner"); ok {
		t.Error("the role owner exists")
	}
	if _, ok := ParseSizePolicy(""); ok {
		t.Error("the empty policy exists")
	}
}
