package vt

import (
	"slices"
	"testing"
)

// TestEventCommandsPassOnlyMessagesAndMarks checks that commands with further effects
// are not passed on: the user's terminal would type its reply into the program.
func TestEventCommandsPassOnlyMessagesAndMarks(t *testing.T) {
	for _, c := range []struct{ sent, want string }{
		{"9;done", "9;done"},
		{"9;", "9;"},
		{"9;4;1;50", ""}, // Progress, which is a state
		{"9;4", ""},
		{"9;4x", "9;4x"},
		{"133;A", "133;A"},
		{"133;A;k=s;cl=m;click_events=1;aid=7", "133;A;k=s"},
		{"133;P;k=c", "133;P;k=c"},
		{"133;B;x", "133;B"},
		{"133;C;cmdline_url=ls%20-l;x=y", "133;C;cmdline_url=ls%20-l"},
		{"133;D", "133;D"},
		{"133;D;0", "133;D;0"},
		{"133;D;130;err=x", "133;D;130"},
		{"133;D;x", "133;D"},
		{"133;L", ""},
		{"133;Z", ""},
		{"133;", ""},
		{"633;A", "633;A"},
		{"633;D;1", "633;D;1"},
		{"633;E;ls -l;nonce", "633;E;ls -l"},
		{"633;P;Cwd=/tmp", ""},
		{"633;P;IsWindows=True", ""},
		{"633;SetMark;Id=1", ""},
		{"1337;SetMark", "1337;SetMark"},
		{"1337;SetMark=1", ""},
		{"1337;CurrentDir=/tmp", ""},
		{"1337;RemoteHost=u@h", ""},
		{"1337;SetUserVar=a=Yg==", ""},
		{"1337;SetUserVar=a=rm -rf", ""},
		{"1337;SetUserVar=a b=Yg==", ""},
		{"1337;SetUserVar=a", ""},
		{"1337;File=inline=1:AAAA", ""},
		{"1337;MultipartFile=x", ""},
		{"1337;Copy=:aGk=", ""},
		{"1337;CopyToClipboard=", ""},
		{"1337;EndCopy", ""},
		{"1337;SetProfile=x", ""},
		{"1337;OpenURL=:aGk=", ""},
		{"1337;Custom=id=x:y", ""},
		{"1337;ReportVariable=eA==", ""},
		{"1337;ReportCellSize", ""},
		{"1337;RequestUpload=format=tgz", ""},
		{"1337;StealFocus", ""},
		{"1337;ClearScrollback", ""},
		{"1337;currentdir=/", ""},
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
		t.Run(c.sent, func(t *testing.T) {
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			if got := eventCommands(typed("\x1b]" + c.sent + "\a").screen); !slices.Equal(got, want) {
				t.Errorf("event %q, want %q", got, c.want)
			}
		})
	}
}

func eventCommands(s *Screen) (commands []string) {
	for _, e := range s.EventsSince(0) {
		commands = append(commands, e.Command)
	}
	return commands
}
