package session

import (
	"testing"
	"time"
)

func TestEchoAck(t *testing.T) {
	var e echoAck
	at := func(ms float64) time.Time { return epoch.Add(time.Duration(ms * float64(time.Millisecond))) }
	if e.ack(epoch) != 0 || !e.deadline().IsZero() {
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
	if !e.deadline().IsZero() {
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
		if d := e.deadline(); !d.After(now) {
			t.Fatalf("deadline %v is not after %v", d, now)
		}
	}
}
