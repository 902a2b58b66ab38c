//go:build unix

package server

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"gm/vt"
	"gm/vt/recording"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// The same output goes through mosh-server and through gm's server, and what
// comes over the network is counted.
const (
	mostFrames = 40                     // of one recording
	rest       = 100 * time.Millisecond // between frames, when they were recorded
	atOnce     = 12                     // servers
)

// spent is what one recording costs with one server.
type spent struct {
	diffs     int // bytes for the terminal
	datagrams int // bytes
	err       error
}

func ratio(a, b int) float64 { return float64(a) / float64(max(b, 1)) }

// measure runs a server and plays the frames in it.
func measure(home string, command []string, r recording.Recording, frames []recording.Event) (s spent) {
	at, pid, err := launch(home, command)
	if err != nil {
		return spent{err: err}
	}
	defer syscall.Kill(pid, syscall.SIGTERM)
	m, err := newMeter(at)
	if err != nil {
		return spent{err: err}
	}
	defer m.conn.Close()
	m.send(state.User{}.WithSize(r.Cols, r.Rows))
	m.until("ready", func(s state.Screen) bool { return strings.Contains(s.Screen.Text(), "ready") })
	m.spent = spent{err: m.spent.err}
	for _, f := range frames {
		if f.Cols > 0 {
			m.send(m.wire.Local().WithSize(f.Cols, f.Rows))
		} else {
			m.send(m.wire.Local().WithKeys([]byte("\n")))
		}
	}
	m.send(m.wire.Local().WithKeys([]byte("\n")))
	m.until("end", func(s state.Screen) bool { return s.Screen.Title == "end" })
	return m.spent
}

// launch starts a server and waits until it has detached.
func launch(home string, command []string) (at wire.Announcement, pid int, err error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "SHELL=/bin/sh", "LANG=C.UTF-8", "USER=tester"}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		return at, 0, fmt.Errorf("%s: %w\n%s", command[0], err, stderr.Bytes())
	}
	for line := range strings.Lines(string(stdout)) {
		if _, err := at.ParseLine(strings.TrimSpace(line)); err != nil {
			return at, 0, err
		}
	}
	_, text, found := strings.Cut(stderr.String(), "detached, pid = ")
	if _, err := fmt.Sscan(strings.TrimRight(text, "]\n"), &pid); err != nil || !found {
		return at, 0, fmt.Errorf("no pid in %q", stderr.Bytes())
	}
	return at, pid, nil
}

// meter is a client that counts.
type meter struct {
	spent
	conn  *net.UDPConn
	wire  *wire.Transport[state.User, tallied]
	acked uint64 // by an echo ack
}

// tallied is a screen that counts the bytes of the diffs applied to it.
type tallied struct {
	state.Screen
	diffs *int
}

func (s tallied) Equal(o tallied) bool { return s.Screen.Equal(o.Screen) }
func (s tallied) AppendDiff(dst []byte, from tallied) []byte {
	return s.Screen.AppendDiff(dst, from.Screen)
}
func (s tallied) Subtract(tallied) tallied { return s }
func (s tallied) MemSize(tallied) int      { return 0 }

func (s tallied) Partway(tallied) (tallied, bool) { return tallied{}, false }

func (s tallied) Apply(diff []byte) (tallied, error) {
	*s.diffs += hoststrings(diff)
	next, err := s.Screen.Apply(diff)
	return tallied{next, s.diffs}, err
}

// hoststrings returns the length of the output in a HostMessage (protocol,
// section 5): field 4 in field 2 in field 1.
func hoststrings(message []byte) (n int) {
	for _, instruction := range fields(message, 1) {
		for _, host := range fields(instruction, 2) {
			for _, text := range fields(host, 4) {
				n += len(text)
			}
		}
	}
	return n
}

func fields(message []byte, want protowire.Number) (values [][]byte) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return values
		}
		message = message[n:]
		length := protowire.ConsumeFieldValue(number, kind, message)
		if length < 0 {
			return values
		}
		if number == want && kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(message)
			values = append(values, value)
		}
		message = message[length:]
	}
	return values
}

func newMeter(at wire.Announcement) (*meter, error) {
	addr := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), at.Port))
	conn, err := net.DialUDP("udp4", nil, addr)
	if err != nil {
		return nil, err
	}
	m := &meter{conn: conn}
	m.wire, err = wire.New(wire.Config[state.User, tallied]{
		Key: at.Key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: tallied{state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)}, &m.diffs},
	}, time.Now())
	return m, err
}

// send sends u and waits for its echo ack: the program has had it for 50 ms and has
// written a frame.
func (m *meter) send(u state.User) {
	m.wire.SetLocal(time.Now(), u)
	before := m.acked
	m.until("echo ack", func(s state.Screen) bool {
		m.acked = max(m.acked, s.EchoAck)
		return m.acked > before
	})
}

func (m *meter) until(what string, ok func(state.Screen) bool) {
	var buf [2048]byte
	for limit := time.Now().Add(patience); m.err == nil; {
		if remote, _ := m.wire.Remote(); ok(remote.Screen) {
			return
		}
		now := time.Now()
		if now.After(limit) {
			m.err = fmt.Errorf("no %s", what)
		}
		if err := m.wire.Tick(now, func(_ datagram.Path, d []byte) { m.conn.Write(d) }); err != nil {
			m.err = err
		}
		m.conn.SetReadDeadline(earliest(now.Add(50*time.Millisecond), m.wire.Deadline(now)))
		if n, err := m.conn.Read(buf[:]); err == nil {
			m.datagrams += n
			m.wire.Receive(time.Now(), buf[:n], datagram.Path{}, false)
		}
	}
}
