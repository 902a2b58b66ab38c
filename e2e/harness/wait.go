package harness

import (
	"testing"
	"time"
)

// Patience is the longest wait for an event that must happen. It bounds the cost of a
// broken program; no test waits until it has passed.
const Patience = time.Minute

// tick is the polling interval for states that nothing announces.
const tick = 20 * time.Millisecond

// Until waits at most limit for cond to hold, and fails the test otherwise. report, if
// not nil, describes the state for the failure.
func Until(t testing.TB, what string, limit time.Duration, cond func() bool, report func() string) {
	t.Helper()
	wait(t, what, limit, nil, cond, report)
}

// wait is Until that also evaluates cond at each event.
func wait(t testing.TB, what string, limit time.Duration, event <-chan struct{}, cond func() bool, report func() string) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for !cond() {
		select {
		case <-event:
		case <-ticker.C:
		case <-deadline.C:
			seen := ""
			if report != nil {
				seen = "\n" + report()
			}
			t.Fatalf("no %s within %v%s", what, limit, seen)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
