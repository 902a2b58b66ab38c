package display

import (
	"fmt"
	"strings"
	"testing"
)

// forTerminals runs a test with each terminal of the table and some seeds.
func forTerminals(t *testing.T, seeds uint64, test func(t *testing.T, rules terminalRules, seed uint64)) {
	for _, rules := range terminalTable {
		for seed := range seeds {
			t.Run(fmt.Sprintf("%s/%d", rules.name, seed), func(t *testing.T) { test(t, rules, seed) })
		}
	}
}

// TestTranscriptOfPrograms shows programs that do all kinds of things, of which frames are
// skipped. The lines in the user's terminal are those without a Display.
func TestTranscriptOfPrograms(t *testing.T) {
	forTerminals(t, 25, func(t *testing.T, rules terminalRules, seed uint64) {
		r := newTestRig(t, rules, seed, 2+int(seed*7%90), 1+int(seed%25))
		r.start()
		for range 40 {
			r.act()
			switch r.r.IntN(4) {
			case 0:
				r.frame(true)
			case 1:
				r.frame(false)
			}
			if r.r.IntN(10) == 0 {
				r.settle()
				r.checkRows()
			}
		}
		r.settle()
		r.checkRows()
	})
}

// TestLongLinesStayWhole shows lines of all lengths: a line that takes several rows is one
// line in the user's terminal, too.
func TestLongLinesStayWhole(t *testing.T) {
	forTerminals(t, 20, func(t *testing.T, rules terminalRules, seed uint64) {
		r := newTestRig(t, rules, seed, 5+int(seed*7%90), 2+int(seed%25))
		r.start()
		for range 60 {
			r.write(r.nextLine() + "\r\n")
			if r.r.IntN(3) == 0 {
				r.frame(false)
			}
		}
		r.settle()
		r.check()
	})
}

// TestTranscriptOverResizes resizes the window while the program prints lines.
func TestTranscriptOverResizes(t *testing.T) {
	forTerminals(t, 15, func(t *testing.T, rules terminalRules, seed uint64) {
		r := newTestRig(t, rules, seed, 12+int(seed*7%90), 2+int(seed%25))
		r.reference = newTerminal(sessionRules, 400, 120)
		r.start()
		for range 8 {
			for range r.r.IntN(12) {
				r.write(r.nextLine() + "\r\n")
				if r.r.IntN(3) == 0 {
					r.frame(false)
				}
			}
			if rules.fixedLines { // it cuts rows that are too wide
				r.settle()
			}
			r.resizeAtRandom()
			r.settle()
			r.checkText()
		}
	})
}

// TestResizesWhileProgramsRun resizes the window at any time, also before the session has the
// size of the last one. No sequence is written that not every terminal performs in the same
// way, and what was there before the session stays. Lines come at least once.
func TestResizesWhileProgramsRun(t *testing.T) {
	forTerminals(t, 15, func(t *testing.T, rules terminalRules, seed uint64) {
		r := newTestRig(t, rules, seed, 12+int(seed*7%90), 1+int(seed%25))
		r.start()
		for range 30 {
			switch r.r.IntN(6) {
			case 0:
				r.resize(1+r.r.IntN(80), 1+r.r.IntN(25))
			case 1:
				r.deliver()
			case 2:
				r.locate()
				r.frame(true)
			case 3:
				r.act()
			default:
				r.write(r.nextLine() + "\r\n")
				r.frame(false)
			}
		}
		r.settle()
		if s := r.program.Snapshot(); r.visible() != s.Text() {
			t.Errorf("the window shows:\n%s\nwant:\n%s", r.visible(), s.Text())
		}
	})
}

// TestStopLeavesTheScreen ends sessions: the last screen stays, and the cursor is below it.
func TestStopLeavesTheScreen(t *testing.T) {
	forTerminals(t, 10, func(t *testing.T, rules terminalRules, seed uint64) {
		r := newTestRig(t, rules, seed, 20, 2+int(seed%10))
		r.start()
		for range seed * 2 {
			r.write(r.nextLine() + "\r\n")
			r.frame(false)
		}
		r.settle()
		r.frame(true)
		s := r.program.Snapshot()
		r.display.FinalScreen = s
		r.take(r.display.Stop(nil))
		r.checkRows()
		if used := lastUsed(r.user.screen); r.user.x != 0 || r.user.y < used || r.user.y > used {
			t.Errorf("cursor at %d,%d, %d rows are in use", r.user.x, r.user.y, used)
		}
	})
}

// TestSuspendLeavesNothingTwice suspends sessions: they are erased, and shown again below
// what is written meanwhile.
func TestSuspendLeavesNothingTwice(t *testing.T) {
	forTerminals(t, 10, func(t *testing.T, rules terminalRules, seed uint64) {
		r := newTestRig(t, rules, seed, 20, 2+int(seed%10))
		r.start()
		for range 3 {
			for range r.r.IntN(2 * r.user.rows) {
				r.write(r.nextLine() + "\r\n")
				r.frame(false)
			}
			r.settle()
			r.display.Suspending = true
			r.take(r.display.Stop(nil))
			r.user.Write([]byte("suspended\r\n"))
			r.display.Suspending = false
			r.take(r.display.Start(nil, r.user.cols, r.user.rows))
			r.locate()
		}
		r.settle()
		got, want := joined(text(plain(r.user))), joined(text(r.before)+text(plain(r.reference)))
		if got = strings.ReplaceAll(got, "suspended", ""); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}

// TestStartInTheMiddleOfARow begins sessions at any column of any row. The session begins
// in the next row, and what was there before stays.
func TestStartInTheMiddleOfARow(t *testing.T) {
	forTerminals(t, 30, func(t *testing.T, rules terminalRules, seed uint64) {
		r := newTestRig(t, rules, seed, 12+int(seed), 2+int(seed%9))
		r.user.Write([]byte(strings.Repeat("before\r\n", int(seed%11)) + strings.Repeat("x", int(seed)%13)))
		r.before, r.rowsBefore = r.user.transcript(), r.user.windowRows()
		r.take(r.display.Start(nil, r.user.cols, r.user.rows))
		r.locate()
		for range 20 {
			r.write(r.nextLine() + "\r\n")
			if r.r.IntN(2) == 0 {
				r.frame(false)
			}
		}
		r.settle()
		r.checkRows()
		if !rules.fixedLines {
			want := joined(text(plain(r.user)))
			r.resize(12+r.r.IntN(30), 2+r.r.IntN(9))
			r.settle()
			if got := joined(text(plain(r.user))); got != want { // the row may be one line with the session's first
				r.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		}
	})
}
