//go:build e2e && unix

package server

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gm/vt/recording"
	"gm/wire/state"
)

// contestant is a server whose bytes are counted.
type contestant struct {
	name    string
	command []string
}

func contestants() []contestant {
	return []contestant{
		{"mosh", []string{"mosh-server", "new", "-i", "127.0.0.1", "-c", "256", "--"}},
		{"stock", []string{serverBinary, "new", "-i", "127.0.0.1", "-p", "0", "-c", "256", "--"}},
		{"full", []string{serverBinary, "new", "-i", "127.0.0.1", "-p", "0", "-c", "256", "-@", "gm=" + state.ExtScreen.String(), "--"}},
	}
}

// TestBytes holds the bytes of gm's diffs against mosh-server's, for what real
// programs draw.
func TestBytes(t *testing.T) {
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	servers := contestants()
	results := make([][3]spent, len(all))
	tokens := make(chan struct{}, atOnce)
	var wait sync.WaitGroup
	for i, r := range all {
		if r.Cols != 80 {
			continue
		}
		player, frames := prepare(t, r)
		for j, s := range servers {
			wait.Go(func() {
				tokens <- struct{}{}
				results[i][j] = measure(t.TempDir(), append(s.command, player...), r, frames)
				<-tokens
			})
		}
	}
	wait.Wait()
	for i, r := range all {
		if r.Cols == 80 {
			judgeBytes(t, r.Name, results[i])
		}
	}
}

func judgeBytes(t *testing.T, name string, got [3]spent) {
	for _, s := range got {
		if s.err != nil {
			t.Errorf("%s: %v", name, s.err)
		}
	}
	mosh, stock, full := got[0], got[1], got[2]
	t.Logf("%-16s mosh %6d, stock %6d (%.2f), full %6d (%.2f); datagrams %6d, %.2f, %.2f", name,
		mosh.diffs, stock.diffs, ratio(stock.diffs, mosh.diffs), full.diffs, ratio(full.diffs, mosh.diffs),
		mosh.datagrams, ratio(stock.datagrams, mosh.datagrams), ratio(full.datagrams, mosh.datagrams))
	if most := max(stock.diffs, full.diffs); most > mosh.diffs || most == 0 {
		t.Errorf("%s: diffs of %d bytes, mosh's of %d", name, most, mosh.diffs)
	}

}

// player is a program that writes the next frame for each line that it reads.
const player = `stty -echo -opost; printf ready; for f; do read -r x; cat "$f"; done; read -r x; printf '\033]0;end\007'; read -r x`

// prepare returns the command line that plays a recording, and its frames.
func prepare(t *testing.T, r recording.Recording) (command []string, frames []recording.Event) {
	t.Helper()
	dir := t.TempDir()
	frames = r.Frames(rest)
	frames = frames[:min(len(frames), mostFrames)]
	command = []string{"sh", "-c", player, "sh"}
	for i, f := range frames {
		if f.Cols > 0 {
			continue
		}
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, f.Output, 0o600); err != nil {
			t.Fatal(err)
		}
		command = append(command, name)
	}
	return command, frames
}
