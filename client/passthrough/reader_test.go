package passthrough

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gm/vt/passage"
	"gm/wire/stream"
)

var now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// rig is a Reader whose server is the test.
type rig struct {
	*testing.T
	Reader
	client, server *stream.Conn
	now            time.Time
}

func newRig(t *testing.T) *rig {
	return &rig{T: t, client: stream.New(now, stream.Config{Client: true}), server: stream.New(now, stream.Config{}), now: now}
}

// open begins a passage.
func (r *rig) open(kind uint64, target string) *stream.Stream {
	s := r.server.Open(kind, []byte(target))
	r.settle()
	return s
}

// settle lets both ends exchange all that is due within a second.
func (r *rig) settle() {
	r.Helper()
	for range 100 {
		for busy := true; busy; {
			busy = r.move(r.server, r.client)
			busy = r.move(r.client, r.server) || busy
		}
		r.now = r.now.Add(10 * time.Millisecond)
	}
}

func (r *rig) move(from, to *stream.Conn) bool {
	r.Helper()
	packet, ok := from.Append(r.now, nil)
	if ok {
		if err := to.Receive(r.now, packet); err != nil {
			r.Fatal(err)
		}
	}
	return ok
}

// output returns what is written to the terminal until nothing is ready.
func (r *rig) output() string {
	r.Helper()
	var out []byte
	for n := 0; n == 0 || r.Ready() && r.Active(); n++ {
		part, _ := r.Append(nil, r.now)
		out = append(out, part...)
	}
	r.settle()
	return string(out)
}

func (r *rig) begin(text string, end bool) *stream.Stream {
	r.Helper()
	return r.beginAs("control\x003", text, end)
}

// beginAs begins a passage with a target.
func (r *rig) beginAs(target, text string, end bool) *stream.Stream {
	r.Helper()
	s := r.open(passage.StreamKind, target)
	if ok := r.Accept(r.client.Accept()); !ok {
		r.Fatal("the passage is refused")
	}
	if n, err := s.Write([]byte(text)); n < len(text) || err != nil {
		r.Fatalf("%d bytes are written, %v", n, err)
	}
	if end {
		s.CloseWrite()
	}
	r.settle()
	return s
}

const notification = "%output %0 \\033[mö\r\n"

func TestPassageInTheTerminal(t *testing.T) {
	for _, test := range []struct {
		name, sent, want string
		end              bool
	}{
		{"tmux ends it", notification + "%exit\r\n", notification + "%exit\r\n\x1b\\", true},
		{"the server ends it", notification, notification + "\r\n%exit\r\n\x1b\\", true},
		{"nothing", "", "\r\n%exit\r\n\x1b\\", true},
		{"before its end", notification + "%exit\r\n", notification + "%exit\r\n\x1b\\", false},
		{"another program", notification + "\x1b]52;c;eA==\a", notification + "\r\n%exit\r\n\x1b\\", false},
		{"after exit", "%exit\r\n\x1b]52;c;eA==\a", "%exit\r\n\x1b\\", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			r.ITerm2 = true
			r.begin(test.sent, test.end)
			if r.Due(2) || !r.Due(3) || r.Active() {
				t.Errorf("due before its screen %v, after it %v, active %v", r.Due(2), r.Due(3), r.Active())
			}
			if got := r.output(); got != beginControl+test.want {
				t.Errorf("%q, want %q", got, beginControl+test.want)
			}
			if r.Active() || r.Due(9) || r.client.Len() > 0 && test.end {
				t.Errorf("active %v, %d streams are left", r.Active(), r.client.Len())
			}
		})
	}
}

// TestControlsOfPassages has a terminal that may leave the control string at a control
// character: it gets none.
func TestControlsOfPassages(t *testing.T) {
	const sent = "%begin 1 2 0\r\n\x1b[31mred\u009c\x18\x07\x7f\tö\u00a0\xc2\x9b\r\n%end 1 2 0\r\n"
	for trusted, want := range map[bool]string{true: sent, false: "%begin 1 2 0\r\n?[31mred\xc2????\tö\u00a0\xc2?\r\n%end 1 2 0\r\n"} {
		r := newRig(t)
		r.ITerm2 = trusted
		r.begin(sent, false)
		if got := r.output(); got != beginControl+want {
			t.Errorf("trusted %v: %q, want %q", trusted, got, want)
		}
	}
}

// TestPassageThatIsLeft gives the terminal back in the middle of a passage.
func TestPassageThatIsLeft(t *testing.T) {
	r := newRig(t)
	s := r.begin(notification[:9], false)
	r.output()
	if got := string(r.Stop(nil)); got != exitControl+endString {
		t.Errorf("%q is written", got)
	}
	r.settle()
	if _, err := s.Write([]byte("x")); err == nil || r.Active() {
		t.Errorf("active %v, the server goes on: %v", r.Active(), err)
	}
	if got := r.Stop(nil); len(got) > 0 {
		t.Errorf("%q is written outside of a passage", got)
	}
}

// TestPassageThatTheServerResets ends in the terminal.
func TestPassageThatTheServerResets(t *testing.T) {
	r := newRig(t)
	r.ITerm2 = true
	s := r.begin(notification, false)
	got := r.output()
	s.Reset(17, "")
	r.settle()
	if !r.Ready() {
		t.Fatal("the end is not ready")
	}
	if got += r.output(); got != beginControl+notification+exitControl+endString {
		t.Errorf("%q", got)
	}
}

func TestPassagesInOrder(t *testing.T) {
	r := newRig(t)
	r.begin("%1\n%exit\n", true)
	r.begin("%2\n%exit\n", true)
	if got := r.output() + r.output(); got != beginControl+"%1\n%exit\n"+endString+beginControl+"%2\n%exit\n"+endString {
		t.Errorf("%q", got)
	}
}

func TestStreamsThatAreNoPassages(t *testing.T) {
	r := newRig(t)
	for _, bad := range []struct {
		kind   uint64
		target string
	}{{5, "control\x003"}, {6, "control\x00"}, {6, "screen\x003"}, {6, ""}} {
		r.open(bad.kind, bad.target)
		if r.Accept(r.client.Accept()) {
			t.Errorf("a stream of kind %d to %q is accepted", bad.kind, bad.target)
		}
	}
	r.Off = true
	r.open(passage.StreamKind, "control\x001")
	if r.Accept(r.client.Accept()) {
		t.Error("a passage is accepted although they are off")
	}
	r.Off = false
	for n := range maxPassages + 1 {
		r.open(passage.StreamKind, "control\x001")
		if ok := r.Accept(r.client.Accept()); ok != (n < maxPassages) {
			t.Errorf("passage %d: %v", n, ok)
		}
	}
}

// TestPassageOfAnySize has more than is written at once.
func TestPassageOfAnySize(t *testing.T) {
	r := newRig(t)
	r.ITerm2 = true
	line := notification + strings.Repeat(notification, 1000)
	s := r.begin("", false)
	var got strings.Builder
	sent := 0
	for pending := ""; sent < 100 || pending != ""; {
		if pending == "" {
			pending = line
			sent++
		}
		n, err := s.Write([]byte(pending))
		if err != nil {
			t.Fatal(err)
		}
		pending = pending[n:]
		r.settle()
		got.WriteString(r.output())
	}
	r.settle()
	if want := beginControl + strings.Repeat(line, sent); got.String() != want {
		t.Errorf("%d bytes, want %d", got.Len(), len(want))
	}
}

// send writes a text of any length to a stream and ends it. It returns what is written to the
// terminal.
func (r *rig) send(s *stream.Stream, text string) string {
	r.Helper()
	var out []byte
	for turns := 0; text != "" && turns < 10_000; turns++ {
		n, err := s.Write([]byte(text))
		if err != nil {
			break
		}
		text = text[n:]
		for busy := true; busy; {
			busy = r.move(r.server, r.client)
			r.Service(r.now)
			busy = r.move(r.client, r.server) || busy
		}
		r.now = r.now.Add(time.Millisecond)
		out = append(out, r.transfers()...)
	}
	s.CloseWrite()
	r.settle()
	r.Service(r.now)
	return string(append(out, r.transfers()...))
}

// transfers returns what is written to the terminal of transfers that are due.
func (r *rig) transfers() (out []byte) {
	for r.Active() && r.Ready() || r.Due(0) {
		part, _ := r.Append(nil, r.now)
		out = append(out, part...)
	}
	return out
}

func TestTransfers(t *testing.T) {
	long := strings.Repeat("YWJj", 2<<20/4)
	for _, test := range []struct{ name, target, text, want string }{
		{"clipboard", "clipboard\x00c", long, "\x1b]52;c;" + long + "\x1b\\"},
		{"the terminal's selection", "clipboard\x00", "YWJj", "\x1b]52;;YWJj\x1b\\"},
		{"file", "file\x00", "File=name=YQ==:" + long, "\x1b]1337;File=name=YQ==:" + long + "\x1b\\"},
		{"unknown arguments", "file\x00", "File=name=YQ==;x=y:YWJj", "\x1b]1337;File=name=YQ==:YWJj\x1b\\"},
		{"a query", "clipboard\x00c", "?", ""},
		{"nothing", "clipboard\x00c", "", ""},
		{"an escape", "clipboard\x00c", long + "\x1b[6n", ""},
		{"an end", "clipboard\x00c", "YWJj\a\x1b[6n", ""},
		{"an escape in a name", "file\x00", "File=name=YQ==\x1b[6n:YWJj", "\x1b]1337;File=:YWJj\x1b\\"},
		{"parts", "file\x00", "MultipartFile=x=y\nFilePart=YWJj\nFilePart=\x1b\n\nFileEnd", "\x1b]1337;MultipartFile=\x1b\\\x1b]1337;FilePart=YWJj\x1b\\\x1b]1337;FileEnd\x1b\\"},
		{"long parts", "file\x00", "FilePart=" + long + "\nFilePart=" + long + "\n", "\x1b]1337;FilePart=" + long + "\x1b\\\x1b]1337;FilePart=" + long + "\x1b\\"},
		{"more than any part", "file\x00", strings.Repeat("FilePart="+long+"\n", passage.MaxTransfer>>21+1) + "FileEnd", strings.Repeat("\x1b]1337;FilePart="+long+"\x1b\\", passage.MaxTransfer>>21+1) + "\x1b]1337;FileEnd\x1b\\"},
		{"another command", "file\x00", "OpenURL=:YWJj", ""},
		{"an image", "file\x00", "File=inline=1:YWJj", ""},
		{"too long", "clipboard\x00c", strings.Repeat("YWJj", passage.MaxTransfer/4+1), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			r.ITerm2 = true
			s := r.beginAs(test.target, "", false)
			if r.Service(r.now); r.Due(9) {
				t.Error("it is due before it is whole")
			}
			got := r.send(s, test.text)
			if got != test.want || r.Active() || len(r.list) > 0 {
				t.Errorf("%d bytes, %.40q, want %d; active %v, %d wait", len(got), got, len(test.want), r.Active(), len(r.list))
			}
		})
	}
}

// TestTransfersOfOtherTerminals have no use for files, or for operating system commands.
func TestTransfersOfOtherTerminals(t *testing.T) {
	for target, text := range map[string]string{"file\x00": "File=:YWJj", "clipboard\x00c": "YWJj"} {
		r := newRig(t)
		r.NoOSC = target != "file\x00"
		if got := r.send(r.beginAs(target, "", false), text); got != "" || len(r.list) > 0 {
			t.Errorf("%q is written to %q", target, got)
		}
	}
}

// TestTransferThatIsLeft gives the terminal back in the middle of one: it has no effect.
func TestTransferThatIsLeft(t *testing.T) {
	r := newRig(t)
	r.beginAs("clipboard\x00c", strings.Repeat("YWJj", maxWrite/8), true)
	r.Service(r.now)
	r.transfer.text = bytes.Repeat(r.transfer.text, 8)
	r.begin(notification, false)
	if got, _ := r.Append(nil, r.now); len(got) != len("\x1b]52;c;")+maxWrite || !r.Active() || r.InControlMode() {
		t.Errorf("%d bytes are written, active %v", len(got), r.Active())
	}
	if got := string(r.Stop(nil)); got != cancelString || r.Active() || !r.Due(3) {
		t.Errorf("%q ends it, active %v", got, r.Active())
	}
}

// TestTransferThatIsReplaced is reset by the server, and the next one comes.
func TestTransferThatIsReplaced(t *testing.T) {
	r := newRig(t)
	first := r.beginAs("clipboard\x00c", "YWJj", false)
	r.Service(r.now)
	first.Reset(17, "")
	if got := r.send(r.beginAs("clipboard\x00c", "", false), "eHl6"); got != "\x1b]52;c;eHl6\x1b\\" {
		t.Errorf("%q is written", got)
	}
}
