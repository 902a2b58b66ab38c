//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gm/e2e/harness"
)

// TestProgramsWithoutPictures runs programs in a session of a stock client, and in one of gm
// in a terminal that shows no pictures. They learn that, and show blocks as without gm.
func TestProgramsWithoutPictures(t *testing.T) {
	t.Parallel()
	dir := harness.TempDir(t)
	writePictureFiles(t, dir)
	ask := filepath.Join(dir, "ask") // kitty's query, XTSMGRAPHICS, and DA1, which every terminal answers
	writeFile(t, ask, []byte(`#!/bin/bash
		old=$(stty -g); stty -echo -icanon
		printf '\033_Gi=1,a=q,s=1,v=1,f=24;AAAA\033\\\033[?2;1;0S\033[c'
		IFS= read -rs -d c -t 60 reply
		case $reply in *G*|*S*|*';4;'*|*';4') echo pictures;; *'[?'*) echo none;; *) echo no reply;; esac
		stty $old
	`))
	if err := os.Chmod(ask, 0o700); err != nil {
		t.Fatal(err)
	}
	show := "clear; cd " + dir + "; export TERM=xterm-256color; ./ask; timg -g 20x6 files/a.png; chafa -s 20x6 files/b.png; echo e''nd"
	a := newAccount(t, racing)
	direct := harness.NewTerminal(t, harness.TerminalOptions{Env: environment(t)}, harness.Shell()...)
	direct.ExpectLine("$")
	direct.Line(show)
	want := untilEnd(direct.ExpectLine("end"))
	if !want.HasLine("none") || !want.Has("▄") {
		t.Fatalf("the terminal has no blocks:\n%s", harness.Frame(want))
	}
	gm := harness.NewTerminal(t, harness.TerminalOptions{Env: environment(t)}, slices.Concat([]string{racing, "--local", "--"}, harness.Shell())...)
	gm.ExpectLine("$")
	for name, x := range map[string]*harness.Terminal{"gm": gm, "a stock client": a.stock()} {
		x.Line(show)
		got := untilEnd(x.ExpectLine("end"))
		if !slices.Equal(got, want) {
			t.Errorf("%s shows\n%s\nwithout:\n%s", name, harness.Frame(got), harness.Frame(want))
		}
	}
	a.kill()
}

// untilEnd returns the lines above a line "end", below which the shell's prompt may be.
func untilEnd(s harness.Screen) harness.Screen { return s[:slices.Index(s, "end")] }
