//go:build unix

package gmssh

import (
	"os"
	"os/exec"
	"os/signal"
	"slices"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"gm/client/sshexec"
	"gm/internal/subprocess"
)

// endingSignals returns the signals that end the program with the status 255, as those that
// end ssh do. A signal that is ignored stays ignored.
func endingSignals() []os.Signal {
	all := []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT}
	return slices.DeleteFunc(all, signal.Ignored)
}

// watchSize returns the sizes of a terminal that changes, until stop is called.
func watchSize(fd int) (sizes <-chan sshexec.Size, stop func()) {
	changed, out, done := make(chan os.Signal, 1), make(chan sshexec.Size), make(chan struct{})
	signal.Notify(changed, unix.SIGWINCH)
	go func() {
		defer close(out)
		for {
			select {
			case <-changed:
			case <-done:
				return
			}
			cols, rows, err := term.GetSize(fd)
			if err != nil {
				continue
			}
			select {
			case out <- sshexec.Size{Rows: rows, Cols: cols}:
			case <-done:
				return
			}
		}
	}()
	return out, func() {
		signal.Stop(changed)
		close(done)
	}
}

// readyVariable is set in the process that stays in the background: the number of the
// descriptor on which it reports that the login has succeeded.
const readyVariable = "GM_SSH_READY"

// readyFD is that descriptor, the first of exec.Cmd.ExtraFiles.
const readyFD = 3

// masterVariable is set in the process of ControlPersist.
const masterVariable = "GM_SSH_MASTER"

// inBackground starts the program again and returns when that is logged in, or with its exit
// status if it fails. Its standard input is empty.
func (m *invocation) inBackground() (status int, err error) {
	if os.Getenv(readyVariable) != "" {
		inherit()
		return m.overSSH(leaveForeground)
	}
	return m.startAgain(func(cmd *exec.Cmd) { cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr })
}

// inherit takes over what startAgain has passed on.
func inherit() {
	os.Unsetenv(readyVariable)
	unix.CloseOnExec(readyFD)
}

// isPersistent reports whether begin has started this process.
func (m *invocation) isPersistent() bool {
	if os.Getenv(masterVariable) == "" {
		return false
	}
	os.Unsetenv(masterVariable)
	inherit()
	return true
}

// begin starts the master of ControlPersist in the background, and returns as inBackground does.
// Its messages are shown while this process lasts.
func (m *invocation) begin() (status int, err error) {
	return m.startAgain(func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, masterVariable+"=1")
		cmd.Stderr = m.errors
	})
}

func (m *invocation) startAgain(prepare func(*exec.Cmd)) (status int, err error) {
	self, err := os.Executable()
	if err != nil {
		return sshexec.Failed, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return sshexec.Failed, err
	}
	defer r.Close()
	cmd := exec.Command(self, m.args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), readyVariable+"=3")
	cmd.ExtraFiles = []*os.File{w}
	prepare(cmd)
	err = cmd.Start()
	w.Close()
	if err != nil {
		return sshexec.Failed, subprocess.StartError(err)
	}
	if n, _ := r.Read(make([]byte, 1)); n == 1 {
		return 0, nil
	}
	cmd.Wait() // its status follows
	if status = cmd.ProcessState.ExitCode(); status < 0 {
		status = sshexec.Failed
	}
	return status, nil
}

// leaveForeground moves the process out of the terminal's session and reports to the parent
// that the login has succeeded.
func leaveForeground() error {
	unix.Setsid() // fails in a process that leads its group, and then changes nothing
	f := os.NewFile(readyFD, "ready")
	defer f.Close()
	_, err := f.Write([]byte{1})
	return err
}

// removeStale removes a socket that no process listens on.
func removeStale(path string) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		os.Remove(path)
	}
}
