package server

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// costly is output of which each byte costs as much as any (vt, BenchmarkCost).
var costly = map[string]string{
	"LF between margins":   "\x1b[?69h\x1b[1;100s\x1b[50H\n",
	"REP between margins":  "\x1b[?69h\x1b[3;4s\x1b[1;3Hx\x1b[9999b",
	"REP of wide":          "日\x1b[9999b",
	"REP of line drawing":  "\x1b(0q\x1b[9999b",
	"REP in insert mode":   "\x1b[4hx\x1b[9999b",
	"DECRARA":              "\x1b[$t",
	"DECCARA":              "\x1b[2*x\x1b[;;;;1$r\x1b[;;;;0$r",
	"DECSED":               "\x1b[1\"qx\x1b[\"q\x1b[H\x1b[?J",
	"DECALN":               "\x1b#8",
	"DECFI":                "\x1b[;999H\x1b9\x1b9\x1b9",
	"synchronized updates": "\x1b[?2026h\x1b[$t\x1b[?2026l",
}

// mostInterruptTime bounds the server's processor time from Ctrl-C until the user sees
// the output after the flood. A quiet machine needs 200 ms at most. On a busy one the
// server parses on while the interrupt waits for the processor, at the client, in the line
// discipline and in the shell.
const mostInterruptTime = time.Second

// TestInterruptInCostlyFlood: Ctrl-C takes effect at once, whatever it is that a
// program floods the terminal with. What counts is the server's own time, as other
// programs may have the processor too.
func TestInterruptInCostlyFlood(t *testing.T) {
	for name, output := range costly {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "flood")
			write(t, file, strings.Repeat(output, 1<<16/len(output)))
			flood := "while :; do cat " + file + " || break; done"
			after := `printf '\033[!p\033[?69l\033[2J\033[H'`
			s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c",
				fmt.Sprintf(`trap : INT; printf "\\033]2;flood\\007"; sh -c '%s'; %s; echo stopped; read x`, flood, after))
			c := s.connect(200, 50)
			c.waitFor("no flood", func() bool {
				remote, _ := c.wire.Remote()
				return remote.Screen.Title == "flood"
			})
			c.pass(300 * time.Millisecond)
			before := s.cpuTime()
			c.typeKeys("\x03")
			c.see("stopped")
			took := s.cpuTime() - before
			t.Logf("%v of the processor", took)
			if took > mostInterruptTime {
				t.Errorf("an interrupt took %v of the processor, want at most %v", took, mostInterruptTime)
			}
			c.quit()
		})
	}
}
