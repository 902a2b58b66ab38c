//go:build linux

package main

import (
	"path/filepath"
	"time"
)

// attachScene is the scene of attach.svg: pane 1 is the desk, pane 2 is the laptop.
func attachScene() scene {
	return scene{
		title:  "A session is left at one terminal and entered at another one, which has the lines from before in its scrollback",
		length: 32 * time.Second, poster: 30 * time.Second,
		lines: []typedLine{
			{at: 500 * time.Millisecond, text: "gm --name=work host\r", pane: 1},
			{at: 4 * time.Second, text: "for n in {1..80}; do echo step $n; sleep .1; done\r", pane: 1},
			{at: 12 * time.Second, text: "\x1ed", pane: 1},
			{at: 15 * time.Second, text: "gm attach host work\r", pane: 2},
			{at: 22 * time.Second, text: "\x02[", pane: 2},
			{at: 23 * time.Second, text: "\x15", pane: 2},
			{at: 24 * time.Second, text: "\x15", pane: 2},
			{at: 25 * time.Second, text: "\x15", pane: 2},
			{at: 26 * time.Second, text: "\x15\x15\x15\x15\x15\x15", pane: 2},
		},
		moments: []moment{
			{caption: "desk     begins a session with a name", color: goodColor},
			{at: 12 * time.Second, caption: "desk     leaves it with Ctrl-^ d; the program goes on", color: goodColor},
			{at: 15 * time.Second, caption: "laptop   enters it", color: goodColor},
			{at: 22 * time.Second, caption: "laptop   scrolls back, to lines from before it came", color: goodColor},
		},
	}
}

// attach returns the picture attach.svg. The laptop's terminal is tmux, for its scrollback.
func attach(gm string) ([]byte, error) {
	s, err := newSite(gm, "rtt=50ms")
	if err != nil {
		return nil, err
	}
	defer s.close()
	desk := s.pane("desk", 7, "bash")
	desk.quit = "gm kill host work; exit\r"
	laptop := s.pane("laptop, in tmux", 11, "tmux", "-f", "/dev/null", "-S", filepath.Join(s.dir, "tmux"), "start-server", ";",
		"set", "-g", "status", "off", ";", "set", "-g", "mode-keys", "vi", ";",
		"bind", "-T", "copy-mode-vi", "Q", "kill-server", ";", "new-session", "bash")
	laptop.quit = "Q"
	sc := attachScene()
	films, err := sc.record(desk, laptop)
	if err != nil {
		return nil, err
	}
	return sc.render(films), nil
}
