package predict

import (
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/state"
)

var start = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)

// ms returns the time n milliseconds after the start of a test.
func ms(n int) time.Time { return start.Add(time.Duration(n) * time.Millisecond) }

// typist passes keys to a Predictor. The test draws the host's screen.
type typist struct {
	*testing.T
	*Predictor
	host     *vt.Screen
	now      time.Time
	frame    uint64 // of the next read
	ack      uint64
	interval time.Duration

	echoState state.EchoState
}

func newTypist(t *testing.T, mode Mode) *typist {
	return &typist{
		T: t, Predictor: New(mode, false), host: vt.NewScreen(20, 4),
		now: ms(0), frame: 1, interval: 60 * time.Millisecond,
	}
}

// typeRead types keys in one read, in a frame of its own.
func (y *typist) typeRead(keys string) {
	y.Predict(y.now, y.frame, []byte(keys), y.remote())
	y.frame++
	y.validate()
}

// typeKeys types each byte in a read and a frame of its own.
func (y *typist) typeKeys(keys string) {
	for i := range len(keys) {
		y.typeRead(keys[i : i+1])
	}
}

// hostShows replaces the host's cursor line by text. The cursor is at the | in
// text, or else after it.
func (y *typist) hostShows(text string) {
	y.host = y.host.Clone()
	before, after, _ := strings.Cut(text, "|")
	cols, _ := y.host.Size()
	y.host.Erase(0, y.host.Cursor.Y, cols, vt.Rendition{})
	y.host.Cursor.X = y.host.DrawText(0, y.host.Cursor.Y, before, vt.Rendition{})
	y.host.DrawText(y.host.Cursor.X, y.host.Cursor.Y, after, vt.Rendition{})
}

// hostAcks acknowledges all frames.
func (y *typist) hostAcks() {
	y.ack = y.frame - 1
	y.validate()
}

func (y *typist) validate() { y.Validate(y.now, y.remote(), y.interval) }

func (y *typist) remote() state.Screen {
	return state.Screen{Screen: y.host, EchoAck: y.ack, EchoState: y.echoState}
}

func (y *typist) advance(d time.Duration) {
	y.now = y.now.Add(d)
	y.validate()
}

// wantRow checks the predicted line of the cursor, with a | for the cursor.
func (y *typist) wantRow(want string) {
	y.Helper()
	if got := y.screen(); got != want {
		y.Errorf("shown: %q, want %q", got, want)
	}
}

func (y *typist) screen() string {
	s := y.Paint(y.now, y.host)
	var b []byte
	cols, _ := s.Size()
	for x := range cols {
		if x == s.Cursor.X {
			b = append(b, '|')
		}
		b = s.AppendText(b, s.Cell(x, s.Cursor.Y))
	}
	return strings.TrimRight(string(b), " ")
}

// confirmedTypist returns a typist whose host shows "$ a" and whose epoch is
// confirmed.
func confirmedTypist(t *testing.T) *typist {
	y := newTypist(t, Always)
	y.hostShows("$ ")
	y.typeRead("a")
	y.hostShows("$ a")
	y.hostAcks()
	return y
}

func TestFirstPredictionIsTentative(t *testing.T) {
	y := newTypist(t, Always)
	y.hostShows("$ ")
	y.typeRead("a")
	y.wantRow("$ |")
	y.typeRead("b")
	y.hostShows("$ a")
	y.ack = 1
	y.validate()
	y.wantRow("$ ab|")
	y.typeRead("c")
	y.wantRow("$ abc|")
}

// The echo of a key sets the rendition of the predictions after it.
func TestPredictionsAdoptRenditionOfEcho(t *testing.T) {
	y := confirmedTypist(t)
	y.interval = 30 * time.Millisecond
	y.typeRead("b")
	y.typeRead("c")
	y.host = y.host.Clone()
	red := vt.Rendition{Fg: vt.PaletteColor(1)}
	y.host.DrawText(3, 0, "b", red)
	y.host.Cursor.X = 4
	y.ack = 2
	y.validate()
	s := y.Paint(y.now, y.host)
	if got := s.Rendition(s.Cell(4, 0)); got != red {
		t.Errorf("c is %+v, want %+v", got, red)
	}
}

func TestIncorrectVisiblePredictionDropsAll(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("b")
	y.typeRead("c")
	y.wantRow("$ abc|")
	y.hostShows("$ aX")
	y.ack = 2
	y.validate()
	y.wantRow("$ aX|")
	y.typeRead("d")
	y.wantRow("$ aX|")
}

func TestIncorrectCursorDropsAll(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("\x1b[D")
	y.wantRow("$ |a")
	y.typeRead("b")
	y.hostShows("|$ ba")
	y.ack = y.frame - 1
	y.validate()
	y.wantRow("|$ ba")
	y.typeRead("c")
	y.wantRow("|$ ba")
}

func TestIncorrectTentativePredictionDropsItsEpoch(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("b")
	y.typeRead("\x01")
	y.typeRead("x")
	y.hostShows("$ ab")
	y.host.Cursor.X = 2
	y.ack = 3
	y.validate()
	y.hostShows("$ |xab")
	y.host.Cursor.X = 3
	y.hostAcks()
	y.wantRow("$ x|ab")
	y.typeRead("y")
	y.typeRead("z")
	y.wantRow("$ x|ab")
	y.hostShows("$ xy|ab")
	y.ack = y.frame - 2
	y.validate()
	y.wantRow("$ xyz|ab")
}

func TestNoCreditForUnchangedGlyph(t *testing.T) {
	y := newTypist(t, Always)
	y.overwrite = true
	y.hostShows("$ |aa")
	y.typeRead("a")
	y.typeRead("b")
	y.hostShows("$ a|a")
	y.ack = 1
	y.validate()
	y.wantRow("$ a|a")
}

func TestNoCreditForBlanks(t *testing.T) {
	y := newTypist(t, Always)
	y.hostShows("$ ")
	y.typeRead(" ")
	y.typeRead("b")
	y.host.Cursor.X = 3
	y.ack = 1
	y.validate()
	y.wantRow("$  |")
}

func TestPasteIsNotPredicted(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("b")
	y.typeRead(strings.Repeat("c", pasteLength+1))
	y.wantRow("$ a|")
	y.typeRead("d")
	y.wantRow("$ a|")

	y = confirmedTypist(t)
	y.hostShows("")
	y.typeRead(strings.Repeat("c", pasteLength))
	if !y.pending() {
		t.Errorf("a read of %d bytes counts as a paste", pasteLength)
	}
}

func TestResizeDropsPredictions(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("b")
	y.host = y.host.Resized(30, 5)
	y.validate()
	y.wantRow("$ a|")
	y.typeRead("c")
	y.wantRow("$ a|")
}

func TestHiddenCursorIsTentative(t *testing.T) {
	y := confirmedTypist(t)
	y.host.Cursor.Hidden = true
	y.typeRead("b")
	y.typeRead("c")
	y.wantRow("$ a|")
}

func TestModeNever(t *testing.T) {
	y := newTypist(t, Never)
	y.hostShows("$ ")
	y.typeRead("a")
	y.hostShows("$ a")
	y.hostAcks()
	y.typeRead("b")
	y.wantRow("$ a|")
	if !y.Predictor.Deadline(y.now).IsZero() {
		t.Error("Deadline is not zero")
	}
}

func TestModeExperimental(t *testing.T) {
	y := newTypist(t, Experimental)
	y.hostShows("$ ")
	y.typeRead("a")
	y.typeRead("\x01")
	y.typeRead("b")
	y.wantRow("$ ab|")
}

func TestPredictionsAreBounded(t *testing.T) {
	y := confirmedTypist(t)
	for range 3 * maxCursors {
		y.typeRead("\x1b[Da\x7f")
	}
	if len(y.cursors) > maxCursors {
		t.Errorf("%d cursor predictions, want at most %d", len(y.cursors), maxCursors)
	}
	for range 3 * maxSeen {
		y.typeRead("a\x7f")
	}
	y.eachCell(func(_, _ int, c *predictedCell) {
		if len(c.seen) > maxSeen {
			t.Errorf("%d glyphs seen, want at most %d", len(c.seen), maxSeen)
		}
	})
	y.typeRead("a")
	for range maxCluster {
		y.typeRead("\u0301")
	}
	y.eachCell(func(_, _ int, c *predictedCell) {
		if len(c.glyph.text) > maxCluster {
			t.Errorf("character of %d bytes, want at most %d", len(c.glyph.text), maxCluster)
		}
	})
}

func FuzzPredictor(f *testing.F) {
	f.Add([]byte("ab\x7f\x1b[D漢\r\x1b[Ce\u0301"), uint8(3), uint8(2), uint8(1))
	f.Add([]byte("ab\x7f\x17\t\x16\x03漢\r\x12\x15\x04ab\x7f\x17\t\x16\x03漢\r\x12\x15\x04"), uint8(9), uint8(3), uint8(6))
	f.Add([]byte("\xff\x1b\x1b[1;5C\x1bOA"), uint8(2), uint8(1), uint8(9))
	f.Fuzz(func(t *testing.T, keys []byte, cols, rows, seed uint8) {
		p := New(Experimental, seed&1 != 0)
		host := vt.NewTerminal(int(cols), int(rows), vt.Options{})
		for i, b := range keys {
			if i%int(seed%7+1) == 0 {
				host.Write(keys[:i])
			}
			if seed&2 != 0 && i == len(keys)/2 {
				host.Resize(int(rows), int(cols))
			}
			screen := host.Snapshot()
			remote := state.Screen{Screen: screen, EchoAck: uint64(max(0, i-int(seed%5)))}
			if seed&4 != 0 {
				kinds := []state.Discipline{linuxLines(), raw(), linuxLines(), noEcho(), {}}
				remote.EchoState = state.EchoState{Discipline: kinds[i/7%len(kinds)], EchoedThrough: uint64(i), Alternate: i%11 == 0}
			}
			p.Predict(ms(i), uint64(i), []byte{b}, remote)
			p.Validate(ms(i), remote, 100*time.Millisecond)
			screen = p.Paint(ms(i), screen)
			if w, h := screen.Size(); screen.Cursor.X >= w || screen.Cursor.Y >= h {
				t.Fatalf("cursor %+v is outside the screen", screen.Cursor)
			}
		}
	})
}

// After an incorrect prediction, predictions are visible again after one round trip
// although the user types on.
func TestInFlightKeysAreRepredicted(t *testing.T) {
	y := confirmedTypist(t)
	y.typeRead("\r")
	y.typeKeys("cat")
	first := y.frame - 3
	y.host = y.host.Clone()
	y.host.DrawText(0, 1, "output", vt.Rendition{})
	y.host.DrawText(0, 2, "$ c", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 3, Y: 2}
	y.ack = first
	y.validate()
	y.wantRow("$ c|")
	y.host = y.host.Clone()
	y.host.DrawText(3, 2, "a", vt.Rendition{})
	y.host.Cursor.X = 4
	y.ack = first + 1
	y.validate()
	y.wantRow("$ cat|")
}

// A hidden prediction leaves the visible one in the same cell.
func TestTentativePredictionKeepsVisibleOne(t *testing.T) {
	y := confirmedTypist(t)
	y.hostShows("$ a|ld")
	y.typeRead("漢")
	y.wantRow("$ a漢|ld")
	y.typeRead("\x05")
	y.typeRead("z")
	y.wantRow("$ a漢|ld")
	y.typeRead("z")
	y.wantRow("$ a漢|ld")
	// The key moved the cursor to the end of the line.
	y.hostShows("$ a漢ldzz|")
	y.hostAcks()
	y.wantRow("$ a漢ldzz|")
}

func TestInFlightKeysAreBounded(t *testing.T) {
	y := confirmedTypist(t)
	for range maxInFlight {
		y.typeRead("a")
	}
	if len(y.inFlight) != maxInFlight {
		t.Errorf("%d keys in flight, want %d", len(y.inFlight), maxInFlight)
	}
	y.typeRead("a")
	if len(y.inFlight) != 0 {
		t.Errorf("%d keys in flight beyond the limit, want none", len(y.inFlight))
	}
}
