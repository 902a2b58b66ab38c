package passage

import (
	"strings"
	"testing"
)

func TestControl(t *testing.T) {
	const answer = "%begin 17 260 1\r\n"
	for _, test := range []struct {
		name, input string
		want        string // the part that belongs to it
		over        bool
	}{
		{"exit", "%output %0 a\r\n%exit\r\n\x1b\\after", "%output %0 a\r\n%exit\r\n", true},
		{"exit with a reason", "%exit too far behind\r\n\x1b\\", "%exit too far behind\r\n", true},
		{"exit in an answer", answer + "%exit\r\nafter", answer + "%exit\r\n", true},
		{"no exit", "%exited\r\n%output %exit\r\n", "%exited\r\n%output %exit\r\n", false},
		{"end without exit", "%output %0 a\r\n\x1b\\after", "%output %0 a\r\n", true},
		{"another program", "%output %0 a\r\n$ ", "%output %0 a\r\n", true},
		{"another program at once", "hello", "", true},
		{"escape in an answer", answer + "\x1b[31mred\x1b]8;;\x1b\\\r\n%end 17 260 1\r\n%x\r\n", answer + "\x1b[31mred\x1b]8;;\x1b\\\r\n%end 17 260 1\r\n%x\r\n", false},
		{"text after an answer", answer + "text\r\n%end 17 260 1\r\ntext", answer + "text\r\n%end 17 260 1\r\n", true},
		{"error", answer + "parse error\r\n%error 17 260 1\r\ntext", answer + "parse error\r\n%error 17 260 1\r\n", true},
		{"end of another answer", answer + "%end 17 261 1\r\n%end 18 260 1\r\n%endless\r\ntext", answer + "%end 17 261 1\r\n%end 18 260 1\r\n%endless\r\ntext", false},
		{"begin in an answer", answer + "%begin 17 261 1\r\n%end 17 260 1\r\ntext", answer + "%begin 17 261 1\r\n%end 17 260 1\r\n", true},
		{"without flags", "%begin 17 260\n%end 17 260\ntext", "%begin 17 260\n%end 17 260\n", true},
		{"blank lines", "\r\n\n%output\n", "\r\n\n%output\n", false},
		{"text in a notification", "%output %0 \x1b[m text", "%output %0 \x1b[m text", false},
		{"long line", "%" + strings.Repeat("x", 1000) + "\n%exit\n$", "%" + strings.Repeat("x", 1000) + "\n%exit\n", true},
		{"text after CR", "%x\r\n\r$ ", "%x\r\n\r", true},
		{"CR between", "\r%exit\r\r\n$", "\r%exit\r\r\n", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var whole Control
			if n, over := whole.Next([]byte(test.input)); test.input[:n] != test.want || over != test.over {
				t.Errorf("%q, %v, want %q, %v", test.input[:n], over, test.want, test.over)
			}
			var split Control
			got, over := 0, false
			for i := 0; i < len(test.input) && !over; i++ {
				var n int
				n, over = split.Next([]byte(test.input[i : i+1]))
				got += n
			}
			if test.input[:got] != test.want || over != test.over {
				t.Errorf("byte by byte: %q, %v, want %q, %v", test.input[:got], over, test.want, test.over)
			}
			if exits := test.over && strings.Contains(test.want, "%exit"); split.Exited() != exits || whole.Exited() != exits {
				t.Errorf("exited: %v, byte by byte %v", whole.Exited(), split.Exited())
			}
		})
	}
}

// FuzzControl checks that the end does not depend on how the output is split.
func FuzzControl(f *testing.F) {
	f.Add("%begin 1 2 0\r\n\x1b[m\r\n%end 1 2 0\r\n%exit\r\n\x1b\\", 3)
	f.Add("%output %0 \\033\r\n$ ", 1)
	f.Fuzz(func(t *testing.T, input string, size int) {
		var whole, split Control
		want, wantOver := whole.Next([]byte(input))
		got, over := 0, false
		for got < len(input) && !over {
			var n int
			part := input[got:min(len(input), got+max(size, 1))]
			if n, over = split.Next([]byte(part)); n == 0 && !over {
				t.Fatal("it takes nothing")
			}
			got += n
			if len(split.head) > maxHead || len(split.block) > maxHead {
				t.Fatal("it keeps too much")
			}
		}
		if got != want || over != wantOver {
			t.Errorf("%q: %d, %v by %d bytes, want %d, %v", input, got, over, size, want, wantOver)
		}
	})
}

func TestTarget(t *testing.T) {
	for text, want := range map[string]Target{
		"control\x007":    {State: 7},
		"clipboard\x00cp": {Kind: Clipboard, Selection: "cp"},
		"clipboard\x00":   {Kind: Clipboard},
		"file\x00":        {Kind: File},
	} {
		if target, ok := ParseTarget([]byte(text)); !ok || target != want || string(target.Append(nil)) != text {
			t.Errorf("%q: %v, %v", text, target, ok)
		}
	}
	for _, text := range []string{"control\x00", "control", "other\x007", "control\x00-1", "", "clipboard\x00c;", "clipboard\x00cccccccccccccccc", "file\x00x"} {
		if target, ok := ParseTarget([]byte(text)); ok {
			t.Errorf("%q is accepted as %v", text, target)
		}
	}
}
