package client

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/client/display"
	"gm/vt"
)

// told returns the events in output to the terminal.
func told(output string) (events []string) {
	for _, m := range regexp.MustCompile(`\x1b\]((?:9|52|99|133|633|777|1337);[^\a]*)\a`).FindAllStringSubmatch(output, -1) {
		events = append(events, m[1])
	}
	return events
}

// TestEventsOnce: each event is written once and in order, also around a repaint, and
// none of a time in which the client was suspended.
func TestEventsOnce(t *testing.T) {
	program := vt.NewTerminal(20, 5, vt.Options{})
	d := display.New(vt.UserTerminal("xterm-256color", ""))
	step := func(output string, want ...string) {
		t.Helper()
		program.Write([]byte(output))
		if got := told(string(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))); !slices.Equal(got, want) {
			t.Errorf("after %q the terminal is told %q, want %q", output, got, want)
		}
	}
	d.Start(nil, 80, 24)
	step("text\x1b]9;before\a") // an older session's, at attaching
	step("more")
	step("\x1b]9;one\a\x1b]777;notify;two;x\a\x1b]52;c;YQ==\a", "52;c;YQ==", "9;one", "777;notify;two;x")
	step("more")
	d.Repaint()
	step("\x1b]9;three\a\x1b]52;p;Yg==\a", "52;p;Yg==", "9;three")
	program.Resize(30, 6)
	step("\x1b]777;notify;x;y\a", "777;notify;x;y")
	d.Stop(nil)
	program.Write([]byte("\x1b]9;while it was suspended\a"))
	d.Start(nil, 80, 24)
	step("")
	step("\x1b]9;four\a", "9;four")
}

// TestMarksAreInPlace: a mark is written with the cursor at its position, also after
// scrolling. Of the marks that have left the screen only exit statuses are written.
func TestMarksAreInPlace(t *testing.T) {
	for name, c := range map[string]struct {
		output string
		want   []string // row, column and mark
	}{
		"a prompt":           {"\r\n\x1b]133;A\a$ \x1b]133;B\a", []string{"1,0 133;A", "1,2 133;B"}},
		"a command":          {"$ ls\r\n\x1b]133;C\aa\r\nb\r\n\x1b]133;D;0\a\x1b]133;A\a$ \x1b]133;B\a", []string{"1,0 133;C", "3,0 133;D;0", "3,0 133;A", "3,2 133;B"}},
		"scrolled":           {"\x1b]133;C\a1\r\n2\r\n\x1b]633;A\a3\r\n4\r\n5\r\n6\r\n\x1b]133;D;3\a", []string{"0,0 633;A", "4,0 133;D;3"}},
		"an end that is out": {"\x1b]133;D;3\a\x1b]133;A\a1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n", []string{"any 133;D;3"}},
		"not at the start":   {"abc\x1b]133;A\a", []string{"0,0 133;A"}},
		"at the edge":        {"0123456789\x1b]133;B\ax", []string{"0,9 133;B"}},
		"beyond a half":      {"\x1b[1;9Hx\x1b]133;B\a\r\x1b#6", []string{"0,4 133;B"}},
		"the other screen":   {"\x1b]133;A\a\x1b[?1049hx\x1b]1337;SetMark\a", []string{"0,1 1337;SetMark"}},
	} {
		t.Run(name, func(t *testing.T) {
			program := vt.NewTerminal(10, 5, vt.Options{})
			user := vt.NewTerminal(10, 5, vt.Options{})
			d := display.New(vt.UserTerminal("xterm-256color", ""))
			user.Write(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))
			program.Write([]byte(c.output))
			output := string(d.Frame(nil, program.Snapshot(), display.ScrolledOff{}))
			var got []string
			for output != "" { // up to each mark
				m := regexp.MustCompile(`\x1b\](133|633|1337);[^\a]*\a`).FindStringIndex(output)
				if m == nil {
					break
				}
				user.Write([]byte(output[:m[0]]))
				cursor := user.Snapshot().Cursor
				mark := strings.Trim(output[m[0]:m[1]], "\x1b]\a")
				place := string(rune('0'+cursor.Y)) + "," + string(rune('0'+cursor.X))
				if name == "an end that is out" {
					place = "any"
				}
				got = append(got, place+" "+mark)
				output = output[m[0]:]
				n := strings.IndexByte(output, '\a') + 1
				user.Write([]byte(output[:n]))
				output = output[n:]
			}
			user.Write([]byte(output))
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if a, b := user.Snapshot(), program.Snapshot(); a.Text() != b.Text() || a.Cursor.X != b.Cursor.X || a.Cursor.Y != b.Cursor.Y {
				t.Errorf("the screen is\n%s\n%+v, want\n%s\n%+v", a.Text(), a.Cursor, b.Text(), b.Cursor)
			}
		})
	}
}

// TestRefusedClipboardIsShown: the bar reports a clipboard text over the limit, for
// briefMessageTime.
func TestRefusedClipboardIsShown(t *testing.T) {
	a := newAmbush(t)
	a.says(hoststring("text"))
	a.says(hostEvent("\x08\x05"))
	if bar := a.client.frame(a.now).RowText(0); !strings.Contains(bar, "Not copied") {
		t.Errorf("the bar is %q", bar)
	}
	deadline := a.client.deadline(a.now)
	if deadline.After(a.now.Add(briefMessageTime)) {
		t.Errorf("nothing is due before %v", deadline.Sub(a.now))
	}
	for limit := a.now.Add(briefMessageTime + time.Second); a.now.Before(limit); {
		a.pass()
	}
	if row := a.client.frame(a.now).RowText(0); row != "text" {
		t.Errorf("the first row is %q", row)
	}
	a.says(hostEvent("\x08\x05")) // known
	if row := a.client.frame(a.now).RowText(0); row != "text" {
		t.Errorf("told again: %q", row)
	}
	a.leave()
}

// TestRefusedClipboardWhileQuitting: the message does not replace that of the end.
func TestRefusedClipboardWhileQuitting(t *testing.T) {
	a := newAmbush(t)
	a.says(hoststring("text"))
	a.client.quit(a.now, "Exiting")
	a.says(hostEvent("\x08\x05"))
	if bar := a.client.frame(a.now).RowText(0); !strings.Contains(bar, "Exiting") {
		t.Errorf("the bar is %q", bar)
	}
}
