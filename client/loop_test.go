package client

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/client/predict"
	"gm/internal/alarm"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// predictingLoop returns a connected loop with a mode of prediction.
func predictingLoop(t *testing.T, mode predict.Mode) (*loop, time.Time) {
	t.Helper()
	s := plainSettings()
	s.predict = mode
	return connectedLoop(t, s)
}

// connectedLoop returns a loop whose terminal shows the session, which sends to a socket of this
// machine.
func connectedLoop(t *testing.T, s settings) (*loop, time.Time) {
	t.Helper()
	w := newWorldAt(t, time.Now(), "delay=50ms", s)
	w.Run(time.Second)
	l, _ := pipeLoop(t, w)
	conn, err := udp.Listen(netip.MustParseAddr("127.0.0.1"), udp.PortRange{})
	if err != nil {
		t.Fatal(err)
	}
	l.done = make(chan struct{})
	if err := l.connect(w.Now, direct(conn.Local(), datagram.Key{})); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.roamer.Close(); conn.Close() })
	l.timer = &alarm.Alarm{}
	l.written()
	l.paint(w.Now)
	l.written()
	return l, w.Now
}

func (l *loop) mustIterate(t *testing.T, now time.Time, e event) {
	t.Helper()
	if l.now = now; l.iterate(now, e) != nil {
		t.Fatal("the session has ended")
	}
}

// sendsLater reports whether a datagram is due that was not sent.
func (l *loop) sendsLater(now time.Time) bool { return !l.session.transport.Deadline(now).After(now) }

// TestPaintsKeyBeforeSending types a key that is predicted: it is written to the terminal
// before the datagram is sent, and the datagram follows by itself.
func TestPaintsKeyBeforeSending(t *testing.T) {
	l, now := predictingLoop(t, predict.Experimental)
	l.mustIterate(t, now, event{kind: eventInput, input: []byte("k")})
	if frame := string(l.written()); !strings.Contains(frame, "k") {
		t.Errorf("the terminal gets %q", frame)
	}
	if !l.sendsLater(now) {
		t.Error("the datagram was sent first")
	}
	l.mustIterate(t, now.Add(outputLead/2), event{kind: eventInput, input: []byte("l")})
	l.mustIterate(t, now.Add(outputLead), event{kind: eventTimer})
	if l.sendsLater(now.Add(outputLead)) {
		t.Errorf("the datagram was not sent after %v", outputLead)
	}
}

// TestSendsUnpaintedKeyAtOnce types a key that changes nothing on the screen.
func TestSendsUnpaintedKeyAtOnce(t *testing.T) {
	l, now := predictingLoop(t, predict.Never)
	l.mustIterate(t, now, event{kind: eventInput, input: []byte("k")})
	if l.sendsLater(now) {
		t.Error("the datagram was not sent")
	}
}

// TestLoginKey requests a login from a session whose server knows one path.
func TestLoginKey(t *testing.T) {
	l, now := predictingLoop(t, predict.Never)
	l.handleActions(now, keyActions{login: true})
	if got := l.session.bar.message; got != cannotLogIn {
		t.Errorf("the bar shows %q", got)
	}
}
