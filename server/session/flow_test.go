package session

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire/simnet"
	"gm/wire/state"
	"gm/wire/wiretest"
)

// slowRig is a rig whose program reads n bytes every 20 ms, and whose terminal
// holds nothing.
type slowRig struct {
	*rig
	n     int
	most  int // bytes that waited at the server at any time
	read  bytes.Buffer
	began int // bytes of what is being written that were read
}

func newSlowRig(t *testing.T, network simnet.Config, flow bool, n int) *slowRig {
	t.Helper()
	r := &slowRig{rig: newRig(t, Timeouts{}, network), n: n}
	r.attachment.flow = newFlow(flow)
	r.host.slow = true
	r.host.tty.Chars[state.CharInterrupt] = 3
	r.resize(80, 24)
	r.pass(time.Second)
	return r
}

// pass lets d pass.
func (r *slowRig) pass(d time.Duration) {
	r.t.Helper()
	for end := r.Now.Add(d); r.Now.Before(end); {
		r.Run(20 * time.Millisecond)
		r.readSome()
		r.most = max(r.most, r.session.queue.size())
	}
}

func (r *slowRig) readSome() {
	h := r.host
	for left := r.n; left > 0 && h.writing > 0; {
		n := min(left, h.writing-r.began)
		r.read.Write(h.pending[r.began : r.began+n])
		left -= n
		if r.began += n; r.began == h.writing || h.ended > 0 {
			r.end()
		}
	}
	if h.ended > 0 && h.writing > 0 {
		r.end()
	}
}

// end ends the write under way.
func (r *slowRig) end() {
	n := r.began
	r.host.writing, r.host.ended, r.began = 0, 0, 0
	r.session.Wrote(r.Now, n, r.Now)
}

// sends puts keys into the stream as a client does that knows the extension.
func (r *slowRig) sends(keys string, limit time.Duration) {
	r.t.Helper()
	for end := r.Now.Add(limit); len(keys) > 0; r.pass(20 * time.Millisecond) {
		screen, _ := r.client.Remote()
		local := r.client.Local()
		room := int(max(screen.Credit, state.InputWindow) - local.End())
		n := min(len(keys), room, state.MaxUnacked-local.Unacked())
		if n > 0 {
			r.typeKeys(keys[:n])
			keys = keys[n:]
		}
		if r.Now.After(end) {
			r.t.Fatalf("%d bytes are left after %v", len(keys), limit)
		}
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString("line ")
		b.WriteString(strings.Repeat(string(rune('a'+i%26)), i%57))
		b.WriteByte('\n')
	}
	return b.String()[:n]
}

// A slow program gets all of 1 MB, and little of it waits at the server.
func TestSlowProgramGetsAll(t *testing.T) {
	r := newSlowRig(t, simnet.Config{Delay: 50 * time.Millisecond, Loss: 0.05}, true, 1024)
	text := numbered(1 << 20)
	r.sends(text, time.Minute)
	r.pass(20 * time.Second)
	if got := r.read.String(); got != text {
		t.Errorf("of %d bytes it reads %d, the first wrong one is %d", len(text), len(got), firstDifference(got, text))
	}
	if r.most > state.InputWindow {
		t.Errorf("%d bytes waited", r.most)
	}
}

// TestSlowProgramOfStockClient does the same with more from a client that knows
// no limit: it sends again what does not fit.
func TestSlowProgramOfStockClient(t *testing.T) {
	r := newSlowRig(t, simnet.Config{Delay: 20 * time.Millisecond}, false, 1<<10)
	before := wiretest.LiveBytes()
	text := numbered(4<<20 + 512<<10)
	for at := 0; at < len(text); at += 16 << 10 {
		r.typeKeys(text[at : at+16<<10])
		r.pass(20 * time.Millisecond)
	}
	r.n = 64 << 10
	screen, _ := r.client.Remote()
	if acked, _ := r.client.Acked(); screen.EchoAck > acked {
		t.Errorf("echo ack %d, acked %d", screen.EchoAck, acked)
	}
	for limit := r.Now.Add(2 * time.Minute); r.read.Len() < len(text) && r.Now.Before(limit); {
		r.pass(time.Second)
	}
	if got := r.read.String(); got != text {
		t.Errorf("of %d bytes it reads %d, the first wrong one is %d", len(text), len(got), firstDifference(got, text))
	}
	if r.most > maxInput || r.most < maxInput/2 {
		t.Errorf("%d bytes waited, want at most %d and not much less", r.most, maxInput)
	}
	wiretest.WantNotGrown(t, before+len(text)+r.read.Cap(), "the server")
}

// TestLargeStateOfStockClient: a state that alone is as large as all that may wait
// is taken when nothing does.
func TestLargeStateOfStockClient(t *testing.T) {
	const first, large = 20_000, maxInput - 10_000
	r := newSlowRig(t, simnet.Config{Delay: 5 * time.Millisecond}, false, 0)
	r.typeKeys(strings.Repeat("x", first))
	r.pass(time.Second)
	r.typeKeys(strings.Repeat("y", large))
	r.pass(time.Second)
	if size := r.session.queue.size(); size != first {
		t.Errorf("%d bytes wait", size)
	}
	r.n = 256 << 10
	r.pass(10 * time.Second)
	if r.read.Len() != first+large {
		t.Errorf("it reads %d bytes", r.read.Len())
	}
}

// A full server still accepts an interrupt, and discards the input before it if the
// terminal has discarded its own.
func TestInterruptWhenFull(t *testing.T) {
	r := newSlowRig(t, simnet.Config{Delay: 5 * time.Millisecond}, false, 0)
	for range 70 {
		r.typeKeys(strings.Repeat("x", 64<<10))
		r.pass(100 * time.Millisecond)
	}
	if size := r.session.queue.size(); size > maxInput || size < maxInput/2 {
		t.Fatalf("%d bytes wait", size)
	}
	r.host.unread = true
	r.typeKeys("\x03after")
	r.pass(time.Second)
	r.n = 100
	r.pass(time.Second)
	if got := r.read.String(); got != "\x03after" {
		t.Errorf("the program reads %d bytes, at the end %q", len(got), got[max(0, len(got)-20):])
	}
	if size := r.session.queue.size(); size != 0 {
		t.Errorf("%d bytes wait", size)
	}
}

// An interrupt that would exceed maxInput drops the input before it, even if the queue
// alone does not exceed it.
func TestInterruptThatDoesNotFit(t *testing.T) {
	r := newSlowRig(t, simnet.Config{Delay: 5 * time.Millisecond}, false, 0)
	r.session.enqueue(r.Now, r.attachment, 1, make([]byte, maxInput-100))
	r.session.enqueue(r.Now, r.attachment, 2, append(make([]byte, 200), 3))
	if size := r.session.queue.size(); size != inputChunk+201 {
		t.Errorf("%d bytes wait, want those being written and the interrupt's", size)
	}
}

// A program that has turned ISIG off reads the input before an interrupt character.
func TestInterruptCharacterWithoutISIG(t *testing.T) {
	r := newSlowRig(t, simnet.Config{Delay: 5 * time.Millisecond}, false, 0)
	r.host.unread = true
	for num, keys := range []string{"first", "before\x03"} {
		r.session.enqueue(r.Now, r.attachment, uint64(num+1), []byte(keys))
	}
	r.host.tty.Chars[state.CharInterrupt] = 0
	r.session.Wrote(r.Now, len("first"), r.Now)
	if got := string(r.host.pending); got != "before\x03" {
		t.Errorf("the program gets %q", got)
	}
}

// An interrupt discards output unless the terminal has NOFLSH.
func TestInterruptFlushesOutput(t *testing.T) {
	for _, test := range []struct {
		name, keys string
		modes      state.DisciplineModes
		want       bool
	}{
		{"interrupt", "a\x03", 0, true},
		{"NOFLSH", "a\x03", state.NoFlush, false},
		{"other keys", "a", 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := connected(t)
			r.host.tty.Chars[state.CharInterrupt], r.host.tty.Modes = 3, test.modes
			r.session.enqueue(r.Now, r.attachment, 1, []byte(test.keys))
			if r.host.flushes != test.want {
				t.Errorf("flushes is %v", r.host.flushes)
			}
		})
	}
}

// A client that sends nothing but interrupts cannot exceed twice maxInput.
func TestInterruptStorm(t *testing.T) {
	r := newSlowRig(t, simnet.Config{Delay: 5 * time.Millisecond}, false, 0)
	for range 100 {
		r.typeKeys(strings.Repeat("\x03", 200<<10))
		r.pass(60 * time.Millisecond)
	}
	if r.most > 2*maxInput {
		t.Errorf("%d bytes waited", r.most)
	}
}

// TestRepliesOfDeafProgram: a program that asks and reads nothing is answered as
// long as there is room, and its answers are whole.
func TestRepliesOfDeafProgram(t *testing.T) {
	r := newSlowRig(t, simnet.Config{}, true, 0)
	for range 10_000 {
		r.write("\x1b[c")
	}
	if r.session.queue.size() > maxReplies {
		t.Errorf("%d bytes of answers wait", r.session.queue.size())
	}
	r.n = 1 << 20
	r.pass(time.Second)
	one := vt.NewTerminal(80, 24, vt.Options{})
	one.Write([]byte("\x1b[c"))
	answer := string(one.TakeReplies(nil))
	if got := r.read.String(); len(got) == 0 || strings.ReplaceAll(got, answer, "") != "" {
		t.Errorf("of %d bytes %q is no answer", len(got), strings.ReplaceAll(got, answer, ""))
	}
	r.sends("typed", time.Second)
	r.pass(time.Second)
	if !strings.HasSuffix(r.read.String(), "typed") {
		t.Error("what is typed is lost")
	}
}

// Typing causes a new credit once in a quarter of the window only.
func TestTypingCostsNoCredit(t *testing.T) {
	r := newSlowRig(t, simnet.Config{Delay: 5 * time.Millisecond}, true, 1<<20)
	screen, _ := r.client.Remote()
	changes, last := 0, screen.Credit
	for range 500 {
		r.typeKeys(strings.Repeat("k", 512))
		r.pass(40 * time.Millisecond)
		if screen, _ := r.client.Remote(); screen.Credit != last {
			last = screen.Credit
			changes++
		}
	}
	if want := 500 * 512 / (state.InputWindow / 4); changes > want {
		t.Errorf("%d changes of the credit, want at most %d", changes, want)
	}
	if changes == 0 {
		t.Error("there is no credit")
	}
}

func TestFlow(t *testing.T) {
	const quarter = state.InputWindow / 4
	f := newFlow(true)
	for _, c := range []struct {
		end     uint64
		waiting int
		credit  uint64
	}{
		{quarter - 1, 0, state.InputWindow}, {quarter, 0, quarter + state.InputWindow}, {2 * quarter, quarter, quarter + state.InputWindow},
		{2 * quarter, 0, 2*quarter + state.InputWindow}, {6 * quarter, 100 * quarter, 6 * quarter}, {7 * quarter, 3 * quarter, 8 * quarter},
	} {
		before := f.credit
		told := f.update(c.end, c.waiting)
		if f.credit != c.credit || told != (f.credit != before) {
			t.Errorf("at %d with %d waiting the credit is %d, want %d; told %v", c.end, c.waiting, f.credit, c.credit, told)
		}
	}
	if off := newFlow(false); off.update(1<<30, 0) || off.credit != 0 {
		t.Error("without the extension there is credit")
	}
}
