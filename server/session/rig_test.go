package session

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

// rig is a session in virtual time with a client at the other end of a network.
type rig struct {
	t          testing.TB
	now        time.Time
	session    *Session
	attachment *Attachment
	host       *fakeHost
	client     *wire.Transport[state.User, state.Screen]
	up         *simnet.Link
	down       *simnet.Link
	from       netip.AddrPort // where the client is
	cut        bool           // the client is gone: it sends nothing and gets nothing
	key        datagram.Key
	sent       func(datagram []byte) // told of what the client sends, if set
}

// fakeHost notes what the session asks for. With echo set its program writes
// what it reads.
type fakeHost struct {
	echo     bool
	greeting string
	failure  error // of start
	tty      state.Discipline

	started  [][2]int
	typed    []byte
	resizes  [][2]int
	pixels   [2]int // of the last
	clients  []netip.Addr
	sent     []netip.AddrPort // destinations
	longest  int              // of the datagrams
	fits     int              // longest that is not too long; 0 is any
	logged   []string
	datagram func([]byte)

	writing int    // bytes whose writing has begun; to be reported
	pending []byte // these bytes
	slow    bool   // the test reports what is written
	unread  bool   // flushInput has something to flush
	ended   int    // how often a write was ended
	hungUp  int
	output  []byte // to be written
}

func (h *fakeHost) Start(cols, rows int) ([]byte, error) {
	h.started = append(h.started, [2]int{cols, rows})
	return []byte(h.greeting), h.failure
}

func (h *fakeHost) Write(input []byte, _ bool) {
	h.writing = len(input)
	if h.slow {
		h.pending = append(h.pending[:0], input...)
		return
	}
	h.typed = append(h.typed, input...)
	if h.echo {
		h.output = append(h.output, input...)
	}
}

func (h *fakeHost) HangUp() { h.hungUp++ }

func (h *fakeHost) EndWrite() { h.ended++ }

func (h *fakeHost) FlushInput() bool { return h.unread }

func (h *fakeHost) Resize(w Winsize) {
	h.resizes = append(h.resizes, [2]int{w.Cols, w.Rows})
	h.pixels = [2]int{w.Width, w.Height}
}

func (h *fakeHost) Discipline() state.Discipline { return h.tty }

func (h *fakeHost) Send(_ *Attachment, data []byte, path datagram.Path) bool {
	h.sent = append(h.sent, path.Remote)
	h.longest = max(h.longest, len(data))
	if h.fits > 0 && len(data) > h.fits {
		return false
	}
	h.datagram(data)
	return true
}

func (h *fakeHost) ClientChanged(_ *Attachment, client netip.Addr) {
	h.clients = append(h.clients, client)
}

func (h *fakeHost) Log(format string, a ...any) {
	h.logged = append(h.logged, fmt.Sprintf(format, a...))
}

var (
	clientAddr = netip.MustParseAddrPort("192.0.2.7:5000")
	serverAddr = netip.MustParseAddr("192.0.2.1")
)

func newRig(t testing.TB, limits Timeouts, network simnet.Config) *rig {
	t.Helper()
	return newRigAt(t, epoch, limits, network)
}

// newRigAt is newRig at another beginning of time.
func newRigAt(t testing.TB, start time.Time, limits Timeouts, network simnet.Config) *rig {
	t.Helper()
	r := &rig{
		t: t, now: start, host: &fakeHost{}, from: clientAddr,
		up:   simnet.NewLink(network, 1, start),
		down: simnet.NewLink(network, 2, start),
	}
	r.host.datagram = func(d []byte) { r.down.Send(r.now, d) }
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	serverKey := key
	r.key = key
	r.session = New(Config{Timeouts: limits}, r.host, start)
	r.attachment, err = r.session.Attach(ClientConfig{Key: &serverKey, Dialect: vt.Full()}, start)
	if err != nil {
		t.Fatal(err)
	}
	if serverKey != (datagram.Key{}) {
		t.Error("the key was not wiped")
	}
	r.client, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: vt.NewScreen(InitialCols, InitialRows)},
	}, start)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// connected gives a rig whose client has come and whose program runs.
func connected(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, Timeouts{}, simnet.Config{Delay: 5 * time.Millisecond})
	r.resize(80, 24)
	r.run(time.Second)
	if len(r.host.started) != 1 {
		t.Fatalf("the program was started %d times", len(r.host.started))
	}
	return r
}

func (r *rig) typeKeys(keys string) {
	r.client.SetLocal(r.now, r.client.Local().WithKeys([]byte(keys)))
	r.client.Expedite(r.now, 0)
}

func (r *rig) resize(cols, rows int) {
	r.client.SetLocal(r.now, r.client.Local().WithSize(cols, rows))
}

// write is output of the program.
func (r *rig) write(text string) {
	r.session.Output(r.now, []byte(text))
	r.settle()
}

// run lets d pass.
func (r *rig) run(d time.Duration) {
	r.t.Helper()
	for end := r.now.Add(d); ; {
		r.settle()
		if r.now = deadline.Earliest(r.next(), end); !r.now.Before(end) {
			r.now = end
			r.settle()
			return
		}
	}
}

// wait runs until ok is true, for at most d.
func (r *rig) wait(d time.Duration, what string, ok func() bool) {
	r.t.Helper()
	for end := r.now.Add(d); !ok(); r.run(time.Millisecond) {
		if !r.now.Before(end) {
			r.t.Fatalf("after %v: %s", d, what)
		}
	}
}

// next is when something happens next; zero if nothing will.
func (r *rig) next() time.Time {
	t := deadline.Earliest(r.up.Deadline(), r.down.Deadline())
	if !r.session.finished {
		t = deadline.Earliest(t, r.session.Deadline(r.now))
	}
	if !r.cut && !r.client.Closed() {
		t = deadline.Earliest(t, r.client.Deadline(r.now))
	}
	return t
}

// settle lets everything happen that happens now.
func (r *rig) settle() {
	r.t.Helper()
	for busy := true; busy; {
		busy = r.deliver()
		if !r.cut {
			r.tick()
		}
		if r.session.finished {
			continue
		}
		r.session.Tick(r.now)
		if d := r.session.Deadline(r.now); !r.session.finished && !d.IsZero() && !d.After(r.now) {
			r.t.Fatalf("at %v the session's deadline is %v", r.now.Sub(epoch), d.Sub(epoch))
		}
		busy = busy || r.program()
	}
}

func (r *rig) tick() {
	err := r.client.Tick(r.now, func(d []byte) {
		if r.sent != nil {
			r.sent(d)
		}
		r.up.Send(r.now, d)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// deliver says whether a datagram has arrived somewhere.
func (r *rig) deliver() (any bool) {
	for d := r.up.Receive(r.now); d != nil; d = r.up.Receive(r.now) {
		if !r.session.finished {
			r.attachment.Receive(r.now, d, datagram.Path{Local: serverAddr, Remote: r.from}, false)
		}
		any = true
	}
	for d := r.down.Receive(r.now); d != nil; d = r.down.Receive(r.now) {
		if !r.cut {
			r.client.Receive(r.now, d, false)
		}
		any = true
	}
	return any
}

// program does what the fake program and its writer have to do.
func (r *rig) program() (any bool) {
	h := r.host
	for h.writing > 0 && !h.slow {
		n := h.writing
		h.writing, any = 0, true
		r.session.Wrote(r.now, n, r.now)
	}
	output := h.output
	any = any || len(output) > 0
	h.output = nil
	r.session.Output(r.now, output)
	return any
}

// shown gives the lines that the client sees, without blanks at their ends and
// empty lines at the end.
func (r *rig) shown() string {
	remote, _ := r.client.Remote()
	return remote.Screen.Text()
}

func (r *rig) logs(text string) bool {
	return slices.ContainsFunc(r.host.logged, func(line string) bool { return strings.Contains(line, text) })
}
