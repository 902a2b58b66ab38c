//go:build linux

package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// scrolledAt is the time of the screens in scrollback.svg.
const scrolledAt = 20 * time.Second

// scrollbackLines are the lines that are typed in the terminals of scrollback.svg. The last
// one scrolls tmux back by 40 lines and moves its cursor to the margin, with the keys of vi.
var scrollbackLines = []typedLine{
	{at: 0, text: `seq -f "line %g from before the session" 90` + "\r"},
	{at: 5 * time.Second, text: "gm --local --link=rtt=100ms\r"},
	{at: 10 * time.Second, text: "git log --oneline --stat=58,40,4 -60\r"},
	{at: 18 * time.Second, text: "\x02[40\x190"},
}

// scrollback returns the picture scrollback.svg. It runs tmux, and git in the repository of
// the working directory.
func scrollback(gm string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "picture")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	repository, err := filepath.Abs(".git")
	if err != nil {
		return nil, err
	}
	pane := func(title, mode string) *pane {
		return &pane{title: title, cols: 60, rows: 16,
			env: []string{"GM_SCROLLBACK=" + mode, "PATH=" + filepath.Dir(gm) + ":" + os.Getenv("PATH"),
				"HOME=" + dir, "GIT_DIR=" + repository, "PAGER=cat"},
			command: []string{"tmux", "-f", "/dev/null", "-S", filepath.Join(dir, mode), "start-server", ";",
				"set", "-g", "status", "off", ";", "set", "-g", "mode-keys", "vi", ";",
				"bind", "-T", "copy-mode-vi", "Q", "kill-server", ";",
				"new-session", "env", "PS1=$ ", "bash", "--norc", "--noprofile"},
			quit: "Q"}
	}
	films, err := scene{length: scrolledAt, lines: scrollbackLines}.record(
		pane("gm: lines of the session, in colour", "native"),
		pane("gm --scrollback=off, like mosh: lines from before the session", "off"))
	if err != nil {
		return nil, err
	}
	for i, f := range films {
		films[i].frames = []frame{{0, f.frames[len(f.frames)-1].screen}}
	}
	return renderScrollback(films), nil
}

// renderScrollback draws the films beside each other.
func renderScrollback(films []film) []byte {
	title := "git log in a session over a link of 100 ms, and the terminal scrolled back by 40 lines"
	var b strings.Builder
	fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" fill=\"#a6e3a1\">%s</text>\n", 2*margin, titleSpace-4, html.EscapeString(title))
	width, height, still := margin, 0, &reel{length: scrolledAt}
	for _, f := range films {
		f.drawAt(&b, still, width, titleSpace)
		w, h := f.size()
		width, height = width+w+margin, max(height, h)
	}
	return document(width, titleSpace+height+margin, title, "", b.String())
}
