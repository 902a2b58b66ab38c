//go:build unix

package login

import (
	"strings"
	"testing"
	"time"
)

// The entry has the size of NetBSD's struct utmpx, 516 bytes and padding, and is
// printable without blanks.
func TestUtmpxEncoding(t *testing.T) {
	e := utmpx{user: "tester", line: "/dev/pts/12", host: "192.0.2.1 via mosh [7]", kind: userProcess, pid: 7, at: time.Unix(1<<33, 5000)}
	text := e.encode(8)
	size := 0
	for rest := text; rest != ""; size++ {
		n := 1
		if rest[0] == '\\' && rest[1] != '\\' {
			n = 4
		} else if rest[0] == '\\' {
			n = 2
		}
		rest = rest[n:]
	}
	if size%8 != 0 || size < 516 || size > 528 {
		t.Errorf("%d bytes", size)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		t.Errorf("not printable: %q", text)
	}
	if !strings.HasPrefix(text, "tester\\000") || !strings.Contains(text, `pts/12\000`) || !strings.Contains(text, `192.0.2.1\040via\040mosh\040[7]\000`) {
		t.Errorf("the entry is %s", text)
	}
	long := utmpx{user: strings.Repeat("u", 300), line: strings.Repeat("l", 300), host: strings.Repeat("h", 300)}
	want := utmpxUser + utmpxLine + utmpxHost
	if text := long.encode(8); strings.Count(text, "u")+strings.Count(text, "l")+strings.Count(text, "h") != want+utmpxID {
		t.Errorf("fields of 300 bytes are not cut to their sizes: %s", text)
	}
}
