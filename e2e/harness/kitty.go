package harness

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Kitty is kitty on an X server without a display, with a command in it.
type Kitty struct {
	t      testing.TB
	socket string
}

// NewKitty starts a terminal of 80x24 on an X server's display and runs command in it.
// env is the whole environment, to which TERM is added.
func NewKitty(t testing.TB, display string, env []string, command ...string) *Kitty {
	t.Helper()
	return startKitty(t, nil, display, kittyCommand(env, command))
}

func kittyCommand(env, command []string) []string {
	return slices.Concat([]string{"env", "-i", "TERM=xterm-kitty"}, env, command)
}

// startKitty starts kitty, behind the words of launcher.
func startKitty(t testing.TB, launcher []string, display string, inside []string) *Kitty {
	t.Helper()
	dir := TempDir(t)
	k := &Kitty{t: t, socket: filepath.Join(dir, "socket")}
	args := append(slices.Clone(launcher), "kitty", "--config", "NONE", "--listen-on", "unix:"+k.socket)
	for _, option := range []string{
		"allow_remote_control=yes", "update_check_interval=0", "enabled_layouts=fat", "confirm_os_window_close=0",
		"remember_window_size=no", "initial_window_width=80c", "initial_window_height=24c", "shell_integration=disabled",
		"scrollback_lines=20000",
	} {
		args = append(args, "-o", option)
	}
	args = append(args, inside...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "DISPLAY="+display, "LIBGL_ALWAYS_SOFTWARE=1", "XDG_RUNTIME_DIR="+dir, "LC_ALL=C.UTF-8")
	must(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	Until(t, "kitty", Patience, func() bool { _, err := k.try("ls", nil); return err == nil }, nil)
	return k
}

// reply is kitty's reply to a command.
type kittyReply struct {
	OK    bool
	Data  string
	Error string
}

func (k *Kitty) try(command string, payload map[string]any) (string, error) {
	conn, err := net.Dial("unix", k.socket)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	message, err := json.Marshal(map[string]any{"cmd": command, "version": []int{0, 26, 0}, "payload": payload})
	if err != nil {
		return "", err
	}
	conn.SetDeadline(time.Now().Add(Patience))
	if _, err := fmt.Fprintf(conn, "\x1bP@kitty-cmd%s\x1b\\", message); err != nil {
		return "", err
	}
	if command == "send-text" { // it has no reply
		return "", nil
	}
	text, err := readReply(conn)
	if err != nil {
		return "", err
	}
	var r kittyReply
	if err := json.Unmarshal(text, &r); err != nil {
		return "", fmt.Errorf("kitty replies %q: %w", text, err)
	}
	if !r.OK {
		return "", errors.New(r.Error)
	}
	return r.Data, nil
}

// readReply returns the JSON within the brackets of a reply.
func readReply(conn io.Reader) ([]byte, error) {
	var text []byte
	for r := bufio.NewReader(conn); ; {
		part, err := r.ReadBytes('\\')
		if text = append(text, part...); err != nil {
			return text, err
		}
		if body, ok := bytes.CutSuffix(text, []byte("\x1b\\")); ok {
			return bytes.TrimPrefix(body, []byte("\x1bP@kitty-cmd")), nil
		}
	}
}

func (k *Kitty) do(command string, payload map[string]any) string {
	k.t.Helper()
	out, err := k.try(command, payload)
	if err != nil {
		k.t.Fatalf("kitty %s: %v", command, err)
	}
	return out
}

func (k *Kitty) Type(text string) {
	k.t.Helper()
	k.do("send-text", map[string]any{"data": "base64:" + base64.StdEncoding.EncodeToString([]byte(text))})
}

// Resize changes the size of the window and waits until kitty has applied it.
func (k *Kitty) Resize(cols, rows int) {
	k.t.Helper()
	k.do("resize-os-window", map[string]any{"action": "resize", "unit": "cells", "width": cols, "height": rows})
	want := []string{fmt.Sprintf(`"columns": %d,`, cols), fmt.Sprintf(`"lines": %d,`, rows)}
	Until(k.t, "kitty of another size", Patience, func() bool {
		out := k.do("ls", nil)
		return strings.Contains(out, want[0]) && strings.Contains(out, want[1])
	}, nil)
}

func (k *Kitty) Screen() Screen {
	k.t.Helper()
	text := k.do("get-text", map[string]any{"extent": "screen", "wrap_markers": true})
	return trimmed(strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n"))
}

// Transcript returns the lines of the scrollback and of the screen. Rows of one line are
// joined.
func (k *Kitty) Transcript() Screen {
	k.t.Helper()
	text := k.do("get-text", map[string]any{"extent": "all"})
	return trimmed(strings.Split(text, "\n"))
}
