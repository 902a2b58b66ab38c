package display

import (
	"fmt"
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
