package control

import (
	"encoding/hex"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gm/wire"
	"gm/wire/datagram"
)

func protocolPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../doc/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// TestProtocolPageControlVectors encodes and decodes the vectors of protocol, section 13.
func TestProtocolPageControlVectors(t *testing.T) {
	page := protocolPage(t)
	vector := func(name string) []byte {
		m := regexp.MustCompile(`(?m)^    ` + name + ` += ([0-9a-f]+)$`).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("the page has no vector %q", name)
		}
		b, err := hex.DecodeString(m[1])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key, err := datagram.ParseKey("4NeCCgvZFe2RnPgrcU1PQw")
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Version: 1, Verb: VerbAttach, From: "::1", Attach: &AttachRequest{Extensions: []string{"screen"}, Role: Share}}
	status := Status{
		Name: "work", ID: "300-0a1b2c3d-00ff00ff", State: Attached, Pid: 300, Created: at(1_000_000_000), Cols: 80, Rows: 24,
		Clients: []Client{{By: "a@b", From: "::1"}}, Program: "vim",
	}
	response := Response{Version: 1, Status: &status, Seat: &Seat{Port: 60001, Key: key, Extensions: []string{"screen"}}}
	if got, want := request.AppendFrame(nil), vector("control request"); !reflect.DeepEqual(got, want) {
		t.Errorf("request %x, want %x", got, want)
	}
	if got, want := response.AppendFrame(nil), vector("control response"); !reflect.DeepEqual(got, want) {
		t.Errorf("response %x, want %x", got, want)
	}
	if got, err := ParseRequest(vector("control request")[frameHeader:]); err != nil || !reflect.DeepEqual(got, request) {
		t.Errorf("request %+v, %v", got, err)
	}
	if got, err := ParseResponse(vector("control response")[frameHeader:]); err != nil || !reflect.DeepEqual(got, response) {
		t.Errorf("response %+v, %v", got, err)
	}
}

// TestProtocolPageControlLimits checks that section 14 states the limits of this package.
func TestProtocolPageControlLimits(t *testing.T) {
	_, section, _ := strings.Cut(protocolPage(t), "## 14. ")
	section = strings.Join(strings.Fields(section), " ")
	for name, text := range map[string]string{
		"MaxMessage": "at most " + strconv.Itoa(MaxMessage) + " bytes",
		"maxText":    "one line of at most " + strconv.Itoa(maxText) + " bytes",
		"maxError":   "*error* and *hint* of " + strconv.Itoa(maxError),
		"maxVerb":    "*verb* of " + strconv.Itoa(maxVerb),
		"maxClients": "at most " + strconv.Itoa(maxClients) + " clients",
		"maxID":      "1 to " + strconv.Itoa(wire.MaxSessionID) + " characters",
		"maxLine":    "at most " + strconv.Itoa(maxLine) + " bytes",
		"Version":    "version = 1; // " + strconv.Itoa(Version),
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(section, text) {
				t.Errorf("section 14 does not contain %q", text)
			}
		})
	}
}
