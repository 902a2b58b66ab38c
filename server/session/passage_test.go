package session

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/vt/passage"
	"gm/wire/state"
	"gm/wire/stream"
)

// tmuxMode is the discipline of a terminal in which tmux is in control mode.
var tmuxMode = state.Discipline{Modes: state.DisciplineKnown}

const controlBegins = "\x1bP1000p"

// program passes output to the session as the loop does, while that is possible, and returns
// what is left.
func (c *crowd) program(output string) (rest string) {
	for rest = output; rest != "" && !c.session.Blocked(); {
		n := min(len(rest), OutputStep)
		c.session.Output(c.now, []byte(rest[:n]))
		rest = rest[n:]
	}
	return rest
}

// passage returns the next passage that has come to a client.
func (c *crowd) passage(m *member) (*stream.Stream, passage.Target) {
	c.t.Helper()
	s := m.client.Streams().Accept()
	if s == nil {
		c.t.Fatal("no passage has come")
	}
	target, ok := passage.ParseTarget(s.Target)
	if !ok || s.Kind != passage.StreamKind {
		c.t.Fatalf("a stream of kind %d to %q", s.Kind, s.Target)
	}
	s.CloseWrite()
	return s, target
}

// read returns what has come of a stream.
func (c *crowd) read(s *stream.Stream) string {
	data, _, _ := s.Next()
	text := string(data)
	s.Consume(c.now, len(data))
	return text
}

// flood is output of a pane of n lines.
func flood(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%%output %%0 %d\\015\\012\r\n", i)
	}
	return b.String()
}

// TestControlModeArrivesWhole has a client that reads slowly: the program waits, nothing is
// lost, and the screens before and after are shown.
func TestControlModeArrivesWhole(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	body := flood(600_000) + "%exit\r\n"
	shown := alice.attachment.wire.Sent()
	rest := c.program("before" + controlBegins + body + "\x1b\\ after")
	c.run(time.Second)
	s, target := c.passage(alice)
	if _, num := alice.client.Remote(); num < target.State || target.State != shown+1 || alice.text() != "before" {
		t.Errorf("state %d of %d shows %q", num, target.State, alice.text())
	}
	if rest == "" {
		t.Fatal("the program is not held back")
	}
	if buffered := len(body) - len(rest); buffered > 12<<20 {
		t.Errorf("%d bytes are buffered", buffered)
	}
	var got strings.Builder
	for turns := 0; got.Len() < len(body) && turns < 100_000; turns++ {
		got.WriteString(c.read(s))
		rest = c.program(rest)
		c.run(10 * time.Millisecond)
	}
	c.run(time.Second)
	if _, ended, err := s.Next(); got.String() != body || !ended || err != nil {
		t.Errorf("%d bytes have come, ended %v, %v, want %d", got.Len(), ended, err, len(body))
	}
	if rest != "" || alice.text() != "before after" || len(c.session.passages.list) != 0 {
		t.Errorf("%d bytes are left, the screen is %q, %d passages are left", len(rest), alice.text(), len(c.session.passages.list))
	}
}

// TestControlModeSurvivesAnOutage cuts the network for an hour.
func TestControlModeSurvivesAnOutage(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	body := flood(300_000)
	rest := c.program(controlBegins + body[:1000])
	c.run(time.Second)
	s, _ := c.passage(alice)
	var got strings.Builder
	got.WriteString(c.read(s))
	alice.cut = true
	rest = c.program(rest + body[1000:])
	c.run(time.Hour)
	if rest = c.program(rest); rest == "" {
		t.Fatal("the program is not held back")
	}
	alice.cut = false
	for turns := 0; got.Len() < len(body) && turns < 100_000; turns++ {
		c.run(10 * time.Millisecond)
		got.WriteString(c.read(s))
		rest = c.program(rest)
	}
	if got.String() != body {
		t.Errorf("%d bytes have come, want %d", got.Len(), len(body))
	}
}

// TestControlModeWithoutItsClient detaches tmux when the one client that can show its control
// mode has left, unless the terminal is not tmux's.
func TestControlModeWithoutItsClient(t *testing.T) {
	for _, test := range []struct {
		name string
		tty  state.Discipline
		want string
	}{
		{"tmux", tmuxMode, "\n"},
		{"a line is typed", state.Discipline{Modes: state.DisciplineKnown | state.Canonical | state.Echo}, ""},
		{"a password is typed", state.Discipline{Modes: state.DisciplineKnown | state.Canonical}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{})
			c.host.tty, c.host.echo = test.tty, false
			c.output("before" + controlBegins + flood(10))
			alice.detach(c.now)
			c.run(time.Minute)
			if got := string(c.host.typed); got != test.want {
				t.Errorf("typed %q, want %q", got, test.want)
			}
			if rest := c.program(flood(1_000_000)); rest != "" {
				t.Errorf("the program is held back by nobody")
			}
			c.output("%exit\r\n\x1b\\ after")
			bob := c.joinAs(1, gmClient(Share, "bob"))
			c.run(time.Second)
			if bob.text() != "before after" || bob.client.Streams().Accept() != nil {
				t.Errorf("the screen is %q", bob.text())
			}
		})
	}
}

// TestControlModeThatIsRefused has a client that resets the stream.
func TestControlModeThatIsRefused(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.host.tty, c.host.echo = tmuxMode, false
	c.output(controlBegins + flood(10))
	s, _ := c.passage(alice)
	s.Reset(3, "unknown kind")
	c.run(time.Second)
	if string(c.host.typed) != "\n" || len(c.session.passages.list) != 0 {
		t.Errorf("typed %q, %d passages are left", c.host.typed, len(c.session.passages.list))
	}
	c.output(flood(10) + "%exit\r\n\x1b\\shell")
	if alice.text() != "shell" {
		t.Errorf("the screen is %q", alice.text())
	}
}

// TestKeysOfOthersInControlMode drops the keys of other clients, which tmux would take for
// commands, until the one whose terminal is in control mode is silent.
func TestKeysOfOthersInControlMode(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.host.tty, c.host.echo = tmuxMode, false
	bob := c.joinAs(1, gmClient(Share, "bob"))
	c.run(time.Second)
	c.output(controlBegins + flood(10))
	bob.typeKeys(c.now, "kill-server\n")
	alice.typeKeys(c.now, "list-windows\n")
	c.run(time.Second)
	if got := string(c.host.typed); got != "list-windows\n" {
		t.Errorf("typed %q", got)
	}
	alice.cut = true
	c.run(time.Minute)
	c.host.typed = nil
	bob.typeKeys(c.now, "x")
	c.run(time.Second)
	c.output("%exit\r\n\x1b\\$ ")
	bob.typeKeys(c.now, "ls")
	c.run(time.Second)
	if got := string(c.host.typed); got != "\nls" || bob.text() != "$ " && bob.text() != "$" {
		t.Errorf("typed %q, the screen is %q", got, bob.text())
	}
	alice.cut = false
	c.run(time.Minute)
	if alice.text() != bob.text() {
		t.Errorf("alice's screen is %q", alice.text())
	}
}

// TestControlModeOfAStockClient is not shown, and does not hold the program back.
func TestControlModeOfAStockClient(t *testing.T) {
	c := newCrowd(t, 1, Timeouts{})
	if rest := c.program("a" + controlBegins + flood(1_000_000) + "%exit\r\n\x1b\\b"); rest != "" {
		t.Error("the program is held back")
	}
	c.run(time.Second)
	c.wantScreens("ab")
	if len(c.host.typed) > 0 {
		t.Errorf("typed %q", c.host.typed)
	}
}

// TestEndAfterControlMode ends the program while its output is on its way: the session ends
// when all has arrived.
func TestEndAfterControlMode(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	body := flood(200_000) + "%exit\r\n"
	rest := c.program(controlBegins + body + "\x1b\\")
	c.session.Exited(c.now, 7)
	c.run(100 * time.Millisecond)
	s, _ := c.passage(alice)
	got := ""
	for turns := 0; !c.session.Finished() && turns < 100_000; turns++ {
		if turns%10 == 9 { // the others let it wait
			got += c.read(s)
		}
		if before := rest; before != "" {
			if rest = c.program(rest); rest == "" {
				c.session.OutputEnded(c.now)
			}
		}
		c.run(10 * time.Millisecond)
	}
	if got += c.read(s); got != body || alice.screen().ExitStatus.Status != 7 {
		t.Errorf("%d bytes have come, want %d; status %v %q", len(got), len(body), alice.screen().ExitStatus, c.host.logged)
	}
}

// osc52 is a text of n bytes for the clipboard.
func osc52(selection string, n int) string {
	return "\x1b]52;" + selection + ";" + strings.Repeat("YWJj", n/4) + "\a"
}

// receive waits for the next passage and reads it to its end.
func (c *crowd) receive(m *member) (target passage.Target, text string) {
	c.t.Helper()
	var s *stream.Stream
	for turns := 0; s == nil && turns < 1000; turns++ {
		c.run(10 * time.Millisecond)
		s = m.client.Streams().Accept()
	}
	if s == nil {
		c.t.Fatal("no passage has come")
	}
	target, _ = passage.ParseTarget(s.Target)
	s.CloseWrite()
	var b strings.Builder
	for range 10_000 {
		data, ended, err := s.Next()
		b.Write(data)
		if s.Consume(c.now, len(data)); ended || err != nil {
			break
		}
		c.run(5 * time.Millisecond)
	}
	return target, b.String()
}

// TestTransfers has texts for the clipboard that are longer than a screen, and files. They
// arrive in order, and the screen does not wait for them.
func TestTransfers(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	rest := c.program("a" + osc52("c", 5<<20) + "b\x1b]1337;File=name=YQ==:YWJj\x1b\\" + osc52("p", 2<<20) + "c" + osc52("s", 400))
	if rest != "" {
		t.Fatal("the program is held back")
	}
	if list := c.session.passages.list; len(list) != 3 || list[0].stream == nil || list[1].stream != nil || list[2].stream != nil {
		t.Errorf("%d passages wait, or not for those before them", len(list))
	}
	c.run(time.Second)
	if alice.text() != "abc" || len(alice.screen().Screen.Clipboards) != 1 {
		t.Errorf("the screen is %q with %d texts", alice.text(), len(alice.screen().Screen.Clipboards))
	}
	for _, want := range []struct {
		target passage.Target
		length int
	}{{passage.Target{Kind: passage.Clipboard, Selection: "c"}, 5 << 20}, {passage.Target{Kind: passage.File}, len("File=name=YQ==:YWJj")}, {passage.Target{Kind: passage.Clipboard, Selection: "p"}, 2 << 20}} {
		if target, text := c.receive(alice); target != want.target || len(text) != want.length || strings.Trim(text, "YWJjFile=nam:Q") != "" {
			t.Errorf("%v with %d bytes, want %v with %d", target, len(text), want.target, want.length)
		}
	}
}

// TestTransfersAreBounded has more than the session holds: the program waits.
func TestTransfersAreBounded(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	alice.cut = true
	part := "\x1b]1337;FilePart=" + strings.Repeat("YWJj", 1<<20) + "\x1b\\"
	rest := c.program("\x1b]1337;MultipartFile=name=YQ==\a" + strings.Repeat(part, 20) + "\x1b]1337;FileEnd\a")
	if got := 20*len(part) - len(rest); rest == "" || got > maxUnsent+2*len(part) {
		t.Fatalf("%d bytes wait", got)
	}
	alice.cut = false
	var s *stream.Stream
	var got strings.Builder
	for turns := 0; turns < 100_000; turns++ {
		c.run(10 * time.Millisecond)
		if s == nil {
			if s = alice.client.Streams().Accept(); s == nil {
				continue
			}
		}
		_, ended, _ := s.Next()
		if got.WriteString(c.read(s)); ended {
			break
		}
		rest = c.program(rest)
	}
	parts := strings.Split(got.String(), "\n")
	if len(parts) != 22 || parts[0] != "MultipartFile=name=YQ==" || len(parts[20]) != len(part)-len("\x1b]1337;\x1b\\") || parts[21] != "FileEnd" || rest != "" {
		t.Errorf("%d parts have come, %d bytes are left", len(parts), len(rest))
	}
}

// TestManyPassages has more of the smallest ones than the session holds, and files of many
// parts, which are one passage.
func TestManyPassages(t *testing.T) {
	for name, text := range map[string]string{
		"control modes": strings.Repeat(controlBegins+"%exit\n", 10_000),
		"files":         strings.Repeat("\x1b]1337;File=:YWJj\a", 100_000),
		"parts":         "\x1b]1337;MultipartFile=\a" + strings.Repeat("\x1b]1337;FilePart=YWJj\a", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{})
			alice.cut = true
			rest := c.program(text)
			if n := len(c.session.passages.list); n > maxPassages+OutputStep || name != "control modes" && (n != 1 || rest != "") {
				t.Errorf("%d passages wait, and %d bytes of output", n, len(rest))
			}
		})
	}
}

// TestFileWithoutEnd is followed by something else.
func TestFileWithoutEnd(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.program("\x1b]1337;MultipartFile=\a\x1b]1337;FilePart=YWJj\a")
	c.run(time.Second)
	c.program(osc52("c", 2<<20))
	if _, text := c.receive(alice); text != "MultipartFile=\nFilePart=YWJj" {
		t.Errorf("the file is %q", text)
	}
	if target, text := c.receive(alice); target.Kind != passage.Clipboard || len(text) != 2<<20 {
		t.Errorf("%v with %d bytes follows", target, len(text))
	}
}

// TestLongClipboardIsReplaced by a later text for the same selection.
func TestLongClipboardIsReplaced(t *testing.T) {
	for name, later := range map[string]string{"long": osc52("c", 2<<20), "short": osc52("c", 4), "cleared": "\x1b]52;c;!\a"} {
		t.Run(name, func(t *testing.T) {
			c, alice := newTeam(t, Timeouts{})
			alice.cut = true
			c.program(osc52("c", 20<<20) + osc52("p", 2<<20))
			c.program(later)
			alice.cut = false
			var got []string
			for range map[bool]int{true: 2, false: 1}[name == "long"] {
				target, text := c.receive(alice)
				got = append(got, fmt.Sprint(target.Selection, len(text)))
			}
			c.run(time.Second)
			want := []string{fmt.Sprint("p", 2<<20)}
			if name == "long" {
				want = append(want, fmt.Sprint("c", 2<<20))
			}
			for alice.client.Streams().Accept() != nil {
				got = append(got, "more")
			}
			if !slices.Equal(got, want) && !slices.Equal(got, append([]string{"c0"}, want...)) {
				t.Errorf("%q have come, want %q", got, want)
			}
		})
	}
}

// TestLongClipboardWithoutStreams is refused, as it always was.
func TestLongClipboardWithoutStreams(t *testing.T) {
	c := newCrowd(t, 0, Timeouts{})
	cfg := gmClient(TakeOver, "old")
	cfg.Extensions &^= state.ExtStreams
	old := c.joinAs(0, cfg)
	c.run(time.Second)
	c.output("a" + osc52("c", 2<<20) + "\x1b]1337;File=:YWJj\ab")
	if n := c.session.term.EventCount(); old.text() != "ab" || n != 1 {
		t.Errorf("the screen is %q with %d events", old.text(), n)
	}
}

// TestEndlessStrings never end, or are longer than any transfer.
func TestEndlessStrings(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	for _, head := range []string{"52;c;", "1337;File=name=YQ==:", "1337;FilePart=", "1337;MultipartFile="} {
		c.program("\x1b]" + head + strings.Repeat("YWJj", passage.MaxTransfer/4) + "\x1b\\")
		c.program("\x1b]" + head + strings.Repeat("YWJj", 1<<20))
		c.program("\x18")
	}
	c.output("shown")
	if n := c.session.term.EventCount(); alice.text() != "shown" || n != 1 || alice.client.Streams().Accept() != nil {
		t.Errorf("the screen is %q with %d events", alice.text(), n)
	}
}

// TestEndAfterTransfer ends the program at once: what it has copied arrives.
func TestEndAfterTransfer(t *testing.T) {
	c, alice := newTeam(t, Timeouts{})
	c.program(osc52("c", 5<<20))
	c.session.OutputEnded(c.now)
	c.session.Exited(c.now, 0)
	if _, text := c.receive(alice); len(text) != 5<<20 {
		t.Errorf("%d bytes have come", len(text))
	}
	c.run(10 * time.Second)
	if !alice.client.Closed() {
		t.Error("the session has not ended")
	}
}
