package session

import (
	"fmt"
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
