package vt

import (
	"fmt"
	"testing"
)

// TestDiffCannotUseRectangles applies rectangle operations as a diff. They must
// change nothing, or a hostile server could keep a client busy for hours.
func TestDiffCannotUseRectangles(t *testing.T) {
	program := typed("text\x1b[H")
	for _, sequence := range []string{"65;1;1;9;9$x", "1;1;9;9$z", "1;1;9;9${", "1;1;9;9;1$r", "1;1;9;9;1$t", "1;1;1;3;1;2;2;1$v", "1;1;1;1;9;9*y"} {
		before := program.Snapshot()
		receiver := Resume(before)
		fmt.Fprintf(receiver, "\x1b[%s", sequence)
		if after := receiver.Snapshot(); !after.EqualIn(before, Full()) || len(receiver.TakeReplies(nil)) > 0 {
			t.Errorf("CSI %s in a diff changes the screen", sequence)
		}
	}
}
