package client

import (
	"strings"
	"testing"
	"time"

	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/wiretest"
)

// slowProgram is a world whose program reads its input at a limited rate. The server's
// credit grows by the bytes that the program has read.
type slowProgram struct {
	*world
	waiting string // that the server has
	most    int    // bytes of it at any time
	read    strings.Builder
}

func newSlowProgram(t *testing.T, network string, extensions state.Extension) *slowProgram {
	t.Helper()
	s := plainSettings()
	s.extensions = extensions
	p := &slowProgram{world: newWorld(t, network, s)}
	p.echo = func(_ *world, keys string) {
		p.waiting += keys
		p.most = max(p.most, len(p.waiting))
	}
	p.Run(time.Second)
	return p
}

// reads has the program read n bytes every 20 ms for d.
func (p *slowProgram) reads(d time.Duration, n int) {
	p.t.Helper()
	for end := p.Now.Add(d); p.Now.Before(end); {
		p.Run(20 * time.Millisecond)
		n := min(n, len(p.waiting))
		p.read.WriteString(p.waiting[:n])
		p.waiting = p.waiting[n:]
		if local := p.server.Local(); p.client.granted.Has(state.ExtFlow) {
			local.Credit = p.seen.End() - uint64(len(p.waiting)) + state.InputWindow
			p.server.SetLocal(p.Now, local)
		}
	}
}

// lines returns about n bytes of text whose lines all differ.
func lines(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString("line ")
		b.WriteString(strings.Repeat(string(rune('a'+i%26)), i%57))
		b.WriteByte('\n')
	}
	return b.String()
}

// pastes has the client read text as the loop does: when mayRead allows it.
func (p *slowProgram) pastes(text string, n int) {
	p.t.Helper()
	for len(text) > 0 {
		for len(text) > 0 && p.client.queue.mayRead(p.Now) {
			read := min(len(text), 4095)
			p.types(text[:read])
			text = text[read:]
		}
		p.reads(20*time.Millisecond, n)
	}
}

// TestPasteIntoSlowProgram pastes 1 MB into a program that reads 1 kB every 20 ms: the
// program gets all of it, and both sides keep to their limits.
func TestPasteIntoSlowProgram(t *testing.T) {
	for name, extensions := range map[string]state.Extension{"gm": state.ExtFlow, "mosh": 0} {
		t.Run(name, func(t *testing.T) {
			p := newSlowProgram(t, "delay=50ms,loss=5%", extensions)
			text := lines(1 << 20)
			p.pastes(text, 1024)
			p.reads(30*time.Second, 1024)
			if held := p.client.transport.Local().Unacked(); held > state.MaxUnacked {
				t.Errorf("%d bytes are not acknowledged", held)
			}
			p.reads(20*time.Second, 1<<20)
			if got := p.read.String(); got != text {
				t.Errorf("of %d bytes the program reads %d", len(text), len(got))
			}
			if extensions != 0 && p.most > state.InputWindow {
				t.Errorf("%d bytes wait at the server", p.most)
			}
			if p.client.queue.bytes != nil {
				t.Error("the queue keeps its memory")
			}
		})
	}
}

// TestEscapeKeyBehindPaste quits while most of a paste waits.
func TestEscapeKeyBehindPaste(t *testing.T) {
	p := newSlowProgram(t, "delay=50ms", state.ExtFlow)
	p.types(lines(900_000))
	p.types("\x1e?")
	if !p.client.panel.open {
		t.Error("the panel does not open")
	}
	p.types("q")
	p.types("\x1e.")
	p.Run(time.Second)
	if !p.client.quitting || p.client.ended(p.Now) != endClean {
		t.Errorf("quitting %v, ended %v", p.client.quitting, p.client.ended(p.Now))
	}
}

// TestInterruptBehindPaste: a character that interrupts the program empties the queue
// and needs no credit if the line discipline would flush its input. Otherwise it is a
// key as any other.
func TestInterruptBehindPaste(t *testing.T) {
	signals := func(modes state.DisciplineModes) (d state.Discipline) {
		d.Modes = state.DisciplineKnown | modes
		d.Chars[state.CharInterrupt], d.Chars[state.CharQuit], d.Chars[state.CharSuspend] = 3, 28, 26
		return d
	}
	for _, c := range []struct {
		name       string
		discipline state.Discipline
		keys       string
		drops      bool
	}{
		{"interrupt", signals(0), "\x03", true},
		{"quit and more", signals(0), "x\x1cy", true},
		{"suspend in canonical mode", signals(state.Canonical | state.Echo), "\x1a", true},
		{"NOFLSH", signals(state.NoFlush), "\x03", false},
		{"raw", state.Discipline{Modes: state.DisciplineKnown}, "\x03", false},
		{"not known", state.Discipline{}, "\x03", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newSlowProgram(t, "delay=50ms", state.ExtFlow|state.ExtEcho)
			local := p.server.Local()
			local.EchoState.Discipline = c.discipline
			p.server.SetLocal(p.Now, local)
			p.Run(time.Second)
			text := lines(900_000)
			p.types(text)
			p.Run(2 * time.Second) // up to the credit
			p.types(c.keys)
			p.Run(time.Second)
			i := strings.IndexAny(c.keys, "\x03\x1c\x1a")
			if arrived := strings.HasSuffix(p.waiting, c.keys[i:i+1]); arrived != c.drops {
				t.Errorf("it arrives at once: %v", arrived)
			}
			p.reads(30*time.Second, 1<<20)
			want := text + c.keys
			if c.drops {
				want = text[:state.InputWindow-1] + c.keys[i:] // the size of the window is one place
			}
			if got := p.read.String(); got != want {
				t.Errorf("the program reads %d bytes, want %d; the end is %q", len(got), len(want), got[max(0, len(got)-20):])
			}
		})
	}
}

// TestInterruptWithoutQueue: keys that are sent at once are not dropped.
func TestInterruptWithoutQueue(t *testing.T) {
	p := newSlowProgram(t, "delay=50ms", state.ExtFlow|state.ExtEcho)
	local := p.server.Local()
	local.EchoState.Discipline.Chars[state.CharInterrupt] = 3
	p.server.SetLocal(p.Now, local)
	p.Run(time.Second)
	p.types("make\r\x03")
	p.reads(time.Second, 1000)
	if got := p.read.String(); got != "make\r\x03" {
		t.Errorf("the program reads %q", got)
	}
}

// TestTypingDuringOutage types more than fits into the user's stream while the network
// is down: nothing is lost, and the escape key works.
func TestTypingDuringOutage(t *testing.T) {
	p := newSlowProgram(t, "delay=50ms", state.ExtFlow)
	p.Up.SetDown(true)
	p.Down.SetDown(true)
	text := lines(4 * state.MaxUnacked)
	for at := 0; at < len(text); at += 1000 {
		p.types(text[at:min(at+1000, len(text))])
		p.Run(200 * time.Millisecond)
	}
	if held := p.client.transport.Local().Unacked(); held > state.MaxUnacked {
		t.Errorf("%d bytes are in the stream", held)
	}
	p.types("\x1e?")
	if !p.client.panel.open {
		t.Error("the escape key is not read")
	}
	p.types("q")
	p.Up.SetDown(false)
	p.Down.SetDown(false)
	p.reads(30*time.Second, 1<<20)
	if got := p.read.String(); got != text {
		t.Errorf("of %d bytes the program reads %d", len(text), len(got))
	}
}

// TestKeyboardIsHeldUp pastes without end while the program reads nothing: the keyboard
// is read slowly, then not at all, and again when there is room.
func TestKeyboardIsHeldUp(t *testing.T) {
	before := wiretest.LiveBytes()
	p := newSlowProgram(t, "delay=50ms", state.ExtFlow)
	began, read := p.Now, 0
	var slowly time.Duration
	for limit := p.Now.Add(10 * time.Minute); p.Now.Before(limit); p.Run(time.Millisecond) {
		for p.client.queue.mayRead(p.Now) {
			p.types(strings.Repeat("x", 4095))
			read += 4095
			if read > 2*maxQueue {
				t.Fatal("it is read without end")
			}
		}
		if slowly == 0 && len(p.client.queue.bytes) >= slowQueue {
			slowly = p.Now.Sub(began)
		}
	}
	if waits := len(p.client.queue.bytes); waits < maxQueue || waits > maxQueue+4095 {
		t.Errorf("%d bytes wait, want %d", waits, maxQueue)
	}
	if slowly > time.Second {
		t.Errorf("the first %d bytes take %v", slowQueue, slowly)
	}
	if held := wiretest.LiveBytes() - before; held > 5*maxQueue {
		t.Errorf("%d bytes of memory are held", held)
	}
	if at := p.client.deadline(p.Now); at.Before(p.Now) {
		t.Error("the deadline is over")
	}
	p.reads(10*time.Second, 1<<20)
	if !p.client.queue.mayRead(p.Now) {
		t.Error("it is not read again")
	}
	p.reads(time.Minute, 1<<20)
	if p.read.Len() != read {
		t.Errorf("of %d bytes the program reads %d", read, p.read.Len())
	}
}

// TestPasteThroughANarrowPath sends a paste on a path that swallows long datagrams.
func TestPasteThroughANarrowPath(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.echo = func(*world, string) {}
	w.Run(time.Second)
	w.MTU = datagram.MTUSmall // the network swallows longer ones
	text := lines(20_000)
	w.types(text)
	w.Run(5 * time.Second)
	if w.received != text {
		t.Errorf("the program got %d bytes of %d", len(w.received), len(text))
	}
}
