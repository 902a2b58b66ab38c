package wire

import (
	"testing"
	"time"
)

const second = 1000

func TestHopWithoutAnAnswer(t *testing.T) {
	h := NewHopper(at(0))
	if got := h.Deadline(at(0)); got != at(10*second) {
		t.Errorf("deadline %v, want 10s", got.Sub(epoch))
	}
	if h.Due(at(9999), at(0)) {
		t.Error("due before 10 s")
	}
	if !h.Due(at(10*second), at(0)) {
		t.Error("not due after 10 s")
	}
	if got := h.Opened(at(10 * second)); got != 0 {
		t.Errorf("%d sockets too many of two", got)
	}
	if h.Due(at(19_999), at(0)) || !h.Due(at(20*second), at(0)) {
		t.Error("the second socket does not have its 10 s")
	}
}

// TestNoHopWhileAnswered: nothing is due, however old the socket is, while no answer is
// waited for or the wait is short.
func TestNoHopWhileAnswered(t *testing.T) {
	h := NewHopper(at(0))
	if h.Due(at(60*second), time.Time{}) || !h.Deadline(time.Time{}).IsZero() {
		t.Error("due with all answered")
	}
	if h.Due(at(60*second), at(50*second+1)) || !h.Due(at(60*second), at(50*second)) {
		t.Error("not due 10 s after the datagram without an answer")
	}
}

// TestHopAfterAFreshSocket waits for an answer since before the newest socket was opened,
// which does not bring the hop forward.
func TestHopAfterAFreshSocket(t *testing.T) {
	h := NewHopper(at(0))
	h.Opened(at(30 * second))
	if h.Due(at(39_999), at(5*second)) || !h.Due(at(40*second), at(5*second)) {
		t.Error("a socket younger than 10 s is given up")
	}
}

func TestHopKeepsTen(t *testing.T) {
	h := NewHopper(at(0))
	closed := 0
	for i := 1; i <= 20; i++ {
		closed += h.Opened(at(10 * second * i))
	}
	if closed != 11 {
		t.Errorf("%d of 21 sockets are closed, want 11", closed)
	}
}

func TestHopClosesTheOld(t *testing.T) {
	h := NewHopper(at(0))
	if got := h.Stale(at(100 * second)); got != 0 {
		t.Errorf("the only socket is stale: %d", got)
	}
	for i := range 3 {
		h.Opened(at((i + 1) * 10 * second))
	}
	waiting := at(85 * second)
	if got := h.Deadline(waiting); got != at(90*second) {
		t.Errorf("deadline %v, want the newest's 60 s", got.Sub(epoch))
	}
	if got := h.Deadline(time.Time{}); got != at(90*second) {
		t.Errorf("deadline %v with all answered, want the newest's 60 s", got.Sub(epoch))
	}
	if got := h.Stale(at(89_999)); got != 0 {
		t.Errorf("%d are closed before the newest is 60 s old", got)
	}
	if got := h.Stale(at(90 * second)); got != 3 {
		t.Errorf("%d are closed, want 3", got)
	}
	if got := h.Stale(at(91 * second)); got != 0 {
		t.Errorf("%d are closed twice", got)
	}
	if got := h.Deadline(waiting); got != at(95*second) {
		t.Errorf("deadline %v, want 10 s after the datagram without an answer", got.Sub(epoch))
	}
}

func TestHopFails(t *testing.T) {
	h := NewHopper(at(0))
	h.Failed(at(10 * second))
	if h.Due(at(19_999), at(0)) || !h.Due(at(20*second), at(0)) {
		t.Error("the next try is not 10 s later")
	}
	if got := h.Stale(at(100 * second)); got != 0 {
		t.Errorf("%d sockets are closed of one", got)
	}
}
