package alarm

import (
	"testing"
	"testing/synctest"
	"time"
)

const tick = 30 * time.Millisecond

// never is a time after the end of a test.
func never() time.Time { return time.Now().Add(time.Hour) }

// await returns when a rings, and how long after began that is.
func await(t *testing.T, a *Alarm, began time.Time) time.Duration {
	t.Helper()
	select {
	case <-a.C():
	case <-time.After(10 * time.Second):
		t.Fatal("the alarm does not ring")
	}
	return time.Since(began)
}

// each runs a test with the timer of the system, if there is one, and with a time.Timer
// in virtual time.
func each(t *testing.T, test func(t *testing.T, a *Alarm)) {
	t.Run("system", func(t *testing.T) {
		a := New()
		defer a.Close()
		test(t, a)
	})
	t.Run("zero", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := &Alarm{}
			defer a.Close()
			test(t, a)
		})
	})
}

func TestRingsAtTheTime(t *testing.T) {
	each(t, func(t *testing.T, a *Alarm) {
		for range 3 {
			began := time.Now()
			a.Set(began.Add(tick))
			if d := await(t, a, began); d < tick {
				t.Errorf("it rings after %v, want %v", d, tick)
			}
		}
	})
}

func TestRingsForATimeThatIsOver(t *testing.T) {
	each(t, func(t *testing.T, a *Alarm) {
		past := time.Now().Add(-tick)
		for range 3 {
			a.Set(past)
			await(t, a, past)
		}
	})
}

// TestLaterTimeReplaces sets each time before the last one has come.
func TestLaterTimeReplaces(t *testing.T) {
	each(t, func(t *testing.T, a *Alarm) {
		began := time.Now()
		a.Set(began.Add(tick))
		a.Set(began.Add(3 * tick))
		if d := await(t, a, began); d < 3*tick {
			t.Errorf("it rings after %v, want %v", d, 3*tick)
		}
		began = time.Now()
		a.Set(never())
		a.Set(began.Add(tick))
		if d := await(t, a, began); d < tick || d > time.Minute {
			t.Errorf("it rings after %v, want %v", d, tick)
		}
	})
}

func TestZeroTimeNeverRings(t *testing.T) {
	each(t, func(t *testing.T, a *Alarm) {
		a.Set(time.Now().Add(tick))
		a.Set(time.Time{})
		select {
		case <-a.C():
			t.Error("it rings")
		case <-time.After(3 * tick):
		}
	})
}

func TestClosedAlarmIsSilent(t *testing.T) {
	each(t, func(t *testing.T, a *Alarm) {
		a.Set(time.Now().Add(tick))
		a.Close()
		select {
		case <-a.C():
			t.Error("it rings")
		case <-time.After(3 * tick):
		}
	})
}

// TestSetAllocatesNothing counts the allocations of a turn of a loop.
func TestSetAllocatesNothing(t *testing.T) {
	a := New()
	defer a.Close()
	a.Set(never())
	if n := testing.AllocsPerRun(100, func() { a.Set(never()) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
