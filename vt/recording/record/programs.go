package main

import (
	_ "embed"
	"fmt"
	"strings"
)

// program is a program to run, with the keys to type. Each key is typed after the
// program has come to rest.
type program struct {
	name    string
	command []string
	keys    []string
	choices []string // choices in menus, typed after keys
}

const (
	up, down, pageDown, escape = "\x1b[A", "\x1b[B", "\x1b[6~", "\x1b"
	quietFiles                 = "/usr/share/common-licenses"
)

// each returns the letters of text, to be typed one by one.
func each(text string) []string { return strings.Split(text, "") }

func keys(parts ...[]string) (all []string) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func times(n int, key string) (all []string) {
	for range n {
		all = append(all, key)
	}
	return all
}

// shell is the input at a prompt.
var shell = keys(each("ls --color -la /usr"), []string{"\r"}, each("echo some words"), times(3, "\x1b[D"), each("xy"), []string{"\x01"},
	each("# "), []string{"\r", "seq 1 50\r", "printf '\\033[1;32mgreen\\033[m 世界 é 👍🏽\\n'\r"}, []string{up, up, "\x15", "\x0c"}, each("cd /us"), []string{"\t", "\t", "\x15"})

var editing = keys(times(3, pageDown), times(8, down), times(6, up))

var programs = []program{
	{name: "vim", command: []string{"vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "syntax on | set number ruler showcmd laststatus=2 hlsearch incsearch", "text.go"},
		keys: keys(editing, each("/func"), []string{"\r"}, times(4, "n"), []string{"o"}, each("hello, world 世界"), []string{escape}, times(4, "dd"), []string{"p", "u", ":vsplit\r", ":help\r", "\x17o", "\x06", ":q\r", ":qa!\r"})},
	{name: "nvim", command: []string{"nvim", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "syntax on | set number termguicolors", "text.go"},
		keys: keys(editing, each("/func"), []string{"\r"}, times(4, "n"), []string{"o"}, each("hello, world 世界"), []string{escape}, times(4, "dd"), []string{"p", "u", ":vsplit\r", ":help\r", "\x17o", "\x06", ":q\r", ":qa!\r"})},
	{name: "emacs", command: []string{"emacs", "-nw", "-Q", "text.go"},
		keys: keys(times(3, "\x16"), times(6, down), times(3, up), each("typed"), []string{"\x0b", "\x19"}, []string{"\x18" + "2", "\x18" + "o", "\x16", "\x13"}, each("func"), []string{"\r", "\x18" + "1", "\x1bx"}, each("text-mode"), []string{"\r", "\x18\x03", "n", "yes\r"})},
	{name: "htop", command: []string{"htop", "-d", "5"}, keys: keys(times(4, down), []string{"t", "t", "\x1bOP", "q", "\x1bOR"}, each("sh"), []string{escape, "", "", "q"})},
	{name: "top", command: []string{"top", "-d", "0.5"}, keys: []string{"", "", "c", "1", "z", "", "", "x", "", "q"}},
	{name: "tmux", command: []string{"tmux", "-u", "-f", "/dev/null", "-L", "recorded", "new-session", "-n", "inner", "bash --norc --noprofile"},
		keys: []string{"seq 1 100\r", "\x02%", "ls --color /usr/bin | head -60\r", "\x02\"", "vim -u NONE -N -n text.go\r", pageDown, pageDown, "\x02o", "seq 30\r", "\x02z", "\x02z", "\x02w", "q", "\x02[", pageDown, "\x1b[5~", "\x1b[5~", "q", "\x02:kill-server\r"}},
	{name: "less", command: []string{"less", "-N", "text.go"}, keys: keys(times(3, " "), times(6, "\r"), times(3, "k"), []string{"b", "/return\r", "n", "n", "G", "g", "q"})},
	{name: "man", command: []string{"man", "ls"}, keys: keys(times(3, " "), times(4, "j"), []string{"/sort\r", "n", "n", "b", "q"})},
	{name: "mc", command: []string{"mc", "--nosubshell", "-b", quietFiles, "/usr/share"}, keys: keys(times(4, down), []string{"\t"}, times(4, down), []string{"\r", "\x1b3", "\x1b[21~", "\x1b9", down, down, "\x1b[C", down, escape + escape, "\x0f", "\x1b0", "\r"})},
	{name: "mc-color", command: []string{"mc", "--nosubshell", quietFiles, "/usr/share"}, keys: keys(times(4, down), []string{"\t"}, times(4, down), []string{"\r", "\x1b9", down, "\x1b[C", down, escape + escape, "\x1b0", "\r"})},
	{name: "bash", command: []string{"bash", "--norc", "--noprofile"}, keys: shell},
	{name: "fish", command: []string{"fish", "--no-config"}, keys: shell},
	{name: "zsh", command: []string{"zsh"}, keys: shell},
	{name: "git-log", command: []string{"git", "log", "--graph", "--color", "--stat", "-p"}, keys: keys(times(3, " "), times(4, "\r"), []string{"b", "/body\r", "n", "G", "q"})},
	{name: "build", command: []string{"sh", "build.sh"}, keys: times(4, "")},
	{name: "ink", command: []string{"node", "ink/ink.mjs"}, keys: keys(times(4, down), each("typed"), times(2, "\x7f"), []string{"\t"}, times(3, up), []string{"\x03"})},
	{name: "vttest", command: []string{"vttest", "24x80.132"},
		choices: strings.Fields("1 2 3 8 0 8 11 5 1 2 3 4 5 6 7 8 9 0 0")},
	{name: "vttest-sets", command: []string{"vttest", "24x80.132"}, choices: append(append([]string{"3"}, sets(1)...), append([]string{"3"}, sets(2)...)...)},
	{name: "bubbletea", command: []string{"bubbletea/tui"}, keys: keys(times(4, down), each("/two"), []string{"\r", escape, "?", "?"}, times(3, pageDown), []string{"q"})},
}

// sets returns choices in vttest's menu 3: each of its character sets in turn for G0 to
// G3, each time with the tests of shifts and locking shifts (9 and 10), and for every
// singles-th set that of single shifts (11). The numbers of the sets differ between the
// four menus.
func sets(singles int) (choices []string) {
	for n := range 17 {
		set := fmt.Sprint(n)
		choices = append(choices, "4", set, "5", set, "6", set, "7", set, "9", "10")
		if n%singles == 0 {
			choices = append(choices, "11")
		}
	}
	return choices
}

//go:embed preparation.sh
var preparation string
