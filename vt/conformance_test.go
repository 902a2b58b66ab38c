package vt

import (
	"fmt"
	"testing"
)

// TestDECSCL expects xterm's replies, except after RIS, where xterm keeps the
// level.
func TestDECSCL(t *testing.T) {
	level := func(n int) string { return fmt.Sprintf("\x1b[%d;1\"p", n) }
	tell := "\x1bP$q\"p\x1b\\"
	told := func(n int) string { return fmt.Sprintf("\x1bP1$r%d;1\"p\x1b\\", n) }
	runFunctions(t, []functionTest{
		{name: "level 1", input: level(61) + tell, reply: told(61)},
		{name: "level 5", input: level(62) + level(65) + tell, reply: told(64)},
		{name: "no level", input: level(62) + level(60) + level(66) + "\x1b[\"p" + tell, reply: told(62)},
		{name: "DECSTR keeps it", input: level(62) + "\x1b[!p" + tell, reply: told(62)},
		{name: "RIS", input: level(62) + "\x1bc" + tell, reply: told(64)},
		{name: "resets softly", input: "abc\x1b[4h\x1b[2;3r\x1b[2;4H" + level(64) + "\x1b[4$p\x1bP$qr\x1b\\", screen: "abc", cursor: at(3, 1),
			reply: "\x1b[4;2$y\x1bP1$r1;5r\x1b\\"},
		{name: "DECRQM at 2", input: level(62) + "\x1b[4$p\x1b[1$p\x1b[?7$p", reply: "\x1b[?7;1$y"},
		{name: "DECRQM at 3", input: level(63) + "\x1b[4$p\x1b[1$p", reply: "\x1b[4;2$y\x1b[1;4$y"},
		{name: "DECLRMM at 3", input: level(63) + "\x1b[?69h\x1b[?69$p" + level(64) + "\x1b[?69$p", reply: "\x1b[?69;0$y\x1b[?69;2$y"},
		{name: "DECSLRM at 3 is SCOSC", input: level(63) + "\x1b[?69h\x1b[2;4H\x1b[5;8s\x1b[H\x1b[u", cursor: at(3, 1)},
		{name: "DECERA at 3", input: level(63) + "ab\x1b[1;1;1;1$z", screen: "ab"},
		{name: "DECERA at 4", input: level(64) + "ab\x1b[1;1;1;1$z", screen: ".b"},
		{name: "DECIC at 3", input: level(63) + "ab\r\x1b['}", screen: "ab"},
		{name: "DECFI and DECBI at 3", input: level(63) + "\x1b9\x1b9\x1b6", cursor: at(0, 0)},
		{name: "DECSACE at 3", input: level(63) + "\x1b[2*x\x1bP$q*x\x1b\\", reply: "\x1bP1$r0*x\x1b\\"},
		{name: "DECSCUSR at 1", input: level(61) + "\x1b[4 q\x1bP$q q\x1b\\", reply: "\x1bP1$r4 q\x1b\\"},
	})
}
