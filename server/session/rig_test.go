package session

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
	"gm/wire/wiretest"
)

// rig is a session in virtual time with a client at the other end of a network.
type rig struct {
	*wiretest.Net
	t          testing.TB
	session    *Session
	attachment *Attachment
	host       *fakeHost
	client     *wire.Transport[state.User, state.Screen]
	from       netip.AddrPort // where the client is
	cut        bool           // the client is gone: it sends nothing and gets nothing
	stock      bool           // neither end expedites
	piped      bool           // the network is a pipe
	key        datagram.Key
}

// fakeHost records the calls of the session. With echo set its program writes the input
// that it reads.
type fakeHost struct {
	echo     bool
	idle     bool // the program is a shell at its prompt
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
	flushes bool   // whether the last write discards output
	ended   int    // how often a write was ended
	hungUp  int
	output  []byte // to be written
}

func (h *fakeHost) Start(cols, rows int) ([]byte, error) {
	h.started = append(h.started, [2]int{cols, rows})
	return []byte(h.greeting), h.failure
}

func (h *fakeHost) Write(input []byte, flushes bool) {
	h.flushes = flushes
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

func (h *fakeHost) Idle() bool { return h.idle }

func (h *fakeHost) ClientChanged(client netip.Addr) {
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
		Net: wiretest.NewNet(t, start, network, 1), t: t, host: &fakeHost{}, from: clientAddr,
	}
	r.Client, r.Server = (*clientEnd)(r), (*serverEnd)(r)
	r.host.datagram = func(d []byte) { r.Send(datagram.ToClient, d) }
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
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, start)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// usePipe makes the network a pipe.
func (r *rig) usePipe() {
	r.piped = true
	r.client.SetRoute(r.Now, datagram.PipePath(1))
}

// connected returns a rig whose client has connected and whose program runs.
func connected(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, Timeouts{}, simnet.Config{Delay: 5 * time.Millisecond})
	r.resize(80, 24)
	r.Run(time.Second)
	if len(r.host.started) != 1 {
		t.Fatalf("the program was started %d times", len(r.host.started))
	}
	return r
}

func (r *rig) typeKeys(keys string) {
	r.client.SetLocal(r.Now, r.client.Local().WithKeys([]byte(keys)))
	if !r.stock {
		r.client.Expedite(r.Now, 0)
	}
}

func (r *rig) resize(cols, rows int) {
	r.client.SetLocal(r.Now, r.client.Local().WithSize(cols, rows))
}

// write is output of the program.
func (r *rig) write(text string) {
	r.session.Output(r.Now, []byte(text))
	r.Settle()
}

// clientEnd is the client of a rig as an end of its network.
type clientEnd rig

func (r *clientEnd) Receive(now time.Time, data []byte) {
	if !r.cut {
		r.client.Receive(now, data, r.client.Route()[0], false)
	}
}

func (r *clientEnd) Tick(now time.Time, send func([]byte)) {
	if r.cut {
		return
	}
	if err := r.client.Tick(now, wiretest.OnePath(send)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *clientEnd) Deadline(now time.Time) time.Time {
	if r.cut || r.client.Closed() {
		return time.Time{}
	}
	return r.client.Deadline(now)
}

// serverEnd is the session of a rig as an end of its network.
type serverEnd rig

func (r *serverEnd) Receive(now time.Time, data []byte) {
	if !r.session.finished {
		path := datagram.Path{Local: serverAddr, Remote: r.from}
		if r.piped {
			path = datagram.PipePath(1)
		}
		r.session.Receive(now, data, path, false)
	}
}

// Tick runs the session and its program until neither has anything to do.
func (r *serverEnd) Tick(now time.Time, _ func([]byte)) {
	for busy := true; busy && !r.session.finished; busy = (*rig)(r).program() {
		r.session.Tick(now)
		if d := r.session.Deadline(now); !r.session.finished && !d.IsZero() && !d.After(now) {
			r.t.Fatalf("at %v the session's deadline is %v", now.Sub(epoch), d.Sub(epoch))
		}
	}
}

func (r *serverEnd) Deadline(now time.Time) time.Time {
	if r.session.finished {
		return time.Time{}
	}
	return r.session.Deadline(now)
}

// program does the work of the fake program and its writer. It reports whether there was
// any.
func (r *rig) program() (any bool) {
	h := r.host
	for h.writing > 0 && !h.slow {
		n := h.writing
		h.writing, any = 0, true
		r.session.Wrote(r.Now, n, r.Now)
	}
	output := h.output
	any = any || len(output) > 0
	h.output = nil
	if r.stock {
		r.attachment.burst = interactiveBurst{}
	}
	r.session.Output(r.Now, output)
	return any
}

// shown returns the client's screen, without blanks at the ends of lines and empty lines
// at the end.
func (r *rig) shown() string {
	remote, _ := r.client.Remote()
	return remote.Screen.Text()
}

func (r *rig) logs(text string) bool {
	return slices.ContainsFunc(r.host.logged, func(line string) bool { return strings.Contains(line, text) })
}
