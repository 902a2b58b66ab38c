package oracle

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tick is the polling interval for a file that is being written.
const tick = 2 * time.Millisecond

// Window is an xterm that runs a program and receives real key events of an X server,
// by xdotool.
type Window struct {
	t       testing.TB
	display string
}

// Open starts an xterm of 80x24 with additional resources, such as "modifyOtherKeys:
// 1", that runs command. It ends with the test.
func Open(t testing.TB, env, resources []string, command ...string) *Window {
	t.Helper()
	w := &Window{t: t, display: StartDisplay(t)}
	args := []string{"-u8", "-geometry", "80x24+0+0"}
	for _, resource := range resources {
		args = append(args, "-xrm", "XTerm*"+resource)
	}
	cmd := exec.Command("xterm", append(append(args, "-e"), command...)...)
	cmd.Env = append(env, "DISPLAY="+w.display, "LC_ALL=C.UTF-8", "PATH="+os.Getenv("PATH"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("xterm: %s", stderr.Bytes())
		}
	})
	w.xdotool("search", "--sync", "--onlyvisible", "--class", "xterm", "windowfocus", "--sync")
	return w
}

// WaitTitle waits until the window's title contains text.
func (w *Window) WaitTitle(text string) {
	w.t.Helper()
	w.xdotool("search", "--sync", "--name", text)
}

// Press presses and releases keys by their X names, with modifiers before them: "a",
// "ctrl+Left", "KP_Home". It returns when the X server has received them.
func (w *Window) Press(keys ...string) {
	w.t.Helper()
	w.xdotool(append([]string{"key", "--delay", "0"}, keys...)...)
}

func (w *Window) xdotool(args ...string) {
	w.t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = []string{"DISPLAY=" + w.display, "PATH=" + os.Getenv("PATH")}
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("xdotool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// Recorder is a program that records its input.
type Recorder struct {
	t    testing.TB
	path string
	read int // number of bytes that Take has returned
}

// NewRecorder returns a recorder, whose Command the caller runs.
func NewRecorder(t testing.TB) *Recorder {
	return &Recorder{t: t, path: filepath.Join(t.TempDir(), "typed")}
}

// Command returns the recorder's command line. The recorder first writes setup and a
// title to its terminal: it is ready when the window has the title.
func (r *Recorder) Command(setup, title string) []string {
	return []string{"sh", "-c", `stty raw -echo; printf %s "$2"; exec cat >"$1"`, "sh", r.path, setup + "\x1b]2;" + title + "\a"}
}

// Take waits until the input since the last call ends with end, and returns the input
// before end.
func (r *Recorder) Take(end string) string {
	r.t.Helper()
	var new string
	for limit := time.Now().Add(replyTimeout); !strings.HasSuffix(new, end); time.Sleep(tick) {
		all, _ := os.ReadFile(r.path) // the file may not exist yet
		new = string(all[min(r.read, len(all)):])
		if time.Now().After(limit) {
			r.t.Fatalf("read %q, without %q", new, end)
		}
	}
	r.read += len(new)
	return strings.TrimSuffix(new, end)
}
