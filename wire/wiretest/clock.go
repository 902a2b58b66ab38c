package wiretest

import (
	"time"
	"unsafe"
)

// SetClock returns now as it reads after the host's clock was set by whole
// seconds: the wall clock has moved, the monotonic clock has not (package time,
// Monotonic Clocks). now must have a monotonic reading.
func SetClock(now time.Time, by time.Duration) time.Time {
	const secondsShift = 30 // of the seconds in the first word
	*(*uint64)(unsafe.Pointer(&now)) += uint64(by/time.Second) << secondsShift
	return now
}
