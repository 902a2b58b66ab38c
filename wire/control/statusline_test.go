package control

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestStatusLineRoundTrip(t *testing.T) {
	for name, want := range map[string]Status{
		"full": fullStatus(), "small": smallStatus(), "no answer": {ID: "7-a-b", Pid: 7}, "newer": {Name: "x", ID: "a", State: 77},
	} {
		t.Run(name, func(t *testing.T) {
			line := string(want.AppendLine([]byte("before\n"))[len("before\n"):])
			if strings.Index(line, "\n") != len(line)-1 {
				t.Errorf("line %q", line)
			}
			for _, text := range []string{line, strings.TrimSuffix(line, "\n"), strings.TrimSuffix(line, "\n") + "\r\n"} {
				got, ok, err := ParseLine(text)
				if !ok || err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%+v, %v, %v", got, ok, err)
				}
			}
		})
	}
}

func TestParseLine(t *testing.T) {
	for line, want := range map[string]string{
		"GM STATUS":               "not one",
		"GM STATUSES x":           "not one",
		"MOSH CONNECT 1 x":        "not one",
		"GM STATUS ":              `read GM STATUS: "" is not the ID`,
		"GM STATUS =":             "read GM STATUS: illegal base64",
		"GM STATUS gA":            "read GM STATUS: malformed",
		"GM STATUS CgF4EgFhGAE x": "read GM STATUS: illegal base64",
		"GM STATUS CgF4EgFhGAF":   "read GM STATUS: illegal base64", // nonzero unused bits
		"GM STATUS CgF4EgFhGAE":   "",
	} {
		t.Run(line, func(t *testing.T) {
			s, ok, err := ParseLine(line)
			switch {
			case want == "" && (!ok || err != nil || s.Name != "x"):
				t.Errorf("%+v, %v, %v", s, ok, err)
			case want == "not one" && (ok || err != nil):
				t.Errorf("%v, %v", ok, err)
			case want != "" && want != "not one" && (ok || err == nil || !strings.HasPrefix(err.Error(), want)):
				t.Errorf("%v, %v, want %q", ok, err, want)
			}
		})
	}
}

// A line is as long as the bootstrap passes on, and keeps as many clients as fit.
func TestStatusLineLimit(t *testing.T) {
	s := *oversized().Status
	clients := len(s.Clients)
	line := s.AppendLine(nil)
	got, ok, err := ParseLine(string(line))
	if !ok || err != nil || len(line) > 4096 || len(line) < 3300 {
		t.Fatalf("%d bytes, %v, %v", len(line), ok, err)
	}
	if len(got.Clients) == 0 || len(got.Clients) >= 32 || len(s.Clients) != clients {
		t.Errorf("%d clients", len(got.Clients))
	}
	many := smallStatus()
	many.Clients = make([]Client, maxClients)
	for i := range many.Clients {
		many.Clients[i] = Client{By: "alice@laptop", From: "192.0.2.1", Cols: 200, Rows: 50, Since: at(1_700_000_000)}
	}
	if got, _, err := ParseLine(string(many.AppendLine(nil))); err != nil || len(got.Clients) != maxClients {
		t.Errorf("%d of 32 ordinary clients, %v", len(got.Clients), err)
	}
}

// FuzzParse feeds the parsers anything. Accepted messages come back as they are after
// another round.
func FuzzParse(f *testing.F) {
	full := fullStatus()
	f.Add(Response{Error: "x", Status: &full, Seat: &Seat{Port: 1}}.append(nil))
	f.Add(Request{Verb: VerbAttach, Attach: &AttachRequest{Extensions: []string{"a"}}}.append(nil))
	f.Add(append([]byte{8, 1}, newerFields()...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseResponse(b); err == nil {
			again, err := ParseResponse(r.append(nil))
			if err != nil || !reflect.DeepEqual(again, r) {
				t.Errorf("response %+v became %+v, %v", r, again, err)
			}
			if len(r.AppendFrame(nil)) > MaxFrame {
				t.Error("too long a frame")
			}
		}
		if r, err := ParseRequest(b); err == nil {
			if again, err := ParseRequest(r.append(nil)); err != nil || !reflect.DeepEqual(again, r) {
				t.Errorf("request %+v became %+v, %v", r, again, err)
			}
		}
		if s, ok, err := ParseLine("GM STATUS " + lineEncoding.EncodeToString(b)); ok {
			if again, ok, err := ParseLine(string(s.AppendLine(nil))); !ok || err != nil || again.ID != s.ID {
				t.Errorf("status %+v became %+v, %v", s, again, err)
			}
		} else if err == nil {
			t.Error("neither a status nor an error")
		}
		ReadFrame(bytes.NewReader(b))
	})
}
