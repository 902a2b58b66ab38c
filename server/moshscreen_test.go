//go:build e2e && unix

package server

import (
	"bytes"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/vt"
	"gm/vt/recording"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// mosh's own client shows the output of real programs, frame by frame, as read through
// tmux. Zero width joiners (U+200D) are left out: tmux joins characters on both sides
// of one even if it comes in another frame.
func TestMoshClientShowsRecordings(t *testing.T) {
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Cols != 80 {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			term := vt.NewTerminal(r.Cols, r.Rows, vt.Options{})
			s := serveMosh(t, r.Cols, r.Rows)
			for i, f := range r.Frames(rest) {
				if f.Cols > 0 {
					term.Resize(f.Cols, f.Rows)
					s.outer.Resize(f.Cols, f.Rows)
				}
				term.Write(bytes.ReplaceAll(f.Output, []byte("\u200d"), nil))
				s.show(i, term.Snapshot())
			}
		})
	}
}

// moshViewer is mosh's client in a terminal, and the server's end of its
// connection.
type moshViewer struct {
	t     *testing.T
	conn  *net.UDPConn
	peer  *net.UDPAddr
	wire  *wire.Transport[state.Screen, state.User]
	outer *harness.Terminal
}

func serveMosh(t *testing.T, cols, rows int) *moshViewer {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	s := &moshViewer{t: t, conn: conn}
	s.wire, err = wire.New(wire.Config[state.Screen, state.User]{
		Key: key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4,
		Local: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows), Dialect: vt.Stock()},
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.outer = harness.NewTerminal(t, harness.TerminalOptions{Cols: cols, Rows: rows, Env: []string{
		"MOSH_KEY=" + key.String(), "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH"), "MOSH_PREDICTION_DISPLAY=never",
	}}, "mosh-client", "127.0.0.1", strconv.Itoa(conn.LocalAddr().(*net.UDPAddr).Port))
	for limit := time.Now().Add(patience); s.peer == nil; s.turn() {
		if time.Now().After(limit) {
			t.Fatal("mosh-client does not come")
		}
	}
	return s
}

// turn serves the network for a moment.
func (s *moshViewer) turn() {
	s.t.Helper()
	var buf [2048]byte
	s.conn.SetReadDeadline(time.Now().Add(3 * time.Millisecond))
	if n, from, err := s.conn.ReadFromUDP(buf[:]); err == nil {
		if r, _ := s.wire.Receive(time.Now(), buf[:n], datagram.Path{}, false); r.Newest {
			s.peer = from
		}
	}
	s.wire.Remote()
	err := s.wire.Tick(time.Now(), func(_ datagram.Path, d []byte) {
		if s.peer != nil {
			s.conn.WriteToUDP(d, s.peer)
		}
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// show sends a screen and waits until the client shows it: the text, how it
// looks, and the cursor.
func (s *moshViewer) show(frame int, screen *vt.Screen) {
	s.t.Helper()
	s.wire.SetLocal(time.Now(), state.Screen{Screen: screen, Dialect: vt.Stock()})
	var difference string
	for limit := time.Now().Add(patience); ; {
		for range 4 {
			s.turn()
		}
		if difference = s.difference(screen); difference == "" {
			return
		}
		if time.Now().After(limit) {
			s.t.Fatalf("frame %d: %s\nwant:\n%s\ngot:\n%s", frame, difference, shownBy(screen, vt.Stock()).Text(), s.outer.Screen())
		}
	}
}

func (s *moshViewer) difference(want *vt.Screen) string {
	cols, rows := want.Size()
	term := vt.NewTerminal(cols, rows, vt.Options{})
	for y, line := range s.outer.Styled() {
		term.Write([]byte("\x1b[" + strconv.Itoa(y+1) + "H" + line))
	}
	got := term.Snapshot()
	want = shownBy(want, vt.Stock())
	if got.Text() != want.Text() {
		return "text"
	}
	for y := range rows {
		for x := range cols {
			if c := want.Cell(x, y); !c.Blank() && !want.SameCell(x, y, got) {
				return "look of " + strconv.Itoa(x) + "," + strconv.Itoa(y)
			}
		}
	}
	if x, y := s.outer.Cursor(); !want.Cursor.PendingWrap && (x != want.Cursor.X || y != want.Cursor.Y) {
		return "cursor at " + strconv.Itoa(x) + "," + strconv.Itoa(y) + ", want " + strconv.Itoa(want.Cursor.X) + "," + strconv.Itoa(want.Cursor.Y)
	}
	return ""
}

// shownBy returns the part of a screen that a dialect can transmit.
func shownBy(s *vt.Screen, d vt.Dialect) *vt.Screen {
	blank := vt.NewScreen(s.Size())
	term := vt.Resume(blank)
	term.Write(vt.AppendDiff(nil, blank, s, d))
	shown := term.Snapshot()
	shown.Cursor = s.Cursor
	return shown
}

// TestMoshClientAlternateScreen leaves a program that draws on the alternate
// screen: the screen before it is back.
func TestMoshClientAlternateScreen(t *testing.T) {
	s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c",
		`printf 'before\nthe\nprogram\n'; read x; printf '\033[?1049h\033[2J\033[5;5H\033[44mfull screen\033[m'; read x; printf '\033[?1049l'; echo after; read x`)
	c := s.connectMosh(80, 24)
	c.see("before\nthe\nprogram")
	c.typeKeys("\r")
	c.see("full screen")
	if text := c.term.Snapshot().Text(); strings.Contains(text, "before") || strings.Contains(text, "program") {
		t.Errorf("on the alternate screen:\n%s", text)
	}
	c.typeKeys("\r")
	c.see("before\nthe\nprogram\n\nafter")
	if text := c.term.Snapshot().Text(); strings.Contains(text, "full screen") {
		t.Errorf("after the program:\n%s", text)
	}
	c.typeKeys("\r")
	c.end()
	s.gone()
}

// TestMoshClientLineDrawing draws boxes with the DEC special graphics of each of
// G0 to G3.
func TestMoshClientLineDrawing(t *testing.T) {
	s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c",
		`printf '\033(0lqwqk\033(B lqk\r\n\033)0\016x x x\017 x\r\n\033*0\033Nt\033Nq\033Nu\r\n\033+0\033om\033oq\033oj\017 done'; read x`)
	c := s.connectMosh(80, 24)
	c.see("┌─┬─┐ lqk\n│ │ │ x\n├─┤\n└─┘ done")
	c.typeKeys("\r")
	c.end()
	s.gone()
}
