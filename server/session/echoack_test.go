package session

import (
	"testing"
	"time"
)

func TestEchoAck(t *testing.T) {
	var e echoAck
	at := func(ms float64) time.Time { return epoch.Add(time.Duration(ms * float64(time.Millisecond))) }
	if e.ack(epoch) != 0 || !e.deadline(epoch, 0).IsZero() {
		t.Fatal("there is an ack without input")
	}
	e.inputDelivered(at(0), 3)
	e.inputDelivered(at(10.2), 4)
	for _, step := range []struct {
		ms   float64
		want uint64
	}{{49, 0}, {49.9, 0}, {51, 3}, {60, 3}, {62, 4}, {900, 4}} {
		if got := e.ack(at(step.ms)); got != step.want {
			t.Errorf("at %v ms: %d, want %d", step.ms, got, step.want)
		}
	}
	if !e.deadline(at(900), 0).IsZero() {
		t.Error("a deadline without input under way")
	}
}

// However fast input arrives, the pending acks are bounded and the ack advances.
func TestEchoAckIsBounded(t *testing.T) {
	var e echoAck
	now := epoch
	for num := range uint64(100000) {
		now = now.Add(10 * time.Microsecond)
		e.inputDelivered(now, num+1)
		ack := e.ack(now)
		if len(e.pending) > int(echoDelay/time.Millisecond)+2 {
			t.Fatalf("%d entries", len(e.pending))
		}
		if lag := num + 1 - ack; num > 6000 && (lag < 5000 || lag > 5200) {
			t.Fatalf("after %d the ack is %d", num+1, ack)
		}
		if d := e.deadline(now, 0); !d.After(now) {
			t.Fatalf("deadline %v is not after %v", d, now)
		}
	}
}

// TestEchoAckWaitsForAFrame checks the times of an echo ack that may wait for 100 ms, with
// and without a frame that carries it.
func TestEchoAckWaitsForAFrame(t *testing.T) {
	var e echoAck
	const wait = 100 * time.Millisecond
	at := func(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }
	e.inputDelivered(at(0), 3)
	if got := e.deadline(at(10), wait); got != at(151) {
		t.Errorf("the deadline is %v", got.Sub(epoch))
	}
	if e.ack(at(60)) != 3 || !e.waits(at(60), wait) || e.deadline(at(60), wait) != at(151) {
		t.Errorf("at 60 ms: ack %d, waits %v, deadline %v", e.acked, e.waits(at(60), wait), e.deadline(at(60), wait).Sub(epoch))
	}
	e.inputDelivered(at(120), 4)
	if e.ack(at(151)) != 3 || e.waits(at(151), wait) || e.deadline(at(151), wait) != at(271) {
		t.Errorf("at 151 ms: ack %d, waits %v, deadline %v", e.acked, e.waits(at(151), wait), e.deadline(at(151), wait).Sub(epoch))
	}
	e.offered()
	if e.ack(at(175)) != 4 || !e.waits(at(175), wait) {
		t.Errorf("at 175 ms: ack %d, waits %v", e.acked, e.waits(at(175), wait))
	}
	e.offered()
	if e.waits(at(175), wait) || !e.deadline(at(175), wait).IsZero() {
		t.Error("an ack that was sent waits")
	}
}

// TestTypingThroughAPipe costs a datagram each way for each key. The echo ack of the last one
// comes alone.
func TestTypingThroughAPipe(t *testing.T) {
	y := newTypist(t, "rtt=100ms", 1)
	y.usePipe()
	y.Run(time.Second)
	if got := y.typeFor(500); !got.within(103, 104, 112) || got.up > 1.05 || got.down > 1.05 {
		t.Errorf("took %v", got)
	}
	for range 3 {
		y.key()
		y.Run(260 * time.Millisecond)
		if remote, _ := y.client.Remote(); remote.EchoAck < y.client.Sent() {
			t.Errorf("after 260 ms the echo ack is %d, want %d", remote.EchoAck, y.client.Sent())
		}
		y.Run(time.Second)
	}
	y.wantIdle()
}
