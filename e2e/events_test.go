//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// toldCommands are commands of each kind that gm passes on to the user's terminal.
var toldCommands = []string{
	"9;done", "777;notify;title;text", "99;i=1:d=0;hello", "9;4;1;50", "9;4;0", "22;text", "22;",
	"133;A", "133;B", "133;C;cmdline_url=ls", "133;D;1", "133;A;k=s", "133;P;k=c",
	"633;A", "633;B", "633;C", "633;D;1", "633;E;ls -l", "633;P;Cwd=/tmp",
	"1337;CurrentDir=/tmp", "1337;SetUserVar=a=Yg==", "1337;SetUserVar=a=", "1337;CurrentDir=", "633;P;Cwd=", "1337;SetMark",
	"4;200;rgb:10/20/30;201;rgb:10/20/30", "104;200;201", "12;rgb:10/20/30", "112", "13;rgb:10/20/30", "113", "14;rgb:10/20/30", "114", "17;rgb:10/20/30", "117", "19;rgb:10/20/30", "119",
}

// TestTerminalsIgnoreWhatTheyLack: no terminal shows any of what gm passes on as text,
// neither by itself nor with gm before it.
func TestTerminalsIgnoreWhatTheyLack(t *testing.T) {
	t.Parallel()
	var output strings.Builder
	output.WriteString("\\033[H\\033[2J") // xterm has the number of its window there
	for i, c := range toldCommands {
		fmt.Fprintf(&output, "\\033]%s\\007%c", c, 'a'+i%26)
	}
	letters := ""
	for i := range toldCommands {
		letters += string(rune('a' + i%26))
	}
	for _, e := range append(slices.Clone(emulators), screens) {
		for name, before := range map[string][]string{"bare": nil, "gm": {racing, "--local", "--"}} {
			t.Run(e.name+" "+name, func(t *testing.T) {
				x := e.start(t, environment(t), append(before, "sh", "-c", "printf '"+output.String()+"'; read x")...)
				harness.Until(t, "letters", harness.Patience, func() bool { return x.Screen().HasLine(letters) }, func() string { return harness.Frame(x.Screen()) })
			})
		}
	}
}

// colorWord makes the test's own program set colours and wait.
const colorWord = "color"

// setColors sets colours, of which some terminals have more than others.
func setColors() error {
	fmt.Print("\x1b]10;#102030\a\x1b]11;#405060\a\x1b]12;#708090\a\x1b]4;1;#a0b0c0;15;#010203\acolored\r\n")
	_, err := os.Stdin.Read(make([]byte, 1))
	return err
}

// TestColorsAreTheTerminals: colours that a program in gm sets are set in the terminal,
// and are restored when gm has ended.
func TestColorsAreTheTerminals(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range emulators {
		t.Run(e.name, func(t *testing.T) {
			dir := t.TempDir()
			// replies are those of the terminal after a command in it.
			replies := func(name, command string, then func(x emulator)) (got map[string]string) {
				file := filepath.Join(dir, name)
				x := e.start(t, environment(t), "sh", "-c", command+"; exec "+self+" "+askWord+" "+file)
				if then != nil {
					harness.Until(t, "colored", harness.Patience, func() bool { return strings.Contains(x.Screen().String(), "colored") }, nil)
					then(x)
				}
				harness.Until(t, "replies "+name, harness.Patience, func() bool {
					text, err := os.ReadFile(file)
					return err == nil && json.Unmarshal(text, &got) == nil
				}, nil)
				return got
			}
			enter := func(x emulator) { x.Type("\r") }
			before := replies("before", "true", nil)
			set := replies("set", self+" "+colorWord, enter)
			pid := filepath.Join(dir, "pid")
			session := racing + " --local -- " + self + " " + colorWord
			killed := replies("killed", "sh -c 'echo $$ >"+pid+"; exec "+session+"'", func(emulator) { killByFile(t, pid) })
			after := replies("after", session, enter)
			for query, want := range before {
				if !strings.HasPrefix(query, "\x1b]") {
					continue
				}
				if after[query] != want {
					t.Errorf("%q: %q after gm, %q before", query, after[query], want)
				}
				if killed[query] != set[query] {
					t.Errorf("%q: %q where gm was killed, %q without it", query, killed[query], set[query])
				}
			}
			if color := before["\x1b]11;?\a"]; color != "" && set["\x1b]11;?\a"] == color {
				t.Errorf("the background is not set: %q", set["\x1b]11;?\a"])
			}
		})
	}
}

// killByFile kills the process that has written its number to a file.
func killByFile(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
}
