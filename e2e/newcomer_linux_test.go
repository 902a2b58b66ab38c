//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// notRun are the blocks of the pages that TestPagesAsANewcomer does not run, by page and
// first line, or all blocks of a page; and why.
var notRun = map[string]string{
	"CONTRIBUTING.md":           "commands of a working tree, which .ci/run runs",
	"doc/development.md":        "commands of a working tree, which .ci/run runs",
	"doc/protocol.md":           "a specification",
	"README.md: go build -o gm": "TestMain builds gm, and newcomer.sh puts it there",
	"README.md: sha256sum":      "needs a release and its signature",
	"doc/platforms.md: ln -s":   "needs gm on the host: TestPairs",
	"doc/ssh.md: borg":          "slow, and needs a repository: TestBorgOverGmssh and TestAnsibleOverGmssh",
}

// statuses are the commands that end with another status than 0.
var statuses = map[string]int{"gm -N -L 5432:db:5432 host": 130} // by SIGINT

// TestPagesAsANewcomer types the commands of each page, in their order, at a machine that
// has gm and nothing else of it.
//
// A block marked sh has commands. One marked console also has their output, with … for what
// varies, and what is typed in a session after the prompt "host$". A newcomer answers yes
// when asked about a host's key and leaves each session by exit, unless the comment behind
// the command names the keys.
func TestPagesAsANewcomer(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../doc/*.md")
	if err != nil || len(pages) < 15 {
		t.Fatal(pages, err)
	}
	for _, name := range strings.Fields("README.md CHANGELOG.md CODE_OF_CONDUCT.md CONTRIBUTING.md RELEASING.md SECURITY.md sshboot/ssh_config.md bench/results/README.md") {
		pages = append(pages, filepath.Join("..", name))
	}
	reasons := map[string]bool{}
	for _, file := range pages {
		page, _ := filepath.Rel("..", file)
		var run []codeBlock
		for _, b := range codeBlocks(t, file) {
			reason := reasonNotToRun(page, b)
			reasons[reason] = true
			switch {
			case reason != "" || b.kind == "text":
			case b.kind == "sh" || b.kind == "console":
				run = append(run, b)
			default:
				t.Errorf("%s:%d: a block that is neither sh, console nor text", page, b.line)
			}
		}
		if len(run) > 0 {
			t.Run(page, func(t *testing.T) {
				t.Parallel()
				n := newNewcomer(t)
				for _, b := range run {
					n.follow(page, b)
				}
			})
		}
	}
	for reason := range notRun {
		if !reasons[reason] {
			t.Errorf("there is no block %q", reason)
		}
	}
}

// reasonNotToRun returns the key of notRun that is for a block, or "".
func reasonNotToRun(page string, b codeBlock) string {
	for reason := range notRun {
		if reason == page || len(b.lines) > 0 && strings.HasPrefix(page+": "+b.lines[0], reason) && strings.Contains(reason, ": ") {
			return reason
		}
	}
	return ""
}

// codeBlock is a block of preformatted lines: fenced, with the word of its fence, or
// indented, which has none.
type codeBlock struct {
	kind  string
	line  int // of its first
	lines []string
}

func codeBlocks(t *testing.T, file string) (blocks []codeBlock) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fenced, blank := false, true
	for i, line := range strings.Split(string(text), "\n") {
		word, fence := strings.CutPrefix(line, "```")
		indented := strings.HasPrefix(line, "    ") && !fenced
		switch {
		case fence && !fenced:
			blocks = append(blocks, codeBlock{kind: word, line: i + 2})
		case !fence && fenced, indented && !blank && len(blocks) > 0 && blocks[len(blocks)-1].kind == "":
			last := &blocks[len(blocks)-1]
			last.lines = append(last.lines, line)
		case indented && blank:
			blocks = append(blocks, codeBlock{line: i + 1, lines: []string{line}})
		}
		fenced, blank = fenced != fence, line == ""
	}
	return blocks
}

// newcomer is a user at the machines of newcomer.sh.
type newcomer struct {
	*harness.Terminal
	t       *testing.T
	init    int // the first process of the machines
	prompts int // that were seen
	page    string
}

func newNewcomer(t *testing.T) *newcomer {
	t.Helper()
	script, err := filepath.Abs("newcomer.sh")
	if err != nil {
		t.Fatal(err)
	}
	machines := exec.Command("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", script, "machine", plain)
	log := &strings.Builder{}
	machines.Stdout, machines.Stderr = log, log
	if _, err := machines.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := machines.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { machines.Process.Kill(); machines.Wait() })
	n := &newcomer{t: t}
	harness.Until(t, "machines", harness.Patience, func() bool {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", machines.Process.Pid))
		_, err := fmt.Sscan(string(children), &n.init)
		return err == nil && len(n.lines()) == 2
	}, nil)
	enter := []string{"nsenter", fmt.Sprintf("--target=%d", n.init), "--mount", "--net", "--pid", "setpriv", "--reuid=64001", "--regid=64001", "--clear-groups"}
	n.Terminal = harness.NewTerminal(t, harness.TerminalOptions{Cols: 100, Rows: 40, Env: []string{
		"HOME=/home/me", "USER=me", "LOGNAME=me", "SHELL=/bin/bash", "LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin",
	}}, append(enter, "sh", "-c", "cd && exec bash")...)
	n.prompts = 2
	n.expectPrompt("the beginning")
	return n
}

// lines are those of /mnt/prompts: the machine and the host are ready, and then one for
// each prompt.
func (n *newcomer) lines() []string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/root/mnt/prompts", n.init))
	return strings.Split(string(text), "\n")[:strings.Count(string(text), "\n")]
}

// expectPrompt waits for the next prompt, and reports whether it is one in a session. status
// is that of the last command otherwise. An unknown host key is accepted.
func (n *newcomer) expectPrompt(after string) (status string, inSession bool) {
	n.t.Helper()
	asked := false
	harness.Until(n.t, "prompt after "+after, harness.Patience, func() bool {
		if lines := n.lines(); len(lines) > n.prompts {
			status = lines[n.prompts]
			n.prompts++
			return true
		}
		line := n.cursorLine()
		if !asked && strings.HasSuffix(line, "(yes/no/[fingerprint])?") {
			asked = true
			n.Line("yes")
		}
		inSession = line == "host$" || line == "session $"
		return inSession
	}, func() string { return n.page + "\n" + harness.Frame(n.Screen()) })
	return status, inSession
}

// cursorLine returns the row of the screen in which the cursor is.
func (n *newcomer) cursorLine() string {
	n.t.Helper()
	_, row := n.Cursor()
	if screen := n.Screen(); row < len(screen) {
		return screen[row]
	}
	return ""
}

var (
	comment   = regexp.MustCompile(`\s+#\s.*$`)
	escapeKey = regexp.MustCompile(`Ctrl-\^ (\S)`)
)

// follow does what a block of a page has.
func (n *newcomer) follow(page string, b codeBlock) {
	n.t.Helper()
	n.Line("clear")
	n.expectPrompt("clear")
	if b.kind == "sh" {
		for i, line := range b.lines {
			n.page = fmt.Sprintf("%s:%d", page, b.line+i)
			n.run(line)
		}
		return
	}
	var output []string
	for i, line := range b.lines {
		n.page = fmt.Sprintf("%s:%d", page, b.line+i)
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			n.start(command)
		} else if keys, ok := strings.CutPrefix(line, "host$ "); ok {
			n.leave(keys)
		} else {
			output = append(output, line)
		}
	}
	n.expectOutput(output)
}

// run types a command, and leaves the session if there is one.
func (n *newcomer) run(line string) {
	n.t.Helper()
	command := comment.ReplaceAllString(line, "")
	what := strings.TrimPrefix(line, command)
	n.Line(line)
	switch {
	case strings.Contains(what, "q ends"):
		n.Expect("PS1") // of .bashrc
		n.Type("q")
	case strings.Contains(what, "Ctrl-C ends"):
		port := regexp.MustCompile(`-L (\d+):`).FindStringSubmatch(command)
		n.expectListener(port[1])
		n.Press("C-c")
	}
	status, inSession := n.expectPrompt(line)
	if inSession {
		keys := "exit"
		if m := escapeKey.FindString(what); m != "" {
			keys = m
		}
		n.leave(keys)
		return
	}
	n.expectStatus(command, status)
}

// start types a command, and waits for a prompt here or there.
func (n *newcomer) start(command string) {
	n.t.Helper()
	n.Line(command)
	if status, inSession := n.expectPrompt(command); !inSession {
		n.expectStatus(command, status)
	}
}

// leave types a command or keys such as "Ctrl-^ d" in a session.
func (n *newcomer) leave(keys string) {
	n.t.Helper()
	if m := escapeKey.FindStringSubmatch(keys); m != nil {
		n.Type("\x1e" + m[1])
	} else {
		n.Line(keys)
	}
	harness.Until(n.t, "end of the session after "+keys, harness.Patience, func() bool { return len(n.lines()) > n.prompts },
		func() string { return n.page + "\n" + harness.Frame(n.Screen()) })
	status, _ := n.expectPrompt(keys)
	n.expectStatus(keys, status)
}

func (n *newcomer) expectStatus(command, status string) {
	n.t.Helper()
	if want := fmt.Sprint(statuses[command]); status != want {
		n.t.Fatalf("%s: %s: status %s, want %s\n%s", n.page, command, status, want, harness.Frame(n.Screen()))
	}
}

// expectListener waits until a port of the newcomer's machine is listened on.
func (n *newcomer) expectListener(port string) {
	n.t.Helper()
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		n.t.Fatal(err)
	}
	listening := fmt.Sprintf(":%04X 00000000:0000 0A", number) // proc_pid_net(5)
	harness.Until(n.t, "listener on "+port, harness.Patience, func() bool {
		table, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", n.init))
		return strings.Contains(string(table), listening)
	}, func() string { return harness.Frame(n.Screen()) })
}

// expectOutput waits until lines are shown in their order, whatever is between them.
func (n *newcomer) expectOutput(lines []string) {
	n.t.Helper()
	var pattern []string
	for _, line := range lines {
		words := strings.Fields(line)
		for i, word := range words {
			words[i] = strings.ReplaceAll(regexp.QuoteMeta(word), "…", `[^\n]*`)
		}
		pattern = append(pattern, strings.Join(words, `\s+`))
	}
	shown := regexp.MustCompile(`(?s)` + strings.Join(pattern, `.*`))
	harness.Until(n.t, fmt.Sprintf("output %q", lines), harness.Patience, func() bool {
		return shown.MatchString(strings.Join(n.Transcript(), "\n"))
	}, func() string { return n.page + "\n" + harness.Frame(n.Transcript()) })
}
