package state_test

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/ocb"

	"gm/vt"
	"gm/vt/cellwidth"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

func protocolPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../doc/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// vectors returns the vectors of protocol, section 13, by name.
func vectors(t *testing.T) map[string][]byte {
	t.Helper()
	_, text, found := strings.Cut(protocolPage(t), "## 13. ")
	if !found {
		t.Fatal("no vectors")
	}
	v := map[string][]byte{}
	for _, m := range regexp.MustCompile(`(?m)^    (\w+ \w+) += ([0-9a-f]+)$`).FindAllStringSubmatch(text, -1) {
		b, err := hex.DecodeString(m[2])
		if err != nil {
			t.Fatal(err)
		}
		v[m[1]] = b
	}
	return v
}

const vectorKey = "4NeCCgvZFe2RnPgrcU1PQw"

// pageMessage is a protocol buffer, decoded by what protocol, section 5, requires: the
// values of each field in order, numbers as uint64 and the rest as []byte.
type pageMessage map[uint64][]any

func decodePageMessage(b []byte) (pageMessage, error) {
	m := pageMessage{}
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errors.New("bad tag")
		}
		value, n2 := binary.Uvarint(b[n:])
		if n2 <= 0 {
			return nil, errors.New("bad varint")
		}
		b = b[n+n2:]
		switch tag & 7 {
		case 0:
			m[tag>>3] = append(m[tag>>3], value)
		case 2:
			if value > uint64(len(b)) {
				return nil, errors.New("truncated field")
			}
			m[tag>>3] = append(m[tag>>3], b[:value])
			b = b[value:]
		default:
			return nil, fmt.Errorf("wire type %d", tag&7)
		}
	}
	return m, nil
}

// at returns the field that path leads to, of the first values.
func (m pageMessage) at(path ...uint64) any {
	for _, number := range path[:len(path)-1] {
		m, _ = decodePageMessage(m[number][0].([]byte))
	}
	return m[path[len(path)-1]][0]
}

// pageDatagram is a datagram, decoded by what protocol, sections 2, 4 and 5, require.
type pageDatagram struct {
	toClient                  bool
	sequence                  uint64
	timestamp, timestampReply uint16
	instructionID             uint64
	final                     bool
	number                    uint16
	plaintext, packed, plain  []byte
	instruction               pageMessage
}

func decodePageDatagram(key string, datagram []byte) (d pageDatagram, err error) {
	keyBytes, err := base64.RawStdEncoding.DecodeString(key)
	if err != nil {
		return d, err
	}
	block, err := aes.NewCipher(keyBytes)
	if err != nil {
		return d, err
	}
	aead, err := ocb.NewOCBWithNonceAndTagSize(block, 12, 16)
	if err != nil {
		return d, err
	}
	nonce := append(make([]byte, 4), datagram[:8]...)
	if d.plaintext, err = aead.Open(nil, nonce, datagram[8:], nil); err != nil {
		return d, err
	}
	d.toClient = datagram[0]&0x80 != 0
	d.sequence = binary.BigEndian.Uint64(datagram) &^ (1 << 63)
	d.timestamp = binary.BigEndian.Uint16(d.plaintext)
	d.timestampReply = binary.BigEndian.Uint16(d.plaintext[2:])
	d.instructionID = binary.BigEndian.Uint64(d.plaintext[4:])
	d.number = binary.BigEndian.Uint16(d.plaintext[12:])
	d.final, d.number = d.number&(1<<15) != 0, d.number&^(1<<15)
	d.packed = d.plaintext[14:]
	r, err := zlib.NewReader(bytes.NewReader(d.packed))
	if err != nil {
		return d, err
	}
	if d.plain, err = io.ReadAll(r); err != nil {
		return d, err
	}
	d.instruction, err = decodePageMessage(d.plain)
	return d, err
}

// TestProtocolPageSufficeForDecoder decodes the vectors with a decoder that uses
// nothing of gm.
func TestProtocolPageSufficeForDecoder(t *testing.T) {
	v := vectors(t)
	user, err := decodePageDatagram(vectorKey, v["user datagram"])
	if err != nil {
		t.Fatal(err)
	}
	host, err := decodePageDatagram(vectorKey, v["host datagram"])
	if err != nil {
		t.Fatal(err)
	}
	number := func(m pageMessage, field uint64) uint64 { return m.at(field).(uint64) }
	diff := func(d pageDatagram) pageMessage {
		m, err := decodePageMessage(d.instruction.at(6).([]byte))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	second := func(m pageMessage) pageMessage {
		m, err := decodePageMessage(m[1][1].([]byte))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"user direction", user.toClient, false},
		{"user number", user.sequence, uint64(0)},
		{"user timestamp", user.timestamp, uint16(1000)},
		{"user reply", user.timestampReply, uint16(65535)},
		{"user fragment", fmt.Sprint(user.instructionID, user.final, user.number), "1 true 0"},
		{"user plaintext", hex.EncodeToString(user.plaintext), hex.EncodeToString(v["user plaintext"])},
		{"user instruction", hex.EncodeToString(user.plain), hex.EncodeToString(v["user instruction"])},
		{"user version", number(user.instruction, 1), uint64(2)},
		{"user new_num", number(user.instruction, 3), uint64(1)},
		{"user diff", hex.EncodeToString(user.instruction.at(6).([]byte)), hex.EncodeToString(v["user diff"])},
		{"user chaff", string(user.instruction.at(7).([]byte)), "AB"},
		{"user width", diff(user).at(1, 3, 5), uint64(80)},
		{"user height", diff(user).at(1, 3, 6), uint64(24)},
		{"user keys", string(second(diff(user)).at(2, 4).([]byte)), "ls\r"},
		{"host direction", host.toClient, true},
		{"host number", host.sequence, uint64(5)},
		{"host timestamp", host.timestamp, uint16(2000)},
		{"host reply", host.timestampReply, uint16(1010)},
		{"host plaintext", hex.EncodeToString(host.plaintext), hex.EncodeToString(v["host plaintext"])},
		{"host instruction", hex.EncodeToString(host.plain), hex.EncodeToString(v["host instruction"])},
		{"host ack_num", number(host.instruction, 4), uint64(1)},
		{"host diff", hex.EncodeToString(host.instruction.at(6).([]byte)), hex.EncodeToString(v["host diff"])},
		{"host echo ack", diff(host).at(1, 7, 8), uint64(1)},
		{"host hoststring", string(second(diff(host)).at(2, 4).([]byte)), "$ ls"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("%v, want %v", c.got, c.want)
			}
		})
	}
}

// TestProtocolPageDatagramVectors decodes the datagrams with gm.
func TestProtocolPageDatagramVectors(t *testing.T) {
	v, now := vectors(t), time.Unix(1_000_000_000, 0)
	key, err := datagram.ParseKey(vectorKey)
	if err != nil {
		t.Fatal(err)
	}
	blank := state.Screen{Screen: vt.NewScreen(80, 24), Dialect: vt.Stock()}
	server, err := wire.New(wire.Config[state.Screen, state.User]{Key: key, Direction: datagram.ToClient, MTU: datagram.MTUv4, Local: blank}, now)
	if err != nil {
		t.Fatal(err)
	}
	client, err := wire.New(wire.Config[state.User, state.Screen]{Key: key, Direction: datagram.ToServer, MTU: datagram.MTUv4, Remote: blank}, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Receive(now, v["user datagram"], datagram.Path{}, false); err != nil {
		t.Fatal(err)
	}
	user, num := server.Remote()
	events := user.Since(state.User{})
	if num != 1 || len(events) != 2 || events[0].Cols != 80 || events[0].Rows != 24 || string(events[1].Keys) != "ls\r" {
		t.Errorf("state %d: %+v", num, events)
	}
	if _, err := client.Receive(now, v["host datagram"], datagram.Path{}, false); err != nil {
		t.Fatal(err)
	}
	screen, num := client.Remote()
	if num != 1 || screen.EchoAck != 1 || screen.Screen.Text() != "$ ls" {
		t.Errorf("state %d, echo ack %d: %q", num, screen.EchoAck, screen.Screen.Text())
	}
}

// TestProtocolPageUserVectors decodes and encodes the messages of extensions in
// UserMessages.
func TestProtocolPageUserVectors(t *testing.T) {
	v := vectors(t)
	appearance := state.Appearance{Width: 640, Height: 480}
	appearance.Theme.Palette[1], appearance.Theme.Background = vt.RGBColor(0xff, 0, 0), vt.RGBColor(0x12, 0x34, 0x56)
	terminal := vt.Capabilities{
		Features: vt.FeatureColor | vt.FeatureKittyKeys,
		Text:     vt.Pixels{Width: 800, Height: 480},
		Scheme:   2,
		Widths:   cellwidth.Known | cellwidth.JoinedZWJ,
	}
	terminal.SetMode(2004, 2)
	for name, want := range map[string]state.User{
		"appearance diff": state.User{}.WithAppearance(appearance),
		"terminal diff":   state.User{}.WithTerminal(terminal),
		"detach diff":     state.User{}.WithDetach(),
	} {
		t.Run(name, func(t *testing.T) {
			if got := want.AppendDiff(nil, state.User{}); !bytes.Equal(got, v[name]) {
				t.Errorf("encoded to %x, want %x", got, v[name])
			}
			got, err := state.User{}.Apply(v[name])
			if again := got.AppendDiff(nil, state.User{}); err != nil || !bytes.Equal(again, v[name]) {
				t.Errorf("decoded to %+v, %v", got.Since(state.User{}), err)
			}
		})
	}
}

// TestProtocolPageHostVectors decodes and encodes the messages of extensions in
// HostMessages.
func TestProtocolPageHostVectors(t *testing.T) {
	v := vectors(t)
	dialect := vt.Full()
	dialect.EventsApart, dialect.Notifications, dialect.Marks = true, false, false
	blank := state.Screen{Screen: vt.NewScreen(80, 24), Dialect: dialect}
	exit, echo, flow, events, detachment := blank, blank, blank, blank, blank
	detachment.Detachment = state.Detachment{Reason: state.DetachedTakenOver, By: "a@b", From: "::1"}
	exit.ExitStatus = state.ExitStatus{Known: true, Status: 143, Stopped: "terminated"}
	echo.EchoState.EchoedThrough = 300
	echo.EchoState.Discipline.Modes = state.DisciplineKnown | state.Canonical | state.Echo
	echo.EchoState.Discipline.Chars[state.CharErase] = 0x7f
	echo.EchoState.Discipline.Chars[state.CharInterrupt] = 3
	flow.Credit = 300_000
	term := vt.Resume(blank.Screen)
	term.Write([]byte("\x1b]9;done\a\x1b]133;A\a"))
	events.Screen = term.Snapshot()
	vectors := map[string]state.Screen{"exit diff": exit, "echo diff": echo, "flow diff": flow, "events diff": events, "detachment diff": detachment}
	for _, name := range slices.Sorted(maps.Keys(vectors)) {
		t.Run(name, func(t *testing.T) {
			if got := vectors[name].AppendDiff(nil, blank); !bytes.Equal(got, v[name]) {
				t.Errorf("encoded to %x, want %x", got, v[name])
			}
			got, err := blank.Apply(v[name])
			if again := got.AppendDiff(nil, blank); err != nil || !bytes.Equal(again, v[name]) {
				t.Errorf("decoded to %x, %v", again, err)
			}
		})
	}
}

// TestProtocolPageLimits checks the limits that exported constants define.
func TestProtocolPageLimits(t *testing.T) {
	page := strings.Join(strings.Fields(protocolPage(t)), " ")
	for name, text := range map[string]string{
		"MTUv4":       strconv.Itoa(datagram.MTUv4) + " bytes over IPv4",
		"MTUv6":       strconv.Itoa(datagram.MTUv6) + " over IPv6",
		"MTUSmall":    "steps down to 1168, 1000 and " + strconv.Itoa(datagram.MTUSmall),
		"columns":     strconv.Itoa(vt.MaxCols) + " columns",
		"rows":        strconv.Itoa(vt.MaxRows) + " rows",
		"MaxUnacked":  strconv.Itoa(state.MaxUnacked) + " positions unacknowledged",
		"InputWindow": "initial credit is " + strconv.Itoa(state.InputWindow),
		"HopAfter":    fmt.Sprintf("when %.0f s have passed", wire.HopAfter.Seconds()),
		"HopKeep":     fmt.Sprintf("the newest is %.0f s old", wire.HopKeep.Seconds()),
		"PeerTimeout": fmt.Sprintf("After %.0f s without an authentic datagram", datagram.PeerTimeout.Seconds()),
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(page, text) {
				t.Errorf("the page does not contain %q", text)
			}
		})
	}
}
