package stdio

import (
	"errors"
	"testing"
	"time"

	"gm/internal/forward"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// newSession returns a session at a time, whose server has told status and was never heard.
func newSession(t *testing.T, now time.Time, status state.ExitStatus) *session {
	t.Helper()
	transport, err := wire.New(wire.Config[state.User, state.Screen]{
		Direction: datagram.ToServer, Streams: true, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows), ExitStatus: status},
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	return &session{transport: transport, begun: now, now: now}
}

// TestServerThatNeverAnswers waits for answerTimeout.
func TestServerThatNeverAnswers(t *testing.T) {
	s := newSession(t, time.Unix(0, 0), state.ExitStatus{})
	for _, c := range []struct {
		name  string
		after time.Duration
		ended bool
		err   error
	}{
		{"at first", 0, false, nil},
		{"before the end of the wait", answerTimeout - 1, false, nil},
		{"at its end", answerTimeout, true, ErrNoAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.now = s.begun.Add(c.after)
			if ended, err := s.ended(); ended != c.ended || err != c.err {
				t.Errorf("ended %v, %v, want %v, %v", ended, err, c.ended, c.err)
			}
		})
	}
}

// TestLostSession has servers that end without the program's exit status.
func TestLostSession(t *testing.T) {
	for _, c := range []struct {
		name, want string
		status     state.ExitStatus
	}{
		{"without a reason", "the session has ended", state.ExitStatus{}},
		{"with a reason", "the session has ended: stopped by SIGTERM", state.ExitStatus{Stopped: "stopped by SIGTERM"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ended, err := newSession(t, time.Unix(0, 0), c.status).finished()
			if !ended || !errors.Is(err, ErrLost) || err.Error() != c.want {
				t.Errorf("ended %v, %v, want %s", ended, err, c.want)
			}
		})
	}
	if ended, err := newSession(t, time.Unix(0, 0), state.ExitStatus{Known: true}).finished(); !ended || err != nil {
		t.Errorf("with an exit status: ended %v, %v", ended, err)
	}
}

// TestProgramThatWasNotStarted has no output to wait for.
func TestProgramThatWasNotStarted(t *testing.T) {
	for _, c := range []struct {
		name  string
		why   string
		ended bool
	}{{"not started", "no such program", true}, {"started", "", false}} {
		t.Run(c.name, func(t *testing.T) {
			s := newSession(t, time.Unix(0, 0), state.ExitStatus{Known: true, Status: 127, Reason: c.why})
			s.program = program{output: new(forward.Relay), errors: new(forward.Relay)}
			if ended, err := s.finished(); ended != c.ended || err != nil {
				t.Errorf("ended %v, %v", ended, err)
			}
		})
	}
}
