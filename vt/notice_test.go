package vt

import "testing"

// What makes the user's terminal do more than show a message stays here: the
// answer would be typed into the program.
func TestNoticesAreMessagesOnly(t *testing.T) {
	for _, c := range []struct{ sent, want string }{
		{"9;done", "9;done"},
		{"9;", "9;"},
		{"9;4;1;50", "9;4;1;50"},
		{"9;1;5000", ""},
		{"9;5", ""},
		{"9; 6;macro", ""},
		{"9;7;cmd /c calc", ""},
		{"9;+6;macro", ""},
		{"9;\x7f7;cmd", ""},
		{"777;notify;a;b", "777;notify;a;b"},
		{"777;precmd", ""},
		{"777;", ""},
		{"99;;Hello", "99;;Hello"},
		{"99;i=1:d=0:p=title;Hello", "99;i=1:d=0:p=title;Hello"},
		{"99;i=1:p=body:a=report;x;y", "99;i=1:p=body;x;y"},
		{"99;a=focus,report:c=1;x", "99;;x"},
		{"99;i=rm -rf:p=?;", ""},
		{"99;p=alive;", ""},
		{"99;p=buttons;a", ""},
		{"99;p=title:p=?;", ""},
		{"99;p=;x", ""},
	} {
		s := typed("\x1b]" + c.sent + "\a").screen
		if s.Notice.Command != c.want {
			t.Errorf("%q becomes %q, want %q", c.sent, s.Notice.Command, c.want)
		}
		if (s.Notice.Seq > 0) != (c.want != "") {
			t.Errorf("%q is notice %d", c.sent, s.Notice.Seq)
		}
	}
}
