package harness

import (
	"testing"
	"time"
)

// Patience is how long something may take that must happen. It bounds what a
// broken program costs; nothing waits for it to pass.
const Patience = time.Minute

// tick is how often a state is looked at that nobody announces.
const tick = 20 * time.Millisecond

// Until waits for cond, at most limit, and fails the test if it does not come
// true. report, if not nil, says what is there instead.
func Until(t testing.TB, what string, limit time.Duration, cond func() bool, report func() string) {
	t.Helper()
	wait(t, what, limit, nil, cond, report)
}

// wait is Until which looks again at each event as well.
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
