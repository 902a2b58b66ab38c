package client

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/client/display"
	"gm/client/predict"
	serversession "gm/server/session"
	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
	"gm/wire/wiretest"
)

// wholeSession is the client's session and the server's, with everything that
// both do but I/O, over a network in virtual time. The user looks at a terminal,
// and the program is a small shell.
type wholeSession struct {
	*wiretest.Net
	t        *testing.T
	client   *session
	server   *serversession.Session
	attached *serversession.Attachment
	host     *shellHost
	display  *display.Display
	user     *vt.Terminal
}

const wholeCols, wholeRows = 60, 8

var wholePath = datagram.Path{
	Local:  netip.MustParseAddr("192.0.2.1"),
	Remote: netip.MustParseAddrPort("198.51.100.7:4567"),
}

func newWholeSession(t *testing.T, network string, ext state.Extension) *wholeSession {
	t.Helper()
	link, err := simnet.Parse(network)
	if err != nil {
		t.Fatal(err)
	}
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	start := ms(0)
	dialect := vt.Stock()
	if ext.Has(state.ExtScreen) {
		dialect = vt.Full()
	}
	w := &wholeSession{
		Net: wiretest.NewNet(t, start, link, 1), t: t,
		display: display.New(vt.Full()),
		user:    vt.NewTerminal(wholeCols, wholeRows, vt.Options{}),
	}
	w.host = &shellHost{send: func(data []byte) { w.Send(datagram.ToClient, data) }}
	serverKey := key
	w.server = serversession.New(serversession.Config{}, w.host, start)
	w.attached, err = w.server.Attach(serversession.ClientConfig{Key: &serverKey, Dialect: dialect, Extensions: ext}, start)
	if err != nil {
		t.Fatal(err)
	}
	s := plainSettings()
	s.predict, s.extensions = predict.Always, ext
	server := netip.MustParseAddrPort("192.0.2.1:60001")
	if w.client, err = newSession(start, server, key, wholeCols, wholeRows, s); err != nil {
		t.Fatal(err)
	}
	w.Client, w.Server = (*userEnd)(w), (*hostEnd)(w)
	w.user.Write(w.display.Start(nil, 80, 24))
	return w
}

// userEnd is the client of a wholeSession as an end of its network.
type userEnd wholeSession

func (w *userEnd) Receive(now time.Time, data []byte) {
	if err := w.client.receive(now, data, w.client.transport.Route()[0], false); err != nil {
		w.t.Fatalf("the client's session ends: %v", err)
	}
}

func (w *userEnd) Tick(now time.Time, send func([]byte)) {
	w.client.flushPartial(now)
	if err := w.client.tick(now, wiretest.OnePath(send)); err != nil {
		w.t.Fatalf("the client's session ends: %v", err)
	}
	w.user.Write(w.display.Frame(nil, w.client.frame(now), display.ScrolledOff{}))
}

func (w *userEnd) Deadline(now time.Time) time.Time { return w.client.deadline(now) }

// hostEnd is the server of a wholeSession as an end of its network.
type hostEnd wholeSession

func (w *hostEnd) Receive(now time.Time, data []byte) {
	if !w.server.Finished() {
		w.server.Receive(now, data, wholePath, false)
	}
}

func (w *hostEnd) Tick(now time.Time, _ func([]byte)) {
	for !w.server.Finished() {
		w.server.Tick(now)
		if !w.host.run(now, w.server) {
			return
		}
	}
}

func (w *hostEnd) Deadline(now time.Time) time.Time {
	if w.server.Finished() {
		return time.Time{}
	}
	return w.server.Deadline(now)
}

// shellHost is a host whose program is a shell. It echoes lines, prints its
// window's size when that changes, and knows the command "exit N".
type shellHost struct {
	send    func([]byte)
	written int // bytes of input whose write is to be reported
	line    string
	output  string
	exit    int // status; 0 while the shell runs
	exited  bool
}

const shellPrompt = "sh>"

func (h *shellHost) Start(cols, rows int) ([]byte, error) {
	h.output = shellPrompt
	return []byte("welcome\r\n"), nil
}

func (h *shellHost) Write(input []byte, _ bool) {
	h.written = len(input)
	for _, b := range input {
		if b != '\r' {
			h.line += string(b)
			h.output += string(b)
			continue
		}
		h.output += "\r\n"
		if _, err := fmt.Sscanf(h.line, "exit %d", &h.exit); err != nil {
			h.output += "did " + h.line + "\r\n" + shellPrompt
		}
		h.line = ""
	}
}

func (h *shellHost) Resize(size serversession.Winsize) {
	h.output += fmt.Sprintf("[%dx%d]", size.Cols, size.Rows)
}

func (h *shellHost) Send(_ *serversession.Attachment, data []byte, path datagram.Path) bool {
	if path == wholePath {
		h.send(data)
	}
	return true
}

func (*shellHost) EndWrite()                    {}
func (*shellHost) FlushInput() bool             { return false }
func (*shellHost) HangUp()                      {}
func (*shellHost) Discipline() state.Discipline { return state.Discipline{} }
func (*shellHost) ClientChanged(netip.Addr)     {}
func (*shellHost) Idle() bool                   { return false }
func (*shellHost) Log(string, ...any)           {}

// run reports the results of the program to the session, and whether there were
// any.
func (h *shellHost) run(now time.Time, s *serversession.Session) (any bool) {
	if n := h.written; n > 0 {
		h.written, any = 0, true
		s.Wrote(now, n, now)
	}
	if output := h.output; output != "" {
		h.output, any = "", true
		s.Output(now, []byte(output))
	}
	if h.exit != 0 && !h.exited {
		h.exited, any = true, true
		s.Exited(now, h.exit)
		s.OutputEnded(now)
	}
	return any
}

// waitShown runs until the user sees text.
func (w *wholeSession) waitShown(text string) {
	w.t.Helper()
	w.WaitFor(time.Minute, fmt.Sprintf("the user does not see %q", text), func() bool {
		return strings.Contains(w.shown(), text)
	})
}

func (w *wholeSession) shown() string { return w.user.Snapshot().Text() }

// TestWholeSession types a command, resizes the window and exits, with the client's
// session and the server's at the two ends of several networks.
func TestWholeSession(t *testing.T) {
	const everything = state.AllExtensions &^ state.ExtTerminal // the fake terminal answers no queries
	for name, network := range map[string]string{
		"perfect": "",
		"slow":    "rtt=300ms,jitter=20ms",
		"lossy":   "rtt=100ms,loss=30%,dup=5%,reorder=10%",
		"outage":  "rtt=100ms,outage=1s+15s",
	} {
		for kind, ext := range map[string]state.Extension{"stock": 0, "extensions": everything} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				w := newWholeSession(t, network, ext)
				w.waitShown("welcome")
				w.waitShown(shellPrompt)
				for _, key := range "hello\r" {
					w.client.handleKeys(w.Now, []byte(string(key)))
					w.Run(70 * time.Millisecond)
				}
				w.waitShown("did hello")
				w.user.Resize(50, 7)
				w.client.resize(w.Now, 50, 7)
				w.waitShown("[50x7]")
				w.client.handleKeys(w.Now, []byte("exit 7\r"))
				w.WaitFor(time.Minute, "the client does not end", func() bool { return w.client.ended(w.Now) != endNone })
				if got := w.client.ended(w.Now); got != endClean {
					t.Errorf("the end of the client is %v, want a clean one", got)
				}
				want := state.ExitStatus{}
				if ext.Has(state.ExtExit) {
					want = state.ExitStatus{Known: true, Status: 7}
				}
				if got := w.client.outcome(endClean).exit; got != want {
					t.Errorf("the exit status is %+v, want %+v", got, want)
				}
				w.WaitFor(time.Minute, "the server does not end", w.server.Finished)
			})
		}
	}
}
