package harness

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// Typist types numbered words at a steady rate into a program that records its keys and
// echoes them, and checks that each key and each echo arrives once and in order.
type Typist struct {
	*Terminal
	file  string // the program's record
	typed int    // keys
}

// Typewriter returns the command line of the program, which records its keys in a file.
func Typewriter(file string) []string {
	return []string{"sh", "-c", `stty raw -echo; printf 'ready\r\n'; exec tee "$0"`, file}
}

// NewTypist returns the typist at a terminal of 80x24 in which a Typewriter starts. It
// waits until that is ready.
func NewTypist(t testing.TB, x *Terminal, file string) *Typist {
	t.Helper()
	x.ExpectLine("ready")
	return &Typist{Terminal: x, file: file}
}

const (
	keyInterval = 40 * time.Millisecond // of a quick typist
	wordLength  = 5
	columns     = 80
	maxKeys     = 23*columns - 1 // more would scroll
)

func keyAt(i int) byte { return fmt.Sprintf("%04d ", i/wordLength)[i%wordLength] }

// Keys types n keys.
func (y *Typist) Keys(n int) {
	y.t.Helper()
	left := n
	y.While(fmt.Sprint(n, " keys"), func() bool { left--; return left < 0 })
}

// While types until cond, which is called before each key, holds.
func (y *Typist) While(what string, cond func() bool) {
	y.t.Helper()
	ticker := time.NewTicker(keyInterval)
	defer ticker.Stop()
	for !cond() {
		if y.typed == maxKeys {
			y.t.Fatalf("no %s within %d keys\n%s", what, y.typed, Frame(y.Screen()))
		}
		y.Type(string(keyAt(y.typed)))
		y.typed++
		<-ticker.C
	}
}

// ExpectAll waits until all keys typed so far are recorded and their echoes are on the
// screen, below its first line.
func (y *Typist) ExpectAll() {
	y.t.Helper()
	var b strings.Builder
	for i := range y.typed {
		b.WriteByte(keyAt(i))
	}
	text := b.String()
	y.Until("echo of all keys", Patience, func(s Screen) bool {
		return strings.Join(padded(s[1:]), "") == fmt.Sprintf("%-*s", columns*len(s[1:]), text)
	})
	var recorded []byte
	Until(y.t, "record of all keys", Patience, func() bool { // the echo comes first
		recorded, _ = os.ReadFile(y.file)
		return string(recorded) == text
	}, func() string { return fmt.Sprintf("the program has read %q, want %q", recorded, text) })
}

func padded(s Screen) (lines []string) {
	for _, line := range s {
		lines = append(lines, fmt.Sprintf("%-*s", columns, line))
	}
	return lines
}
