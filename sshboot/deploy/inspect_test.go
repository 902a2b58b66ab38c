package deploy

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// waitingServer is a program for VerbProbe. It ends with its input.
const waitingServer = "#!/bin/sh\ncase $1 in --version) echo gm 1;; server) echo GM PROBE; while read -r x; do :; done;; esac\n"

// probeCommand returns a command that runs the script of VerbProbe in home.
func probeCommand(t *testing.T, home string) *exec.Cmd {
	t.Helper()
	line, err := Launch{marker: "MARK", Verb: VerbProbe, Deploy: Auto}.commandLine()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", line)
	tools := sshboottest.Tools(t, "dash", append([]string{"head", "rmdir"}, sshboottest.Needed...)...)
	cmd.Env = []string{"HOME=" + home, "PATH=" + tools}
	return cmd
}

// tree returns the paths of all files below dir.
func tree(t *testing.T, dir string) (paths string) {
	t.Helper()
	out, err := exec.Command("find", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The program of VerbProbe runs while its input is open, and leaves neither files nor
// directories, whatever was there before.
func TestProbeLeavesNothing(t *testing.T) {
	for name, made := range map[string]string{"empty home": "", "a cache": ".cache", "gm's directory": ".cache/gm"} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			if err := os.MkdirAll(filepath.Join(home, made), 0o700); err != nil {
				t.Fatal(err)
			}
			before := tree(t, home)
			cmd := probeCommand(t, home)
			in, err1 := cmd.StdinPipe()
			out, err2 := cmd.StdoutPipe()
			if err1 != nil || err2 != nil || cmd.Start() != nil {
				t.Fatal("the script does not start")
			}
			fmt.Fprintf(in, "MARK 0123456789abcdef %d %d\n%s", len(waitingServer), len(waitingServer), waitingServer)
			lines := bufio.NewScanner(out)
			for lines.Scan() && lines.Text() != "GM PROBE" {
			}
			if during := tree(t, home); !strings.Contains(during, "/.cache/gm/.new-") {
				t.Errorf("while it runs: %s", during)
			}
			in.Close()
			io.Copy(io.Discard, out)
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
			if after := tree(t, home); after != before {
				t.Errorf("left:\n%s\nbefore:\n%s", after, before)
			}
		})
	}
}

func TestProbeCutShortLeavesNothing(t *testing.T) {
	head := fmt.Sprintf("MARK 0123456789abcdef %d %d\n", len(waitingServer), len(waitingServer))
	for _, cut := range []int{0, len(head) / 2, len(head), len(head) + 9, len(head) + len(waitingServer) - 1} {
		home := t.TempDir()
		before := tree(t, home)
		cmd := probeCommand(t, home)
		cmd.Stdin = strings.NewReader((head + waitingServer)[:cut])
		out, _ := cmd.Output() // its status is the script's own matter
		if after := tree(t, home); after != before || strings.Contains(string(out), "GM PROBE") {
			t.Errorf("cut at %d: %s\n%s", cut, after, out)
		}
	}
}

// Each state is that of a directory of this test. The script runs as the user of the test,
// and root can write where modes forbid it.
func TestInspectScript(t *testing.T) {
	home := t.TempDir()
	line, err := scriptLine("sh", "MARK", "", oneLine(inspectScript))
	if err != nil || strings.ContainsAny(oneLine(inspectScript), "'!\\\n") {
		t.Fatalf("%v, or the script needs quoting", err)
	}
	for _, sh := range []string{"dash", "bash"} {
		cmd := exec.Command(sh, "-c", line)
		cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "SHELL=/bin/x", "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22"}
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var i Inspection
		done := false
		for text := range strings.Lines(string(out)) {
			_, marked, _ := strings.Cut(strings.TrimSpace(text), "MARK ")
			done = i.parse(marked) || done
		}
		if !done || i.Shell != "/bin/x" || i.Home != home || i.System == "" || i.Server.String() != "192.0.2.2" {
			t.Errorf("%s: %+v", sh, i)
		}
		if len(i.Places) == 0 || i.Places[0].State != PlaceOK || i.Places[0].Dir != home+"/.cache/gm" || i.Places[0].Free <= 0 {
			t.Errorf("%s: places %+v", sh, i.Places)
		}
		if files := tree(t, home); files != home+"\n" {
			t.Errorf("%s left %s", sh, files)
		}
	}
}

func TestInspectParsesWhatHostsInvent(t *testing.T) {
	var i Inspection
	for _, line := range []string{"", "place", "place ok", "place ok 1", "open x", "system", "at x", "place \x1b[m 1 /\x1b"} {
		if i.parse(line) {
			t.Errorf("%q is the last line", line)
		}
	}
	for range 100 {
		i.parse("place ok - /x")
		i.parse("open d 0 /x")
	}
	if len(i.Places) != maxPlaceLines || len(i.OpenDirs) != maxPlaceLines || i.Places[1].Free != -1 {
		t.Errorf("%d places, %d directories", len(i.Places), len(i.OpenDirs))
	}
	if text := (&ShellError{Status: 3}).Error(); !strings.Contains(text, "status 3") {
		t.Error(text)
	}
}
