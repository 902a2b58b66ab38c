package session

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"gm/wire/simnet"
	"gm/wire/state"
)

func TestProgramEnds(t *testing.T) {
	tests := []struct {
		name string
		end  func(r *rig)
		late time.Duration
	}{
		{"output first", func(r *rig) { r.session.OutputEnded(r.Now); r.session.Exited(r.Now, 3) }, 0},
		{"exit first", func(r *rig) { r.session.Exited(r.Now, 3); r.session.OutputEnded(r.Now) }, 0},
		{"left a job behind", func(r *rig) { r.session.Exited(r.Now, 3) }, drainDelay},
		{"closed its terminal", func(r *rig) { r.session.OutputEnded(r.Now) }, exitDelay},
	}
	for _, test := range tests {
		r := connected(t)
		r.write("logout")
		test.end(r)
		r.WaitFor(test.late+50*time.Millisecond, test.name+": no end", func() bool { return r.session.finished })
		r.Run(time.Second)
		if got := r.shown(); got != "logout" || !r.client.Closed() {
			t.Errorf("%s: the client sees %q, closed %v", test.name, got, r.client.Closed())
		}
	}
}

// What a job in the background writes after the program's exit is shown.
func TestLateOutput(t *testing.T) {
	r := connected(t)
	r.session.Exited(r.Now, 0)
	r.Run(drainDelay / 2)
	r.write("late")
	r.session.OutputEnded(r.Now)
	r.Run(time.Second)
	if got := r.shown(); got != "late" || !r.session.finished {
		t.Errorf("the client sees %q, finished %v", got, r.session.finished)
	}
}

// shownEnding returns the exit status that the client has.
func (r *rig) shownEnding() state.ExitStatus {
	remote, _ := r.client.Remote()
	return remote.ExitStatus
}

// The status is part of the last screen, which the client must have: whatever
// the network loses, a client that knows of the end knows the status.
func TestStatusIsNotLost(t *testing.T) {
	for seed := range uint64(30) {
		network := simnet.Config{Delay: 50 * time.Millisecond, Loss: 0.4, Duplicate: 0.1, Reorder: 0.3}
		r := newRig(t, Timeouts{}, network)
		r.Up, r.Down = simnet.NewLink(network, 2*seed, epoch), simnet.NewLink(network, 2*seed+1, epoch)
		r.attachment.extensions |= state.ExtExit
		r.resize(80, 24)
		r.WaitFor(20*time.Second, "no program", func() bool { return r.session.running })
		r.write("working")
		r.Run(time.Duration(seed) * 20 * time.Millisecond)
		r.write("\r\nthe last words")
		r.session.OutputEnded(r.Now)
		if got := r.shownEnding(); got.Known {
			t.Fatalf("seed %d: it has not ended, and the client knows %+v", seed, got)
		}
		r.session.Exited(r.Now, 7)
		r.WaitFor(20*time.Second, "the client goes on", r.client.Closed)
		if got := r.shownEnding(); got != (state.ExitStatus{Known: true, Status: 7}) || r.shown() != "working\nthe last words" {
			t.Errorf("seed %d: the client knows %+v and sees %q", seed, got, r.shown())
		}
	}
}

// No status is sent to a stock client, nor one that is unknown.
func TestStatusIsNotSent(t *testing.T) {
	for name, c := range map[string]struct {
		extensions state.Extension
		end        func(r *rig)
	}{
		"stock client":         {0, func(r *rig) { r.session.Exited(r.Now, 7); r.session.OutputEnded(r.Now) }},
		"closed its terminal":  {state.ExtExit, func(r *rig) { r.session.OutputEnded(r.Now) }},
		"the user left":        {state.ExtExit, func(r *rig) { r.client.Shutdown(r.Now) }},
		"signal, stock client": {0, func(r *rig) { r.session.Stop(r.Now, 15, "terminated") }},
	} {
		r := connected(t)
		r.attachment.extensions = c.extensions
		c.end(r)
		r.WaitFor(5*time.Second, name+": no end", r.client.Closed)
		if got := r.shownEnding(); got.Known {
			t.Errorf("%s: the client knows %+v", name, got)
		}
	}
}

// The status of a session that a signal to the server has ended is that signal, also if
// the program ends with it.
func TestStatusOfAStoppedSession(t *testing.T) {
	for name, stop := range map[string]func(r *rig){
		"SIGTERM": func(r *rig) { r.session.Stop(r.Now, 15, "terminated") },
		"SIGUSR1": func(r *rig) { r.session.UserSignal(r.Now, 15, "terminated") },
		"and then the program": func(r *rig) {
			r.session.Stop(r.Now, 15, "terminated")
			r.session.Exited(r.Now, 129)
			r.session.OutputEnded(r.Now)
			r.session.Stop(r.Now, 2, "again")
		},
	} {
		r := connected(t)
		r.attachment.extensions |= state.ExtExit
		stop(r)
		r.WaitFor(5*time.Second, name+": no end", r.client.Closed)
		if got := r.shownEnding(); got != (state.ExitStatus{Known: true, Status: 143, Stopped: "terminated"}) {
			t.Errorf("%s: the client knows %+v", name, got)
		}
	}
}

func TestStatusOfAFailure(t *testing.T) {
	for want, err := range map[uint8]error{
		statusNotFound:      fmt.Errorf("run: %w", fs.ErrNotExist),
		statusNotExecutable: errors.New("a bad file"),
	} {
		r := newRig(t, Timeouts{}, simnet.Config{Delay: 5 * time.Millisecond})
		r.attachment.extensions |= state.ExtExit
		r.host.failure = err
		r.WaitFor(5*time.Second, "no end", r.client.Closed)
		if got := r.shownEnding(); got != (state.ExitStatus{Known: true, Status: want, Reason: err.Error()}) {
			t.Errorf("%v: the client knows %+v", err, got)
		}
	}
	var e exitState
	if e.startFailed(&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}); e.status.Status != statusNotFound {
		t.Errorf("no such file is status %d", e.status.Status)
	}
}
