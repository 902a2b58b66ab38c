package client

import (
	"testing"
	"time"

	"gm/client/display"
	"gm/internal/deadline"
	"gm/vt"
)

var epochZero = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)

// colored is the rendition of the bar on a terminal of 256 colours.
var colored = (&settings{term: "xterm-256color"}).barRendition()

func ms(n int) time.Time { return epochZero.Add(time.Duration(n) * time.Millisecond) }

func TestNotificationText(t *testing.T) {
	never := contact{}
	const unreachable = "network is unreachable"
	tests := []struct {
		name    string
		at      int
		bar     notificationBar
		contact contact
		want    string
	}{
		{"before connectingAfter", 249, notificationBar{}, never, ""},
		{"connecting", 250, notificationBar{}, never, "Nothing received from server on UDP port 60001. [quit]"},
		{"blocked", 3000, notificationBar{}, never, "Nothing received from server on UDP port 60001. Does a firewall block it? [quit]"},
		{"blocked for long", 7000, notificationBar{}, never, "Nothing received from server on UDP port 60001. Does a firewall block it? (7 s without contact.) [quit]"},
		{"no network at first", 499, notificationBar{sendError: unreachable, failingSince: ms(0)}, never, "Nothing received from server on UDP port 60001. [quit]"},
		{"no network from the start", 500, notificationBar{sendError: unreachable, failingSince: ms(0)}, never, "Cannot send to UDP port 60001: network is unreachable. [quit]"},
		{"in touch", 5000, notificationBar{}, contact{heard: ms(4000), answered: ms(3000)}, ""},
		{"silent for just less", 10500, notificationBar{}, contact{heard: ms(4000), answered: ms(4000)}, ""},
		{"silent", 10501, notificationBar{}, contact{heard: ms(4000), answered: ms(4000)}, "Last contact 6 seconds ago. [quit]"},
		{"silent for minutes", 129000, notificationBar{}, contact{heard: ms(4000), answered: ms(4000)}, "Last contact 2:05 ago. [quit]"},
		{"silent for hours", 3729000, notificationBar{}, contact{heard: ms(4000), answered: ms(4000)}, "Last contact 1:02:05 ago. [quit]"},
		{"unanswered for just less", 14000, notificationBar{}, contact{heard: ms(13000), answered: ms(4000)}, ""},
		{"unanswered", 14001, notificationBar{}, contact{heard: ms(13000), answered: ms(4000)}, "Last reply 10 seconds ago. The server does not hear us. [quit]"},
		{"unanswered though heard", 14001, notificationBar{}, contact{heard: ms(13000), answered: ms(4000), hears: ms(12000)}, "Last reply 10 seconds ago. Long packets get lost. [quit]"},
		{"heard long ago", 24001, notificationBar{}, contact{heard: ms(23000), answered: ms(4000), hears: ms(12000)}, "Last reply 20 seconds ago. The server does not hear us. [quit]"},
		{"silent and unanswered", 20000, notificationBar{}, contact{heard: ms(4000), answered: ms(2000)}, "Last contact 16 seconds ago. [quit]"},
		{"after a silence", 60000, notificationBar{silenceEnded: ms(59000)}, contact{heard: ms(59000), answered: ms(4000)}, ""},
		{"unanswered after a silence", 69001, notificationBar{silenceEnded: ms(59000)}, contact{heard: ms(69000), answered: ms(4000)}, "Last reply 1:05 ago. The server does not hear us. [quit]"},
		{"no network for less than failingAfter", 5499, notificationBar{sendError: unreachable, failingSince: ms(5000)}, contact{heard: ms(4900), answered: ms(4900)}, ""},
		{"no network", 5500, notificationBar{sendError: unreachable, failingSince: ms(5000)}, contact{heard: ms(4900), answered: ms(4900)}, "Cannot send: network is unreachable. [quit]"},
		{"no network, but contact", 5500, notificationBar{sendError: unreachable, failingSince: ms(5000)}, contact{heard: ms(5400), answered: ms(4900)}, ""},
		{"no network for long", 12000, notificationBar{sendError: unreachable, failingSince: ms(5000)}, contact{heard: ms(4900), answered: ms(4900)}, "Last contact 7 seconds ago: network is unreachable. [quit]"},
		{"forbidden", 22000, notificationBar{sendError: "not permitted", failingSince: ms(5000)}, contact{heard: ms(21000), answered: ms(4000)}, "Last reply 18 seconds ago: not permitted. [quit]"},
		{"a message", 5000, notificationBar{message: "Bye."}, contact{heard: ms(4000), answered: ms(3000)}, "Bye. [quit]"},
		{"a message in silence", 12000, notificationBar{message: "Bye."}, contact{heard: ms(4000), answered: ms(3000)}, "Bye. (8 s without contact.) [quit]"},
		{"a message unanswered", 16000, notificationBar{message: "Bye."}, contact{heard: ms(15000), answered: ms(4000)}, "Bye. (12 s without reply.) [quit]"},
		{"help", 5000, notificationBar{message: "Keys.", showsQuit: true}, contact{heard: ms(4000), answered: ms(3000)}, "Keys."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := test.bar
			n.port, n.quitHint, n.started = 60001, "[quit]", ms(0)
			want := test.want
			if want != "" {
				want = "gm: " + want
			}
			if got := n.text(ms(test.at), test.contact, 200); got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

// Parts that do not fit as a whole are left out.
func TestNotificationPartsFit(t *testing.T) {
	n := notificationBar{port: 60001, quitHint: defaultEscapeKey().quitHint(), started: ms(0)}
	first := "gm: Nothing received from server on UDP port 60001."
	for cols, want := range map[int]string{
		130: first + " Does a firewall block it? (9 s without contact.) [To quit: Ctrl-^ .]",
		110: first + " Does a firewall block it? (9 s without contact.)",
		98:  first + " Does a firewall block it? [To quit: Ctrl-^ .]",
		80:  first + " Does a firewall block it?",
		75:  first + " (9 s without contact.)",
		51:  first,
		10:  first,
	} {
		if got := n.text(ms(9000), contact{}, cols); got != want {
			t.Errorf("in %d columns: %q, want %q", cols, got, want)
		}
	}
	unanswered := contact{heard: ms(90_000), answered: ms(40_500)}
	if got := n.text(ms(90_000), unanswered, 80); got != "gm: Last reply 49 seconds ago. The server does not hear us. [To quit: Ctrl-^ .]" {
		t.Errorf("in 80 columns: %q", got)
	}
}

// The duration counts from the first error; a datagram that is sent ends it.
func TestNotificationOfSendErrors(t *testing.T) {
	n := notificationBar{started: ms(0)}
	in := func(at int) string { return n.text(ms(at), contact{heard: ms(900), answered: ms(900)}, 80) }
	n.recordSend(ms(1000), "gone")
	n.recordSend(ms(1400), "gone for good")
	if got := in(1500); got != "gm: Cannot send: gone for good." {
		t.Errorf("while sending fails: %q", got)
	}
	n.recordSend(ms(1600), "")
	if got := in(3000); got != "" {
		t.Errorf("after a datagram was sent: %q", got)
	}
	n.recordSend(ms(4000), "gone")
	if got := in(4499); got != "" {
		t.Errorf("before failingAfter: %q", got)
	}
	if at := n.deadline(ms(4000), contact{heard: ms(900), answered: ms(900)}); at != ms(4500) {
		t.Errorf("deadline at %v, want 4.5 s", at.Sub(ms(0)))
	}
}

// The text changes at the deadlines only.
func TestNotificationDeadline(t *testing.T) {
	for _, c := range []contact{{}, {heard: ms(100)}, {heard: ms(100), answered: ms(50)}, {heard: ms(9000), answered: ms(50)}} {
		n := notificationBar{port: 60001, started: ms(0), sendError: "gone", failingSince: ms(9100)}
		changes := 0
		for now := ms(9000); now.Before(ms(20000)); {
			next := n.deadline(now, c)
			if !next.After(now) {
				t.Fatalf("%+v: deadline %v is not after %v", c, next.Sub(ms(0)), now.Sub(ms(0)))
			}
			if before := n.text(deadline.Latest(now, next.Add(-2*time.Millisecond)), c, 200); before != n.text(now, c, 200) {
				t.Errorf("%+v: before the deadline %v: %q", c, next.Sub(ms(0)), before)
			}
			if n.text(next, c, 200) != n.text(now, c, 200) {
				changes++
			}
			now = next
		}
		if changes < 4 {
			t.Errorf("%+v: %d changes in 11 s", c, changes)
		}
	}
}

func TestNotificationPaint(t *testing.T) {
	for cols, want := range map[int]string{20: "gm: 漢字漢字漢字漢字", 21: "gm: 漢字漢字漢字漢字", 3: "gm:", 5: "gm:"} {
		s := vt.NewScreen(cols, 3)
		s.DrawText(0, 0, "漢漢漢漢漢漢漢漢漢漢", vt.Rendition{})
		s.DrawText(0, 1, "below", vt.Rendition{})
		before := s.RowText(0)
		n := notificationBar{started: ms(0), message: "漢字漢字漢字漢字漢字漢字"}
		over := s.Clone()
		n.paint(ms(0), contact{heard: ms(0), answered: ms(0)}, over, colored)
		if got := over.RowText(0); got != want {
			t.Errorf("%d columns: %q, want %q", cols, got, want)
		}
		if over.RowText(1) != s.RowText(1) {
			t.Errorf("%d columns: the row below is %q", cols, over.RowText(1))
		}
		for x := range cols {
			if r := over.Rendition(over.Cell(x, 0)); r != colored {
				t.Errorf("column %d of %d: rendition %+v, want %+v", x, cols, r, colored)
			}
		}
		if !over.Cursor.Hidden {
			t.Error("the cursor is visible in the bar")
		}
		if got := s.RowText(0); got != before || s.Cursor.Hidden {
			t.Errorf("the original screen has changed: %q", got)
		}
	}
}

// The rows of the bar and the panel become single width.
func TestNotificationOverDoubleWidthRows(t *testing.T) {
	s := vt.NewScreen(40, 3)
	for y := range 3 {
		s.SetLineAttribute(y, vt.DoubleWidth)
	}
	n := notificationBar{started: ms(0), message: "a message"}
	n.paint(ms(0), contact{heard: ms(0), answered: ms(0)}, s, colored)
	(&panel{open: true, lines: []string{"a line"}}).paint(s, colored)
	if s.LineAttribute(0) != vt.SingleWidth || s.LineAttribute(1) != vt.SingleWidth || s.LineAttribute(2) != vt.DoubleWidth {
		t.Errorf("line attributes %v, %v, %v", s.LineAttribute(0), s.LineAttribute(1), s.LineAttribute(2))
	}
}

// After the bar, the user's terminal shows the row under it again, with its wide
// characters.
func TestNotificationLeavesNoTrace(t *testing.T) {
	for cols := 10; cols < 14; cols++ {
		user := vt.NewTerminal(cols, 3, vt.Options{})
		program := vt.NewTerminal(cols, 3, vt.Options{})
		program.Write([]byte("\x1b[31ma漢\x1b[44m字e\u0301漢字👍🏽\x1b[m漢字\r\nsecond\x1b[H"))
		dialect := vt.UserTerminal("xterm-256color", "")
		dialect.KeyModes = true
		d := display.New(dialect)
		screen := program.Snapshot()
		user.Write(d.Frame(nil, screen, display.ScrolledOff{}))
		want := user.Snapshot().Text()
		n := notificationBar{started: ms(0), message: "漢字漢字漢字漢字漢字漢字"}
		over := screen.Clone()
		n.paint(ms(0), contact{heard: ms(0), answered: ms(0)}, over, colored)
		user.Write(d.Frame(nil, over, display.ScrolledOff{}))
		if user.Snapshot().RowText(0) == screen.RowText(0) {
			t.Errorf("%d columns: no bar", cols)
		}
		user.Write(d.Frame(nil, screen, display.ScrolledOff{}))
		if got := user.Snapshot(); got.Text() != want || !got.Equal(screen) {
			t.Errorf("%d columns: after the bar %q, want %q", cols, got.Text(), want)
		}
	}
}

func TestBriefMessageExpires(t *testing.T) {
	n := notificationBar{started: ms(0)}
	n.setBriefMessage(ms(0), "remark")
	now := ms(0).Add(briefMessageTime - time.Millisecond)
	n.expire(now)
	c := contact{heard: now, answered: now, hears: now}
	if due := n.deadline(now, c); !due.Equal(ms(0).Add(briefMessageTime)) || n.message != "remark" {
		t.Errorf("before its time: message %q, deadline after %v", n.message, due.Sub(ms(0)))
	}
	n.expire(ms(0).Add(briefMessageTime))
	if n.message != "" || !n.until.IsZero() {
		t.Errorf("after its time: message %q", n.message)
	}
}

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", time.Second - 1: "0 s", 59 * time.Second: "59 s",
		time.Minute - 1: "59 s", time.Minute: "1:00", time.Minute + time.Second: "1:01", 10 * time.Minute: "10:00",
		time.Hour - time.Second: "59:59", time.Hour: "1:00:00", time.Hour + 61*time.Second: "1:01:01", 100 * time.Hour: "100:00:00",
	} {
		if got := elapsed(d, "s"); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

// A part is shown if the text with it is as wide as the window.
func TestNotificationPartsFitExactly(t *testing.T) {
	n := notificationBar{port: 60001, started: ms(0)}
	const first, second = "gm: Nothing received from server on UDP port 60001.", " Does a firewall block it?"
	for cols, want := range map[int]string{len(first + second): first + second, len(first+second) - 1: first} {
		if got := n.text(ms(5000), contact{}, cols); got != want {
			t.Errorf("in %d columns: %q, want %q", cols, got, want)
		}
	}
}

// Each threshold is exceeded only after its time.
func TestNotificationThresholds(t *testing.T) {
	after := func(d time.Duration) time.Time { return ms(0).Add(d) }
	n := notificationBar{port: 60001, started: ms(0)}
	at, later := len(n.connecting(after(silentAfter))), len(n.connecting(after(silentAfter+1)))
	if at != 2 || later != 3 {
		t.Errorf("without any datagram: %d parts after silentAfter and %d later, want 2 and 3", at, later)
	}
	for d, want := range map[time.Duration]time.Time{silentAfter: {}, silentAfter + 1: after(silentAfter + 1)} {
		n := notificationBar{started: ms(0)}
		if n.recordContact(after(d), contact{}); !n.silenceEnded.Equal(want) {
			t.Errorf("a silence of %v: ended at %v", d, n.silenceEnded)
		}
	}
	for d, want := range map[time.Duration]string{unansweredAfter: "Long packets get lost.", unansweredAfter + 1: "The server does not hear us."} {
		if got := noReply(after(d), contact{hears: ms(0)}); got != want {
			t.Errorf("%v after the server received a datagram: %q, want %q", d, got, want)
		}
	}
}

func TestNotificationHidesCursorInItsRowOnly(t *testing.T) {
	for y, want := range []bool{true, false} {
		s := vt.NewScreen(20, 2)
		s.Cursor.Y = y
		n := notificationBar{started: ms(0), message: "a message"}
		if n.paint(ms(0), contact{heard: ms(0), answered: ms(0)}, s, colored); s.Cursor.Hidden != want {
			t.Errorf("cursor in row %d: hidden %v, want %v", y, s.Cursor.Hidden, want)
		}
	}
}
