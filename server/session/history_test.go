package session

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

// reader is a rig whose client reads the lines that scroll off the screen, as far as they
// come.
type reader struct {
	*rig
	next    uint64   // number of the next line
	lines   []string // a line that continues ends with a backslash
	missing uint64
	clears  uint64
}

func newReader(t testing.TB, network simnet.Config, lines int) *reader {
	t.Helper()
	r := &reader{rig: newRig(t, Timeouts{}, network)}
	r.session.attachments = nil
	key := r.key
	const extensions = state.ExtHistory | state.ExtScreen | state.ExtSessions
	var err error
	r.attachment, err = r.session.Attach(ClientConfig{Key: &key, Dialect: vt.Full(), Extensions: extensions, History: lines}, r.Now)
	if err != nil {
		t.Fatal(err)
	}
	blank := vt.NewScreen(state.InitialCols, state.InitialRows)
	blank.KeepHistory(lines)
	r.client, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: r.key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: blank},
	}, r.Now)
	if err != nil {
		t.Fatal(err)
	}
	r.resize(80, 24)
	r.run(2 * time.Second)
	return r
}

// run passes time and reads the lines that come.
func (r *reader) run(d time.Duration) {
	for until := r.Now.Add(d); r.Now.Before(until); {
		r.Run(min(10*time.Millisecond, until.Sub(r.Now)))
		r.read()
	}
}

func (r *reader) read() {
	remote, _ := r.client.Remote()
	if remote.History.Clears != r.clears {
		r.clears, r.next = remote.History.Clears, 0
		r.lines = nil
		r.next, _ = remote.Screen.History()
	}
	s := remote.Screen
	first, end := s.History()
	if first > r.next {
		r.missing += first - r.next
		r.next = first
	}
	for ; r.next < end; r.next++ {
		cells, wrapped, kept := s.AppendHistory(nil, r.next)
		if !kept {
			r.missing++
			continue
		}
		var text []byte
		for _, c := range cells {
			text = s.AppendText(text, c)
		}
		if wrapped {
			text = append(text, '\\')
		}
		r.lines = append(r.lines, string(text))
	}
}

// transcript returns the lines read and those on the screen.
func (r *reader) transcript() string {
	return strings.Join(append(r.lines, r.shown()), "\n")
}

func numbers(first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		fmt.Fprintf(&b, "%d\n", i)
	}
	return b.String()
}

var historyNetworks = map[string]simnet.Config{
	"clean":   {Delay: 5 * time.Millisecond},
	"100 ms":  {Delay: 50 * time.Millisecond},
	"5% lost": {Delay: 50 * time.Millisecond, Loss: 0.05},
	"bad":     {Delay: 40 * time.Millisecond, Jitter: 20 * time.Millisecond, Loss: 0.3, Duplicate: 0.1, Reorder: 0.2},
	"slow":    {Delay: 50 * time.Millisecond, Rate: 256_000},
}

// TestHistoryComplete runs seq at several speeds: each line comes once and in order.
func TestHistoryComplete(t *testing.T) {
	for name, network := range historyNetworks {
		for _, burst := range []int{1, 10, 100, 10_000} { // lines each 10 ms
			t.Run(fmt.Sprintf("%s/%d", name, burst), func(t *testing.T) {
				const lines = 10_000
				r := newReader(t, network, lines)
				count := min(lines, 200*burst)
				for i := 1; i <= count; i += burst {
					r.write(strings.ReplaceAll(numbers(i, i+burst-1), "\n", "\r\n"))
					r.run(10 * time.Millisecond)
				}
				begin := r.Now
				for r.transcript() != numbers(1, count)[:len(numbers(1, count))-1] {
					if r.Now.Sub(begin) > time.Minute {
						acked, _ := r.attachment.wire.Acked()
						t.Fatalf("after a minute %d lines, %d missing, of %d: %+v acked %d sent %d sentHist %+v lastHist %+v", len(r.lines), r.missing, count, r.attachment.history, acked, r.attachment.wire.Sent(), r.attachment.frames.sent.History, r.attachment.frames.last.History)
					}
					r.run(20 * time.Millisecond)
				}
				sent, _ := r.client.Traffic()
				_, got := r.client.Traffic()
				t.Logf("complete %v after the end; %+v %+v", r.Now.Sub(begin), sent, got)
			})
		}
	}
}

// TestHistoryOverrun floods the client: what comes is in order, and what does not come is
// counted.
func TestHistoryOverrun(t *testing.T) {
	for name, network := range historyNetworks {
		t.Run(name, func(t *testing.T) {
			const limit, count, burst = 1000, 50_000, 250
			r := newReader(t, network, limit)
			for i := 1; i <= count; i += burst {
				r.write(strings.ReplaceAll(numbers(i, i+burst-1), "\n", "\r\n"))
				r.run(10 * time.Millisecond)
			}
			r.run(time.Minute)
			last := 0
			for _, line := range r.lines {
				n, err := strconv.Atoi(line)
				if err != nil || n <= last {
					t.Fatalf("after %d comes %q", last, line)
				}
				last = n
			}
			if got := len(r.lines) + int(r.missing) + 23; got != count {
				t.Errorf("%d lines, %d missing, want %d", len(r.lines), r.missing, count-23)
			}
			if kept := len(r.lines); kept < limit {
				t.Errorf("%d lines", kept)
			}
		})
	}
}

// TestHistoryClear: ED 3 removes the lines before it at the client, too.
func TestHistoryClear(t *testing.T) {
	r := newReader(t, historyNetworks["5% lost"], 1000)
	r.write(strings.ReplaceAll(numbers(1, 100), "\n", "\r\n"))
	r.run(2 * time.Second)
	r.write("\x1b[H\x1b[2J\x1b[3J" + strings.ReplaceAll(numbers(101, 200), "\n", "\r\n"))
	r.run(2 * time.Second)
	if got, want := r.transcript(), strings.TrimSuffix(numbers(101, 200), "\n"); got != want || r.clears != 1 {
		t.Errorf("%q, want %q, cleared %d times", got, want, r.clears)
	}
}

// TestErasedScreenIsKept: a screen that ED 2 erases is in the history once a second.
func TestErasedScreenIsKept(t *testing.T) {
	r := newReader(t, historyNetworks["clean"], 1000)
	for i := range 20 {
		r.write(fmt.Sprintf("\x1b[Hframe %d\x1b[2J", i))
		r.run(100 * time.Millisecond)
	}
	if n := len(r.lines); n < 2 || n > 3 {
		t.Errorf("%d screens within two seconds: %q", n, r.lines)
	}
}

// TestHistoryOfEnteredSession: a client that enters a session is sent as many of the lines
// of before as it wants.
func TestHistoryOfEnteredSession(t *testing.T) {
	r := newReader(t, historyNetworks["100 ms"], 1000)
	r.write(strings.ReplaceAll(numbers(1, 500), "\n", "\r\n"))
	r.run(time.Second)
	for _, wanted := range []int{100, 5000} {
		key, err := datagram.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		a, err := r.session.Attach(ClientConfig{Key: &key, Dialect: vt.Full(), Extensions: state.ExtHistory | state.ExtSessions, History: wanted}, r.Now)
		if err != nil {
			t.Fatal(err)
		}
		screen := r.session.term.Snapshot()
		sent := state.Screen{Screen: screen, Dialect: vt.Full()}
		got := a.history.next(r.Now, screen, state.Screen{Screen: vt.NewScreen(80, 24)}, true)
		first, end := screen.History()
		sent.History = got
		if want := max(first, end-uint64(min(wanted, int(end)))); got.End <= want || got.Top != end {
			t.Errorf("of lines %d to %d, %d wanted: %+v", first, end, wanted, got)
		}
	}
	if first, _ := r.session.term.HistoryRange(); first != 0 {
		t.Errorf("the first line kept is %d", first)
	}
}

// TestTerminalHasScrolled: the screen scrolls as the terminal of the client has.
func TestTerminalHasScrolled(t *testing.T) {
	r := newReader(t, historyNetworks["clean"], 1000)
	r.write("one\r\ntwo\r\nthree\r\nfour")
	r.run(time.Second)
	r.client.SetLocal(r.Now, r.client.Local().WithScrolled(state.Scrolled{From: 0, Span: vt.Span{Lines: 2}}))
	r.run(time.Second)
	if got := r.shown(); got != "three\nfour" || strings.Join(r.lines, " ") != "one two" {
		t.Errorf("the screen is %q, the lines are %q", got, r.lines)
	}
	r.client.SetLocal(r.Now, r.client.Local().WithScrolled(state.Scrolled{From: 0, Span: vt.Span{Lines: 2}}))
	r.run(time.Second)
	if got := r.shown(); got != "three\nfour" {
		t.Errorf("the same report again: %q", got)
	}
}

// TestKeysDuringHistory: a key's echo waits for one text at most, on a slow link too.
func TestKeysDuringHistory(t *testing.T) {
	r := newReader(t, historyNetworks["slow"], 10_000)
	r.host.echo = true
	var text strings.Builder
	noise := rand.New(rand.NewPCG(1, 1))
	for range 9000 {
		for range 70 {
			text.WriteByte(byte('!' + noise.IntN(90)))
		}
		text.WriteString("\r\n")
	}
	r.write(text.String())
	r.run(time.Second)
	worst := time.Duration(0)
	for i := range 20 {
		key := string(rune('a' + i))
		typed := r.Now
		r.typeKeys(key)
		for !strings.HasSuffix(r.shown(), key) {
			if r.run(time.Millisecond); r.Now.Sub(typed) > 10*time.Second {
				t.Fatal("the key is never echoed")
			}
		}
		worst = max(worst, r.Now.Sub(typed))
		r.run(300 * time.Millisecond)
	}
	if r.attachment.history.pending == 0 && !r.attachment.history.held {
		t.Fatal("the history was sent before the keys were typed")
	}
	t.Logf("the slowest echo took %v", worst)
	if worst > 300*time.Millisecond { // a round trip, 2 KB and a frame
		t.Errorf("the slowest echo took %v", worst)
	}
}

// TestHistoryCompleteAtTheEnd ends the program right after its output.
func TestHistoryCompleteAtTheEnd(t *testing.T) {
	for name, network := range historyNetworks {
		t.Run(name, func(t *testing.T) {
			const lines = 5000
			r := newReader(t, network, lines)
			r.write(strings.ReplaceAll(numbers(1, lines), "\n", "\r\n"))
			r.session.Exited(r.Now, 0)
			r.session.OutputEnded(r.Now)
			for begin := r.Now; !r.client.Closed(); r.run(10 * time.Millisecond) {
				if r.Now.Sub(begin) > time.Minute {
					t.Fatalf("no end after a minute, %d lines", len(r.lines))
				}
			}
			if want := strings.TrimSuffix(numbers(1, lines), "\n"); r.transcript() != want {
				t.Errorf("%d lines, %d missing, of %d", len(r.lines), r.missing, lines)
			}
		})
	}
}
