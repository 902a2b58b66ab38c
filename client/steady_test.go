package client

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/client/predict"
	"gm/vt"
	"gm/wire/wiretest"
)

// observe types with predictions and returns the screen and the time after each key.
// The clock is set by set after 10 keys, and back by twice that after 24.
func observe(t *testing.T, set time.Duration) (seen []string) {
	t.Helper()
	start := time.Now()
	s := plainSettings()
	s.predict = predict.Adaptive
	w := newWorldAt(t, start, "delay=120ms", s)
	w.Run(2 * time.Second)
	if set.Round(time.Second) != set || w.Now.Sub(start) != 2*time.Second {
		t.Fatalf("%v passed", w.Now.Sub(start))
	}
	for i := range 40 {
		switch i {
		case 10:
			w.Now = wiretest.SetClock(w.Now, set)
		case 24:
			w.Now = wiretest.SetClock(w.Now, -2*set)
		}
		w.types("k")
		w.Run(50 * time.Millisecond)
		seen = append(seen, fmt.Sprint(w.Now.Sub(start), w.user.Snapshot().RowText(0)))
		w.Run(350 * time.Millisecond)
		seen = append(seen, fmt.Sprint(w.Now.Sub(start), w.user.Snapshot().RowText(0)))
	}
	w.Run(time.Minute)
	if end := w.client.ended(w.Now); end != endNone {
		t.Errorf("the session has ended: %d", end)
	}
	return append(seen, w.received, w.user.Snapshot().RowText(0))
}

// TestClockIsSet sets the clock of the user's machine by a day, forward and back: the
// user sees no difference.
func TestClockIsSet(t *testing.T) {
	want := observe(t, 0)
	for _, by := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		if got := observe(t, by); !slices.Equal(got, want) {
			t.Errorf("set by %v:\n%q\nwant\n%q", by, got, want)
		}
	}
}

// TestHourStopped stops the client for an hour: the session then continues.
func TestHourStopped(t *testing.T) {
	w := newWorld(t, "delay=50ms", plainSettings())
	w.Run(time.Second)
	w.types("before ")
	w.Run(time.Second)
	w.Now = w.Now.Add(time.Hour)
	w.types("after")
	w.Run(5 * time.Second)
	w.sees(0, "before after")
	if w.received != "before after" {
		t.Errorf("the program got %q", w.received)
	}
}

// TestNothingLost types 600 numbered lines, with every prediction shown, over
// a network that loses 30%, duplicates and reorders: the program gets each once and in
// order, and the screen is the same as without a network. Package server/session types
// 10,000 and roams.
func TestNothingLost(t *testing.T) {
	s := plainSettings()
	s.predict = predict.Always
	w := newWorld(t, "delay=40ms,jitter=20ms,loss=30%,dup=10%,reorder=20%", s)
	w.Run(2 * time.Second)
	var typed strings.Builder
	for i := range 600 {
		line := fmt.Sprintf("line %d\r\n", i)
		typed.WriteString(line)
		w.types(line)
		w.Run(15 * time.Millisecond)
	}
	w.Run(20 * time.Second)
	if w.received != typed.String() {
		t.Errorf("the program got %d of %d bytes", len(w.received), typed.Len())
	}
	alone := vt.NewTerminal(worldCols, worldRows, vt.Options{})
	alone.Write([]byte(typed.String()))
	for y := range worldRows {
		w.sees(y, alone.Snapshot().RowText(y))
	}
}
