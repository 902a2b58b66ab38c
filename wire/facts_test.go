package wire

import (
	"testing"
	"time"
)

// TestMeasurements has datagrams that take 50 ms.
func TestMeasurements(t *testing.T) {
	s := newStage(t)
	if got := s.tr.RTTVariation(); got != 500*time.Millisecond {
		t.Errorf("before the first sample round trips vary by %v", got)
	}
	s.runUntil(50)
	s.mustAnswer(100, instruction{newNum: 1, ackNum: 1})
	if got := s.tr.RTTVariation(); got != 50*time.Millisecond {
		t.Errorf("after the first sample round trips vary by %v", got)
	}
	if sent, received := s.tr.Traffic(); sent.Datagrams != 1 || received.Datagrams != 1 || sent.Bytes == 0 || received.Bytes == 0 {
		t.Errorf("sent %+v, received %+v", sent, received)
	}
	if got := s.tr.Loss(); got != 0 {
		t.Errorf("a loss of %v is seen", got)
	}
}
