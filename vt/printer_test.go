package vt

import "testing"

func TestPrinterController(t *testing.T) {
	runFunctions(t, []functionTest{
		{name: "text", input: "ab\x1b[5icd\r\nef\x1b[4ig", screen: "abg"},
		{name: "questions", input: "\x1b[5i\x1b[c\x1b[6n\x1b]2;t\a\x1b[4i\x1b[5n", reply: "\x1b[0n"},
		{name: "other ends", input: "\x1b[5i\x1b[04i\x1b[?4i\x1b[4;1i\x1b\x1b[\x1b[4iz", screen: "z"},
		{name: "twice", input: "\x1b[5ia\x1b[5ib\x1b[4ic\x1b[4id", screen: "cd"},
		{name: "RIS", input: "ab\x1b[5icd\x1bce", screen: "e"},
		{name: "auto print", input: "ab\x1b[?5icd\x1b[?4ie", screen: "abcde"},
		{name: "print a page", input: "ab\x1b[i\x1b[0i\x1b[?1ic", screen: "abc"},
	})
	term := typedInto(Resume(typed("ab").Snapshot()), "\x1b[5ic")
	if got := screenText(term.screen); got != "abc" {
		t.Errorf("a diff can switch a screen off: %q", got)
	}
}
