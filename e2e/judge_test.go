//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"time"

	"gm/vt"
)

// judgement is the verdict on a performance.
type judgement struct {
	keys, shown, wrong int
	settled            bool // it came to the right end
	notes              []string
}

func (j *judgement) note(format string, a ...any) {
	j.notes = append(j.notes, fmt.Sprintf(format, a...))
}

func (j judgement) String() string {
	share := func(n int) float64 { return 100 * float64(n) / float64(j.keys) }
	return fmt.Sprintf("shown %5.1f%%  wrong %5.1f%%  of %d keys, right in the end: %v", share(j.shown), share(j.wrong), j.keys, j.settled)
}

// judgePerformance compares a performance with the truth as BenchmarkPrediction
// describes, with these limits for the age of a screen and for the delay of a key.
func judgePerformance(p, truth performance, stale, promptly time.Duration) judgement {
	j := judgement{keys: len(p.typed)}
	for i, typed := range p.typed {
		end, trueEnd := keyEnd(p, i), keyEnd(truth, i)
		want := between(truth.frames, truth.typed[i], trueEnd)
		seen, right := between(p.frames, typed, typed.Add(promptly)), want[len(want)-1].screen
		if slices.ContainsFunc(seen, func(f traceFrame) bool { return sameLine(f.screen, right) }) {
			j.shown++
		} else {
			j.note("key %d not shown: %q, want %q", i, cursorLine(seen[len(seen)-1].screen), cursorLine(right))
		}
		for _, f := range between(p.frames, typed, end) {
			oldest := typedBefore(p, f.at.Add(-stale), i)
			possible := between(truth.frames, truth.typed[oldest], trueEnd)
			if x, y, ok := falseCell(f.screen, possible); ok {
				j.wrong++
				j.note("key %d wrong at %d,%d: %q", i, x, y, rowText(f.screen, y, traceCols))
				break
			}
		}
	}
	last, want := p.frames[len(p.frames)-1].screen, truth.frames[len(truth.frames)-1].screen
	j.settled = last.Cursor.X == want.Cursor.X && last.Cursor.Y == want.Cursor.Y && sameScreens(last, want)
	return j
}

// keyEnd is when the effect of key i ends to be the newest.
func keyEnd(p performance, i int) time.Time {
	if i+1 < len(p.typed) {
		return p.typed[i+1]
	}
	return p.frames[len(p.frames)-1].at.Add(1)
}

// typedBefore returns the newest key up to i that was typed before a time, or the first.
func typedBefore(p performance, at time.Time, i int) int {
	for i > 0 && !p.typed[i].Before(at) {
		i--
	}
	return i
}

// between returns the frames from one time to before another, the frame at the first
// time included.
func between(frames []traceFrame, from, to time.Time) []traceFrame {
	first := 0
	for first+1 < len(frames) && !frames[first+1].at.After(from) {
		first++
	}
	last := first + 1
	for last < len(frames) && frames[last].at.Before(to) {
		last++
	}
	return frames[first:last]
}

// sameLine reports whether the cursor is in the same column behind the same text.
func sameLine(a, b *vt.Screen) bool {
	return a.Cursor.X == b.Cursor.X && rowText(a, a.Cursor.Y, a.Cursor.X) == rowText(b, b.Cursor.Y, b.Cursor.X)
}

func cursorLine(s *vt.Screen) string { return rowText(s, s.Cursor.Y, s.Cursor.X) + "|" }

// falseCell finds a cell of s that none of the frames has.
func falseCell(s *vt.Screen, frames []traceFrame) (x, y int, ok bool) {
	for y := range traceRows {
		for x := range traceCols {
			text := cellText(s, x, y)
			if !slices.ContainsFunc(frames, func(f traceFrame) bool { return cellText(f.screen, x, y) == text }) {
				return x, y, true
			}
		}
	}
	return 0, 0, false
}

func cellText(s *vt.Screen, x, y int) string { return string(s.AppendText(nil, s.Cell(x, y))) }

// sameScreens compares the cells with their renditions.
func sameScreens(a, b *vt.Screen) bool {
	for y := range traceRows {
		for x := range traceCols {
			if !a.SameCell(x, y, b) {
				return false
			}
		}
	}
	return true
}
