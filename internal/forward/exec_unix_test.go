//go:build unix

package forward

import (
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// runPiped starts a command on pipes.
func runPiped(command string, subsystem bool) (p ExecProgram, err error) {
	if subsystem {
		return p, errors.New("no such subsystem")
	}
	cmd := exec.Command("sh", "-c", command)
	if p.Stdin, err = cmd.StdinPipe(); err != nil {
		return p, err
	}
	out, outWriter := io.Pipe()
	errs, errsWriter := io.Pipe()
	p.Stdout, p.Stderr, cmd.Stdout, cmd.Stderr = out, errs, outWriter, errsWriter
	p.HangUp = func() error {
		cmd.Process.Kill()
		return nil
	}
	p.Wait = func() int {
		cmd.Wait()
		outWriter.Close()
		errsWriter.Close()
		return max(cmd.ProcessState.ExitCode(), 0)
	}
	return p, cmd.Start()
}

// buffer keeps what is written.
type buffer struct{ strings.Builder }

func (b *buffer) Close() error { return nil }

// execution is the end of a program.
type execution struct {
	out, errs buffer
	started   error
	status    int
}

// exec runs a program and returns its end.
func (r *rig) exec(command string, subsystem bool, in io.ReadCloser) *execution {
	r.Helper()
	e, ended := &execution{}, make(chan struct{})
	r.client.do <- func() {
		r.client.mux.Exec(command, subsystem, &Pipes{In: in, Out: &e.out}, &e.errs, func(err error) {
			if e.started = err; err != nil {
				close(ended)
			}
		}, func(status int) {
			e.status = status
			close(ended)
		})
	}
	<-ended
	return e
}

func TestExec(t *testing.T) {
	r := newRig(t, Config{}, Config{Exec: runPiped})
	long := strings.Repeat("0123456789", 100_000) // a command of more than 128 kB is no argument
	if e := r.exec("cat; echo wrong >&2; exit 3 #"+long[:100_000], false, io.NopCloser(strings.NewReader(long))); e.out.String() != long || e.errs.String() != "wrong\n" || e.status != 3 || e.started != nil {
		t.Errorf("%d bytes, %q, status %d, %v", e.out.Len(), e.errs.String(), e.status, e.started)
	}
	open, w := io.Pipe()
	defer w.Close()
	if e := r.exec("echo done", false, open); e.out.String() != "done\n" || e.status != 0 {
		t.Errorf("with input that does not end: %q, status %d", e.out.String(), e.status)
	}
	if e := r.exec(": "+long[:maxCommand], false, nil); e.started == nil {
		t.Error("a command that is too long is started")
	}
	if e := r.exec("sftp", true, nil); e.started == nil || e.started.Error() != "no such subsystem" {
		t.Errorf("a subsystem that is not there: %v", e.started)
	}
}

// The cancelled program, and one whose client leaves, is hung up.
func TestExecCancel(t *testing.T) {
	ended := make(chan bool, 2)
	start := func(command string, subsystem bool) (ExecProgram, error) {
		p, err := runPiped(command, subsystem)
		wait := p.Wait
		p.Wait = func() int {
			defer func() { ended <- true }()
			return wait()
		}
		return p, err
	}
	r := newRig(t, Config{}, Config{Exec: start})
	for _, leaves := range []bool{false, true} {
		var e *Exec
		started := make(chan error, 1)
		r.client.do <- func() {
			e = r.client.mux.Exec("exec sleep 1000", false, &Pipes{}, &buffer{}, func(err error) { started <- err }, func(int) {})
		}
		if err := <-started; err != nil {
			t.Fatal(err)
		}
		if leaves {
			r.server.do <- func() { r.server.mux.Close() }
		} else {
			r.client.do <- func() { e.Cancel() }
		}
		<-ended
	}
}

// A server without programs, and too many of them, are refused.
func TestExecRefused(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	if e := r.exec("true", false, nil); e.started == nil {
		t.Error("started")
	}
	r = newRig(t, Config{}, Config{Exec: runPiped})
	started := make(chan error, maxExecs+1)
	r.client.do <- func() {
		for range maxExecs + 1 {
			r.client.mux.Exec("exec sleep 1000", false, &Pipes{}, &buffer{}, func(err error) { started <- err }, func(int) {})
		}
	}
	failed := 0
	for range maxExecs + 1 {
		if <-started != nil {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d of %d are refused", failed, maxExecs+1)
	}
}
