//go:build unix

package server

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/server/session"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// overtaken is a loop in the middle of old output, with an interrupt behind it and
// another buffer of output waiting.
type overtaken struct {
	*loop
	t      *testing.T
	now    time.Time
	socket *fakeSocket
	client *wire.Transport[state.User, state.Screen]
}

// newOvertaken returns a loop whose waiting buffer, "next", was read after that many
// interrupts.
func newOvertaken(t *testing.T, interrupts uint64) *overtaken {
	t.Helper()
	o := &overtaken{t: t, now: time.Unix(1e9, 0), socket: newFakeSocket()}
	launch := func(cols, rows int) (program, []byte, error) { return nil, nil, errors.New("not started") }
	o.loop = newLoop(loopConfig{socket: o.socket, launch: launch, changed: func(netip.Addr) {}, logger: t.Logf})
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	o.client = newClient(t, key, o.now)
	o.session = session.New(session.Config{Terminal: vt.Options{Passages: true}}, o.loop, o.now)
	if _, err = o.session.Attach(session.ClientConfig{Key: &key, Dialect: vt.Full()}, o.now); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		<-o.output.free
	}
	old, next := make([]byte, outputBuffer), make([]byte, outputBuffer)
	copy(next, "next")
	o.take(output{data: old[:copy(old, strings.Repeat("old ", 100)+"\x1b[31")]}, true)
	o.output.full <- output{next[:4], interrupts}
	o.session.Output(o.now, o.unread)
	o.unread = o.unread[4:]
	o.interrupted(o.now, 1)
	return o
}

// screen returns the text of the session's screen.
func (o *overtaken) screen() string {
	for end := o.now.Add(time.Second); o.now.Before(end); o.now = o.now.Add(10 * time.Millisecond) {
		o.client.Tick(o.now, func(_ datagram.Path, d []byte) {
			o.loop.session.Receive(o.now, d, datagram.Path{Local: serverAddr, Remote: clientAddr}, false)
		})
		o.session.Tick(o.now)
		for len(o.socket.out) > 0 {
			o.client.Receive(o.now, <-o.socket.out, datagram.Path{}, false)
		}
	}
	remote, _ := o.client.Remote()
	return remote.Screen.Text()
}

// Output that an interrupt has overtaken is dropped after interruptGrace; output
// that came after the interrupt is not.
func TestOvertakenOutput(t *testing.T) {
	o := newOvertaken(t, 1)
	if o.dropOvertaken(o.now.Add(interruptGrace - 1)); len(o.unread) == 0 {
		t.Fatal("output is dropped too early")
	}
	o.dropOvertaken(o.now.Add(interruptGrace))
	if string(o.unread) != "next" || len(o.output.free) != 2 || !o.overtaken.IsZero() {
		t.Errorf("%q is left, with %d free buffers", o.unread, len(o.output.free))
	}
	o.parse(o.now)
	if text := o.screen(); !strings.Contains(text, "old\nnext") {
		t.Errorf("the screen is %q", text)
	}
	o.interrupted(o.now, 1)
	if o.dropOvertaken(o.now.Add(time.Hour)); !o.overtaken.IsZero() {
		t.Error("an interrupt is waited for without output")
	}
}

func TestOvertakenToTheEnd(t *testing.T) {
	o := newOvertaken(t, 0)
	o.dropOvertaken(o.now.Add(interruptGrace))
	if len(o.unread) > 0 || len(o.output.full) > 0 || len(o.output.free) != 3 {
		t.Errorf("%q is left, with %d free buffers", o.unread, len(o.output.free))
	}
}

// answering is a program that answers input while Write is still running.
type answering struct {
	program
	input, answer chan struct{}
}

func (a *answering) Write(b []byte) (int, error) {
	a.input <- struct{}{}
	<-a.answer
	return len(b), nil
}

func (a *answering) Read(b []byte) (int, error) {
	<-a.input
	return copy(b, "stopped"), nil
}

// TestAnswerToInterrupt: what a program writes at an interrupt is not dropped, even if it
// is read before the interrupt counts as written.
func TestAnswerToInterrupt(t *testing.T) {
	o := newOvertaken(t, 0)
	a := &answering{input: make(chan struct{}), answer: make(chan struct{})}
	o.program = a
	o.take(<-o.output.full, true)
	go o.readOutput()
	go o.writeInput()
	o.input <- chunk{[]byte("\x03"), true}
	answer := <-o.output.full
	close(a.answer)
	written := (<-o.events).(inputWritten)
	o.interrupted(o.now, written.interrupt)
	o.output.full <- answer
	o.dropOvertaken(o.now.Add(interruptGrace))
	if string(o.unread) != "stopped" {
		t.Errorf("%q is left of the output, want the answer to the interrupt", o.unread)
	}
	close(o.quit)
}

// TestControlModeIsNotOvertaken has an interrupt behind output of tmux in control mode: all of
// it is kept.
func TestControlModeIsNotOvertaken(t *testing.T) {
	o := newOvertaken(t, 0)
	o.session.Output(o.now, []byte("m\x1bP1000p%output %0 a"))
	left := len(o.unread)
	if o.dropOvertaken(o.now.Add(interruptGrace)); len(o.unread) != left {
		t.Errorf("%d bytes are left, of %d", len(o.unread), left)
	}
}
