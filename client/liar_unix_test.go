//go:build unix

package client

import (
	"strings"
	"time"
)

// raw returns the output of the program until its end. It answers each prompt, which
// is output that does not end a line.
func (w *window) raw(answer string) string {
	w.Helper()
	ended := make(chan error, 1)
	go func() { ended <- w.cmd.Wait() }()
	var text strings.Builder
	late := time.After(patience)
	const end = "\x1b_end\x1b\\"
	for {
		select {
		case b := <-w.output:
			text.Write(b)
			if all, _, ok := strings.Cut(text.String(), end); ok { // the echo of an answer may follow
				return all
			}
			if ended != nil && b[len(b)-1] != '\n' {
				w.types(answer)
			}
		case <-ended:
			ended = nil
			if _, err := w.slave.WriteString(end); err != nil {
				w.Fatal(err)
			}
		case <-late:
			w.Fatalf("no end; so far %q", text.String())
		}
	}
}
