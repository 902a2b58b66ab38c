//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// A paste that programs do not take at once: of halves that have agreed on flow
// control, of mosh's halves, and of one of each.
var pasters = []struct {
	name  string
	start func(t *testing.T, script string) *harness.Terminal
	// interrupts reports that Ctrl-C overtakes a paste that a program does not read.
	interrupts bool
}{
	{"gm", func(t *testing.T, script string) *harness.Terminal {
		d := newDesk(t)
		d.Line(plain + " --local -- sh -c '" + script + "'")
		return d.Terminal
	}, true},
	{"mosh client to gm", pasteBetween(harness.Stock(), func() harness.Programs { return harness.Ours(plain) }), true},
	{"gm to mosh server", pasteBetween(harness.Programs{}, harness.Stock), false},
}

func pasteBetween(client harness.Programs, server func() harness.Programs) func(*testing.T, string) *harness.Terminal {
	return func(t *testing.T, script string) *harness.Terminal {
		client := client
		if client.Client == nil {
			client = harness.Ours(plain) // which TestMain has built
		}
		return harness.Start(t, harness.SessionOptions{Client: client, Server: server(), Command: []string{"sh", "-c", script}}).Terminal
	}
}

func pasteText(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "line %d of what is pasted\n", i)
	}
	return b.String()[:n]
}

// TestPasteIntoSlowProgram pastes more than all buffers on the way hold into a
// program that reads a little at a time.
func TestPasteIntoSlowProgram(t *testing.T) {
	t.Parallel()
	for _, p := range pasters {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(harness.TempDir(t), "pasted")
			x := p.start(t, `stty raw -echo; echo rea""dy; while head -c 1024; do :; done >`+path)
			x.ExpectLine("ready")
			want := pasteText(1 << 20)
			x.Paste(want)
			var got []byte
			harness.Until(t, "all that was pasted", 2*harness.Patience,
				func() bool { got, _ = os.ReadFile(path); return len(got) >= len(want) },
				func() string { return fmt.Sprintf("%d of %d bytes came", len(got), len(want)) })
			if string(got) != want {
				t.Error("what came is not what was pasted")
			}
		})
	}
}

// TestInterruptBehindPaste pastes into a program that reads nothing, and presses
// Ctrl-C.
func TestInterruptBehindPaste(t *testing.T) {
	t.Parallel()
	for _, p := range pasters {
		if !p.interrupts {
			continue
		}
		for _, modes := range []string{"-icanon", "icanon"} {
			t.Run(p.name+" "+modes, func(t *testing.T) {
				t.Parallel()
				x := p.start(t, `stty -echo `+modes+`; trap "echo interrup""ted; sleep 1000" INT; echo rea""dy; while :; do sleep 0.05; done`)
				x.ExpectLine("ready")
				x.Paste(pasteText(700 << 10))
				x.Press("C-c")
				x.ExpectLine("interrupted")
			})
		}
	}
}

// TestEscapeKeyBehindPaste pastes into a program that reads nothing, and quits.
func TestEscapeKeyBehindPaste(t *testing.T) {
	t.Parallel()
	for _, p := range pasters {
		if strings.HasPrefix(p.name, "mosh") {
			continue // its client
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			x := p.start(t, `stty raw -echo; echo rea""dy; sleep 1000`)
			x.ExpectLine("ready")
			x.Paste(pasteText(700 << 10))
			x.Type("\x1e.")
			x.Expect("[gm is exiting.]")
		})
	}
}
