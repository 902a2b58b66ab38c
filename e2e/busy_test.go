//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/datagram"
)

// claim is the state of a server that sends arbitrary diffs and knows nothing of its
// client's state.
type claim struct {
	num  int
	diff string
}

func (c claim) Equal(o claim) bool                    { return c.num == o.num }
func (c claim) AppendDiff(dst []byte, _ claim) []byte { return append(dst, c.diff...) }
func (c claim) Apply([]byte) (claim, error)           { return c, nil }
func (c claim) Subtract(claim) claim                  { return c }
func (c claim) MemSize(claim) int                     { return 0 }
func (c claim) Partway(claim) (claim, bool)           { return claim{}, false }

// busyServer sends a client messages of a few bytes that change every cell of the
// largest screen a hundred thousand times, one after the other.
func busyServer(t *testing.T) (port int, key datagram.Key) {
	t.Helper()
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	server, err := wire.New(wire.Config[claim, claim]{Key: key, Direction: datagram.ToClient, MTU: datagram.MTUv4}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 2048)
		for n := 1; ; n++ {
			conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
			length, from, err := conn.ReadFromUDP(buf)
			switch {
			case err == nil:
				server.Receive(time.Now(), buf[:length], datagram.Path{}, false)
			case n > 1 && strings.Contains(err.Error(), "closed"):
				return
			}
			if from != nil {
				server.SetLocal(time.Now(), claim{n, busyMessage})
				server.Tick(time.Now(), func(_ datagram.Path, d []byte) { conn.WriteToUDP(d, from) })
			}
		}
	}()
	return conn.LocalAddr().(*net.UDPAddr).Port, key
}

// busyMessage makes the screen 2000x1000 and scrolls within its margins (a
// HostMessage, protocol, section 5).
var busyMessage = instruction(3, "\x28\xd0\x0f\x30\xe8\x07") +
	instruction(2, field(4, "busy\x1b[?69h\x1b[1;1999s\x1b[H"+strings.Repeat("\x1bM", 100_000)))

func field(number int, text string) string {
	length := ""
	for n := len(text); ; n >>= 7 {
		if n < 0x80 {
			return string([]byte{byte(number<<3 | 2)}) + length + string([]byte{byte(n)}) + text
		}
		length += string([]byte{byte(n&0x7f | 0x80)})
	}
}

func instruction(kind int, text string) string { return field(1, field(kind, text)) }

// TestBusyServer: a server that does nothing but keep its client busy can neither
// hold it nor its terminal.
func TestBusyServer(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(d *desk){
		"escape key": func(d *desk) { d.Type("\x1e"); d.Type(".") },
		"SIGTERM":    func(d *desk) { d.signalBusy(syscall.SIGTERM) },
		"SIGHUP":     func(d *desk) { d.signalBusy(syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port, key := busyServer(t)
			d := newDesk(t, "MOSH_KEY="+key.String())
			d.Line("before=$(stty -g)")
			d.Line(plain + " client 127.0.0.1 " + strconv.Itoa(port))
			d.ExpectFormat("#{alternate_on}", "1")
			end(d)
			d.ExpectFormat("#{alternate_on}", "0")
			d.expectPrompt()
			d.Line(`clear; test "$before" = "$(stty -g)" && echo same''as`)
			d.ExpectLine("sameas")
		})
	}
}

// signalBusy signals gm's client.
func (d *desk) signalBusy(signal syscall.Signal) {
	d.t.Helper()
	for _, p := range d.family.Processes() {
		if p.Command[0] == plain {
			signalPID(d.t, p.PID, signal)
			return
		}
	}
	d.t.Fatal(fmt.Sprint("no client among ", d.family.Processes()))
}
