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

// typist types at a Predictor. The host's screen is painted by the test.
type typist struct {
	*testing.T
	*Predictor
	host     *vt.Screen
	now      time.Time
	frame    uint64 // carries the next read
	ack      uint64
	interval time.Duration

	listening state.EchoState
}

func newTypist(t *testing.T, mode Mode) *typist {
	return &typist{
		T: t, Predictor: New(mode, false), host: vt.NewScreen(20, 4),
		now: ms(0), frame: 1, interval: 60 * time.Millisecond,
	}
}

// types takes a read of keys that is sent as a frame of its own.
func (y *typist) types(keys string) {
	y.Predict(y.now, y.frame, []byte(keys), y.remote())
	y.frame++
	y.look()
}

// keys types each byte as a read of its own.
func (y *typist) keys(keys string) {
	for i := range len(keys) {
		y.types(keys[i : i+1])
	}
}

// shows makes the host's cursor line show text with the cursor after it, or
// where a | stands in it.
func (y *typist) shows(text string) {
	y.host = y.host.Clone()
	before, after, _ := strings.Cut(text, "|")
	cols, _ := y.host.Size()
	y.host.Erase(0, y.host.Cursor.Y, cols, vt.Rendition{})
	y.host.Cursor.X = y.host.DrawText(0, y.host.Cursor.Y, before, vt.Rendition{})
	y.host.DrawText(y.host.Cursor.X, y.host.Cursor.Y, after, vt.Rendition{})
}

// acks says that the host's screen has the effects of all frames.
func (y *typist) acks() {
	y.ack = y.frame - 1
	y.look()
}

func (y *typist) look() { y.Validate(y.now, y.remote(), y.interval) }

func (y *typist) remote() state.Screen {
	return state.Screen{Screen: y.host, EchoAck: y.ack, EchoState: y.listening}
}

func (y *typist) after(d time.Duration) {
	y.now = y.now.Add(d)
	y.look()
}

// sees checks the cursor's line, with a | for the cursor.
func (y *typist) sees(want string) {
	y.Helper()
	if got := y.screen(); got != want {
		y.Errorf("seen %q, want %q", got, want)
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

// confirmed brings the typist to "$ a" with the epoch confirmed.
func confirmedTypist(t *testing.T) *typist {
	y := newTypist(t, Always)
	y.shows("$ ")
	y.types("a")
	y.shows("$ a")
	y.acks()
	return y
}

func TestPredictionIsTentativeAtFirst(t *testing.T) {
	y := newTypist(t, Always)
	y.shows("$ ")
	y.types("a")
	y.sees("$ |")
	y.types("b")
	y.shows("$ a")
	y.ack = 1
	y.look()
	y.sees("$ ab|")
	y.types("c")
	y.sees("$ abc|")
}

// What is confirmed tells how the rest of the word will look.
func TestPredictionAdaptsToTheEcho(t *testing.T) {
	y := confirmedTypist(t)
	y.interval = 30 * time.Millisecond
	y.types("b")
	y.types("c")
	y.host = y.host.Clone()
	red := vt.Rendition{Fg: vt.PaletteColor(1)}
	y.host.DrawText(3, 0, "b", red)
	y.host.Cursor.X = 4
	y.ack = 2
	y.look()
	s := y.Paint(y.now, y.host)
	if got := s.Rendition(s.Cell(4, 0)); got != red {
		t.Errorf("c is %+v, want %+v", got, red)
	}
}

func TestWrongShownPredictionDropsAll(t *testing.T) {
	y := confirmedTypist(t)
	y.types("b")
	y.types("c")
	y.sees("$ abc|")
	y.shows("$ aX")
	y.ack = 2
	y.look()
	y.sees("$ aX|")
	y.types("d")
	y.sees("$ aX|")
}

func TestWrongCursorDropsAll(t *testing.T) {
	y := confirmedTypist(t)
	y.types("\x1b[D")
	y.sees("$ |a")
	y.types("b")
	y.shows("|$ ba")
	y.ack = y.frame - 1
	y.look()
	y.sees("|$ ba")
	y.types("c")
	y.sees("|$ ba")
}

func TestWrongTentativePredictionDropsItsEpoch(t *testing.T) {
	y := confirmedTypist(t)
	y.types("b")
	y.types("\x01")
	y.types("x")
	y.shows("$ ab")
	y.host.Cursor.X = 2
	y.ack = 3
	y.look()
	y.shows("$ |xab")
	y.host.Cursor.X = 3
	y.acks()
	y.sees("$ x|ab")
	y.types("y")
	y.types("z")
	y.sees("$ x|ab")
	y.shows("$ xy|ab")
	y.ack = y.frame - 2
	y.look()
	y.sees("$ xyz|ab")
}

func TestNoCreditForWhatWasThere(t *testing.T) {
	y := newTypist(t, Always)
	y.overwrite = true
	y.shows("$ |aa")
	y.types("a")
	y.types("b")
	y.shows("$ a|a")
	y.ack = 1
	y.look()
	y.sees("$ a|a")
}

func TestNoCreditForBlanks(t *testing.T) {
	y := newTypist(t, Always)
	y.shows("$ ")
	y.types(" ")
	y.types("b")
	y.host.Cursor.X = 3
	y.ack = 1
	y.look()
	y.sees("$  |")
}

func TestPasteIsNotPredicted(t *testing.T) {
	y := confirmedTypist(t)
	y.types("b")
	y.types(strings.Repeat("c", pasteLength+1))
	y.sees("$ a|")
	y.types("d")
	y.sees("$ a|")

	y = confirmedTypist(t)
	y.shows("")
	y.types(strings.Repeat("c", pasteLength))
	if !y.pending() {
		t.Error("a read of 100 bytes is taken for a paste")
	}
}

func TestResizeDropsPredictions(t *testing.T) {
	y := confirmedTypist(t)
	y.types("b")
	y.host = y.host.Resized(30, 5)
	y.look()
	y.sees("$ a|")
	y.types("c")
	y.sees("$ a|")
}

func TestHiddenCursorIsTentative(t *testing.T) {
	y := confirmedTypist(t)
	y.host.Cursor.Hidden = true
	y.types("b")
	y.types("c")
	y.sees("$ a|")
}

func TestNeverPredicts(t *testing.T) {
	y := newTypist(t, Never)
	y.shows("$ ")
	y.types("a")
	y.shows("$ a")
	y.acks()
	y.types("b")
	y.sees("$ a|")
	if !y.Predictor.Deadline(y.now).IsZero() {
		t.Error("there is a deadline")
	}
}

func TestExperimentalShowsAtOnce(t *testing.T) {
	y := newTypist(t, Experimental)
	y.shows("$ ")
	y.types("a")
	y.types("\x01")
	y.types("b")
	y.sees("$ ab|")
}

func TestPredictionsAreBounded(t *testing.T) {
	y := confirmedTypist(t)
	for range 3 * maxCursors {
		y.types("\x1b[Da\x7f")
	}
	if len(y.cursors) > maxCursors {
		t.Errorf("%d cursors", len(y.cursors))
	}
	for range 3 * maxSeen {
		y.types("a\x7f")
	}
	y.eachCell(func(_, _ int, c *predictedCell) {
		if len(c.seen) > maxSeen {
			t.Errorf("%d contents before", len(c.seen))
		}
	})
	y.types("a")
	for range maxCluster {
		y.types("\u0301")
	}
	y.eachCell(func(_, _ int, c *predictedCell) {
		if len(c.glyph.text) > maxCluster {
			t.Errorf("a character of %d bytes", len(c.glyph.text))
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
				t.Fatalf("cursor %+v outside", screen.Cursor)
			}
		}
	})
}

// After a wrong guess the keys on their way are placed anew, so that a steady
// typist sees predictions again after one round trip.
func TestKeysOnTheirWayArePredictedAgain(t *testing.T) {
	y := confirmedTypist(t)
	y.types("\r")
	y.keys("cat")
	first := y.frame - 3
	y.host = y.host.Clone()
	y.host.DrawText(0, 1, "output", vt.Rendition{})
	y.host.DrawText(0, 2, "$ c", vt.Rendition{})
	y.host.Cursor = vt.Cursor{X: 3, Y: 2}
	y.ack = first
	y.look()
	y.sees("$ c|")
	y.host = y.host.Clone()
	y.host.DrawText(3, 2, "a", vt.Rendition{})
	y.host.Cursor.X = 4
	y.ack = first + 1
	y.look()
	y.sees("$ cat|")
}

// A tentative prediction does not take back what was shown before it.
func TestTentativePredictionHidesNothing(t *testing.T) {
	y := confirmedTypist(t)
	y.shows("$ a|ld")
	y.types("漢")
	y.sees("$ a漢|ld")
	y.types("\x05")
	y.types("z")
	y.sees("$ a漢|ld")
	y.types("z")
	y.sees("$ a漢|ld")
	// The end of line key moved the cursor: the guess after it was wrong.
	y.shows("$ a漢ldzz|")
	y.acks()
	y.sees("$ a漢ldzz|")
}

func TestFlyingKeysAreBounded(t *testing.T) {
	y := confirmedTypist(t)
	for range 3 * maxInFlight {
		y.types("a")
	}
	if len(y.inFlight) > maxInFlight {
		t.Errorf("%d keys are remembered", len(y.inFlight))
	}
}
