package control

import (
	"bytes"
	"encoding/hex"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/wire/datagram"
	"gm/wire/protofield"
)

func at(seconds int64) time.Time { return time.Unix(seconds, 0) }

func exit(status int) *int { return &status }

// fullStatus has a value in every field.
func fullStatus() Status {
	return Status{
		Name: "büro", ID: "4711-0a1b2c3d-00ff00ff", State: Detached, Pid: 4711, Version: "1.2.3",
		Created: at(1_000_000_000), Since: at(1_000_000_100),
		Clients: []Client{
			{By: "alice@laptop", From: "192.0.2.1", Role: ReadOnly, Cols: 80, Rows: 24, Since: at(1_000_000_200)},
			{},
		},
		Cols: 132, Rows: 43, Program: "vim x", From: "2001:db8::1", Exit: exit(0), EndsAt: at(2_000_000_000),
	}
}

func smallStatus() Status { return Status{Name: "1", ID: "7-a-b", State: Attached} }

// message returns the message in a frame.
func message(t *testing.T, frame []byte) []byte {
	t.Helper()
	m, err := ReadFrame(bytes.NewReader(frame))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRequestRoundTrip(t *testing.T) {
	for name, want := range map[string]Request{
		"status": {Version: 1, Verb: VerbStatus},
		"attach": {Version: 1, Verb: VerbAttach, By: "alice@laptop", From: "192.0.2.1", Attach: &AttachRequest{
			Extensions: []string{"screen", "sessions"}, Role: ReadOnly, Size: SizeLargest,
			Bind: "192.0.2.7", Ports: "60001:60999", Inside: "7-a-b", Pipe: true,
		}},
		"attach, defaults": {Version: 1, Verb: VerbAttach, Attach: &AttachRequest{}},
		"newer":            {Version: 9, Verb: "rename", Attach: &AttachRequest{Role: 200, Size: 201}},
		"relay":            {Version: 1, Verb: VerbRelay, From: "192.0.2.1"},
		"no verb":          {Version: 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseRequest(message(t, want.AppendFrame(nil)))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestResponseRoundTrip(t *testing.T) {
	full, small := fullStatus(), smallStatus()
	for name, want := range map[string]Response{
		"error":  {Version: 1, Error: "no seat is free", Hint: "gm detach work"},
		"status": {Version: 1, Status: &full},
		"small":  {Version: 1, Status: &small},
		"seat": {Version: 1, Status: &small, Seat: &Seat{
			Port: 60001, Key: datagram.Key{1, 2, 15: 3}, Extensions: []string{"screen", "exit"},
		}},
		"pipe":     {Version: 1, Status: &small, Pipe: true},
		"zero key": {Version: 1, Seat: &Seat{Port: 65535}},
		"newer":    {Version: 9},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseResponse(message(t, want.AppendFrame(nil)))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// A sender that leaves Version alone speaks the current one.
func TestAppendFrameSetsVersion(t *testing.T) {
	if r, err := ParseRequest(message(t, Request{Verb: "x"}.AppendFrame(nil))); err != nil || r.Version != Version {
		t.Errorf("request of version %d, %v", r.Version, err)
	}
	if r, err := ParseResponse(message(t, Response{}.AppendFrame(nil))); err != nil || r.Version != Version {
		t.Errorf("response of version %d, %v", r.Version, err)
	}
}

// TestFrozenCore pins the bytes of the fields that all versions have in common. A change
// here breaks running sessions.
func TestFrozenCore(t *testing.T) {
	status := Status{Name: "work", ID: "7-a-b", State: Detached}
	for name, c := range map[string]struct {
		frame []byte
		want  string
	}{
		"request":  {Request{Version: 1, Verb: VerbKill}.AppendFrame(nil), "00000008" + "0801" + "12046b696c6c"},
		"response": {Response{Version: 1, Status: &status}.AppendFrame(nil), "00000013" + "0801" + "1a0f" + "0a04776f726b" + "1205372d612d62" + "1802"},
		"error":    {Response{Version: 2, Error: "no"}.AppendFrame(nil), "00000006" + "0802" + "12026e6f"},
		"attached": {Response{Version: 1, Status: &Status{State: Attached}}.AppendFrame(nil), "00000006" + "0801" + "1a02" + "1801"},
		"ended":    {Response{Version: 1, Status: &Status{State: Ended}}.AppendFrame(nil), "00000006" + "0801" + "1a02" + "1803"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := hex.EncodeToString(c.frame); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	for verb, want := range map[string]string{VerbStatus: "status", VerbAttach: "attach", VerbDetach: "detach", VerbKill: "kill"} {
		if verb != want {
			t.Errorf("the verb %q has become %q", want, verb)
		}
	}
}

// newerFields are fields of every wire type with numbers that this version does not have.
func newerFields() []byte {
	b := protowire.AppendVarint(protowire.AppendTag(nil, 900, protowire.VarintType), 5)
	b = protowire.AppendBytes(protowire.AppendTag(b, 901, protowire.BytesType), []byte("x"))
	b = protowire.AppendFixed32(protowire.AppendTag(b, 902, protowire.Fixed32Type), 5)
	b = protowire.AppendFixed64(protowire.AppendTag(b, 903, protowire.Fixed64Type), 5)
	b = protowire.AppendTag(b, 904, protowire.StartGroupType)
	return protowire.AppendTag(b, 904, protowire.EndGroupType)
}

// A newer peer adds fields to each message, and changes the types of none that counts.
func TestUnknownFieldsAreSkipped(t *testing.T) {
	extra := newerFields()
	within := func(num protowire.Number, body []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), append(body, extra...))
	}
	client := Client{By: "a@b"}
	wantStatus := Status{Name: "work", ID: "7-a-b", State: State(99), Clients: []Client{client}}
	plain := wantStatus
	plain.Clients = nil
	status := append(plain.append(nil), within(fieldStatusClient, client.append(nil))...)
	wantSeat := Seat{Port: 7, Key: datagram.Key{1}}
	wantAttach := AttachRequest{Role: Share}

	core := append(Response{Version: 3}.append(nil), extra...)
	response, err := ParseResponse(slices.Concat(core, within(fieldResponseStatus, status), within(fieldResponseSeat, wantSeat.append(nil))))
	if want := (Response{Version: 3, Status: &wantStatus, Seat: &wantSeat}); err != nil || !reflect.DeepEqual(response, want) {
		t.Errorf("response %+v, %v", response, err)
	}
	core = append(Request{Version: 3, Verb: "rename"}.append(nil), extra...)
	request, err := ParseRequest(slices.Concat(core, within(fieldRequestAttach, wantAttach.append(nil))))
	if want := (Request{Version: 3, Verb: "rename", Attach: &wantAttach}); err != nil || !reflect.DeepEqual(request, want) {
		t.Errorf("request %+v, %v", request, err)
	}
}

// A field whose number is known and whose type is not counts as unknown.
func TestFieldsOfOtherTypesAreSkipped(t *testing.T) {
	b := protowire.AppendVarint(protowire.AppendTag(nil, fieldRequestVerb, protowire.VarintType), 5)
	b = protowire.AppendBytes(protowire.AppendTag(b, fieldRequestVersion, protowire.BytesType), []byte("x"))
	want := Request{Version: 1, Verb: "kill"}
	if got, err := ParseRequest(append(b, want.append(nil)...)); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

// Of a number or a text that is repeated the last counts (protocol, section 5).
func TestLastOfRepeatedFieldsCounts(t *testing.T) {
	b := append(Request{Version: 1, Verb: "kill"}.append(nil), Request{Version: 2, Verb: "status"}.append(nil)...)
	if got, err := ParseRequest(b); err != nil || got != (Request{Version: 2, Verb: "status"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// Each beginning of a message is refused or is a shorter message. None panics.
func TestTruncatedMessages(t *testing.T) {
	status := fullStatus()
	request := Request{Verb: VerbAttach, Attach: &AttachRequest{Extensions: []string{"screen"}}, From: "x"}.append(nil)
	response := Response{Error: "x", Status: &status, Seat: &Seat{Port: 1}}.append(nil)
	for n := range request {
		if got, err := ParseRequest(request[:n]); err == nil && len(got.append(nil)) > n {
			t.Errorf("%d bytes of a request become %+v", n, got)
		}
	}
	for n := range response {
		if got, err := ParseResponse(response[:n]); err == nil && len(got.append(nil)) > n {
			t.Errorf("%d bytes of a response become %+v", n, got)
		}
	}
}

func TestMalformedMessages(t *testing.T) {
	field := func(num protowire.Number, body string) []byte {
		return protowire.AppendString(protowire.AppendTag([]byte{8, 1}, num, protowire.BytesType), body)
	}
	for name, c := range map[string]struct {
		message []byte
		want    string
	}{
		"empty":              {nil, "without a version"},
		"version 0":          {[]byte{8, 0}, "without a version"},
		"bad tag":            {[]byte{0x80}, "malformed"},
		"bad length":         {[]byte{8, 1, 0x12, 9, 'x'}, "malformed"},
		"status without ID":  {field(fieldResponseStatus, "\x0a\x01x"), `"" is not the ID`},
		"ID with a slash":    {field(fieldResponseStatus, "\x0a\x01x\x12\x03a/b"), `"a/b" is not the ID`},
		"long ID":            {field(fieldResponseStatus, "\x0a\x01x\x12\x41"+strings.Repeat("a", 65)), "is not the ID"},
		"name with a quote":  {field(fieldResponseStatus, "\x0a\x02x'\x12\x01a\x18\x01"), "character other than"},
		"no name":            {field(fieldResponseStatus, "\x12\x01a\x18\x01"), "is empty"},
		"malformed status":   {field(fieldResponseStatus, "\x0a\x09x"), "malformed"},
		"malformed client":   {field(fieldResponseStatus, "\x42\x01\x80"), "malformed"},
		"seat without a key": {field(fieldResponseSeat, "\x08\x07"), "seat without"},
		"short key":          {field(fieldResponseSeat, "\x08\x07\x12\x01x"), "seat without"},
		"no port":            {field(fieldResponseSeat, "\x12\x10"+strings.Repeat("k", 16)), "seat without"},
		"port 65536":         {field(fieldResponseSeat, "\x08\x80\x80\x04\x12\x10"+strings.Repeat("k", 16)), "seat without"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseResponse(c.message)
			if err == nil || !strings.Contains(err.Error(), c.want) || !reflect.DeepEqual(got, Response{}) {
				t.Errorf("%+v, error %v, want %q", got, err, c.want)
			}
		})
	}
	if _, err := ParseRequest([]byte{8, 1, 0x1a, 1, 0x80}); err != protofield.ErrMalformed {
		t.Errorf("a malformed attach request: %v", err)
	}
	if _, err := ParseRequest([]byte{0x12, 1, 'x'}); err != errEmpty {
		t.Errorf("a request without a version: %v", err)
	}
}

func TestUnknownVerb(t *testing.T) {
	r := UnknownVerb("re\x1bname" + strings.Repeat("x", 50))
	if !strings.Contains(r.Error, `"re name`) || !strings.Contains(r.Error, "version 1") || len(r.Error) > 120 || r.Hint == "" {
		t.Errorf("%+v", r)
	}
}

func TestReadFrame(t *testing.T) {
	whole := Request{Verb: VerbStatus}.AppendFrame(nil)
	largest := append([]byte{0, 1, 0, 0}, make([]byte, MaxMessage)...)
	for name, c := range map[string]struct {
		input []byte
		size  int // of the message
		want  string
	}{
		"whole":           {whole, len(whole) - 4, ""},
		"followed":        {append(slices.Clone(whole), "rest"...), len(whole) - 4, ""},
		"no message":      {[]byte{0, 0, 0, 0}, 0, ""},
		"largest":         {largest, MaxMessage, ""},
		"too large":       {[]byte{0, 1, 0, 1, 0}, 0, "message of 65537 bytes, at most 65536 are allowed"},
		"enormous":        {[]byte{0xff, 0xff, 0xff, 0xff}, 0, "message of 4294967295 bytes"},
		"nothing":         {nil, 0, "EOF"},
		"part of a head":  {whole[:3], 0, "unexpected EOF"},
		"head alone":      {whole[:4], 0, "unexpected EOF"},
		"part of message": {whole[:5], 0, "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			r := bytes.NewReader(c.input)
			got, err := ReadFrame(r)
			if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) || len(got) != c.size {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if rest, _ := io.ReadAll(r); err == nil && len(rest) != len(c.input)-4-c.size {
				t.Errorf("%d bytes are left", len(rest))
			}
		})
	}
}
