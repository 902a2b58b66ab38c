package session

import (
	"testing"
	"time"

	"gm/wire/state"
)

// listened returns a rig whose client has the extension "echo".
func listened(t *testing.T) *rig {
	t.Helper()
	r := connected(t)
	r.attachment.extensions |= state.ExtEcho
	r.host.tty = lineDiscipline()
	return r
}

func lineDiscipline() state.Discipline {
	return state.Discipline{Modes: state.DisciplineKnown | state.Canonical | state.Echo}
}

func (r *rig) told() state.EchoState {
	remote, _ := r.client.Remote()
	return remote.EchoState
}

func TestEchoStateComesWithTheFrame(t *testing.T) {
	r := listened(t)
	r.write("name: ")
	r.Run(100 * time.Millisecond)
	if got := r.told(); got.Discipline != lineDiscipline() || got.Alternate {
		t.Errorf("told %+v", got)
	}
	// A program turns echo off, then asks: no frame has the one without the other.
	r.host.tty.Modes &^= state.Echo
	r.write("password: ")
	r.WaitFor(time.Second, "the prompt is not seen", func() bool {
		if off := !r.told().Discipline.Has(state.Echo); off != (r.shown() == "name: password:") {
			t.Fatalf("echo off is %v beside %q", off, r.shown())
		}
		return r.shown() == "name: password:"
	})
	r.write("\x1b[?1049h")
	r.Run(100 * time.Millisecond)
	if !r.told().Alternate {
		t.Error("the alternate screen is not told")
	}
}

// A change without output is found for a short while after input and output.
func TestTermiosIsPolledForAWhile(t *testing.T) {
	for after, found := range map[time.Duration]bool{
		5 * time.Millisecond:   true,
		300 * time.Millisecond: true,
		800 * time.Millisecond: true,
		900 * time.Millisecond: false,
	} {
		r := listened(t)
		r.write("x")
		r.Run(after)
		r.host.tty.Modes &^= state.Echo
		r.Run(2 * time.Second)
		if got := !r.told().Discipline.Has(state.Echo); got != found {
			t.Errorf("a change after %v: found %v, want %v", after, got, found)
		}
		r.typeKeys("y")
		r.Run(100 * time.Millisecond)
		if r.told().Discipline.Has(state.Echo) {
			t.Errorf("a change after %v is not seen after input", after)
		}
	}
}

// Nothing wakes a session in which nothing happens.
func TestIdleTermiosIsNotPolled(t *testing.T) {
	r := listened(t)
	r.write("x")
	r.Run(2 * time.Second)
	if at := r.session.pollDeadline(); !at.IsZero() {
		t.Errorf("the next look is in %v", at.Sub(r.Now))
	}
	r.attachment.extensions &^= state.ExtEcho
	r.write("x")
	if !r.session.pollDeadline().IsZero() {
		t.Error("nobody wants to know, and it is looked at")
	}
}

// The frame with the echo of keys also carries their number.
func TestEchoedThroughComesWithTheEcho(t *testing.T) {
	r := listened(t)
	r.host.echo = true
	for _, text := range []string{"a", "ab", "abc"} {
		r.typeKeys(text[len(text)-1:])
		num := r.client.Sent() + 1
		r.WaitFor(time.Second, "no echo", func() bool { return r.shown() == text })
		if got := r.told().EchoedThrough; got < num {
			t.Errorf("%q: heard %d, want %d", text, got, num)
		}
	}
}

// The report that the terminal has input may come after its echo.
func TestEchoBeforeDelivery(t *testing.T) {
	r := connected(t)
	a := r.attachment
	at := func(d time.Duration) time.Time { return r.Now.Add(d) }
	r.session.Output(r.Now, []byte("x"))
	for _, step := range []struct {
		name       string
		began, now time.Duration
		num        uint64
		echoed     bool
	}{
		{"output before the write", 1, 2, 7, false},
		{"output during the write", -1, 3, 8, true},
	} {
		t.Run(step.name, func(t *testing.T) {
			a.inputDelivered(at(step.now), step.num, at(step.began))
			if step.echoed != (a.echoed == step.num) {
				t.Errorf("echoed through %d after %d", a.echoed, step.num)
			}
		})
	}
	a.inputDelivered(at(4), 9, at(4))
	if r.session.Output(at(5), []byte("x")); a.echoed != 9 {
		t.Errorf("echoed through %d after the echo of 9", a.echoed)
	}
}

// The echo of a program that reads single keys is unknown.
func TestEchoedThroughNeedsEcho(t *testing.T) {
	r := listened(t)
	r.host.echo = true
	r.host.tty = state.Discipline{Modes: state.DisciplineKnown}
	r.typeKeys("a")
	r.Run(time.Second)
	if got := r.told(); got.EchoedThrough != 0 || got.Discipline != r.host.tty {
		t.Errorf("told %+v", got)
	}
}

func TestNoEchoStateWithoutExtension(t *testing.T) {
	r := listened(t)
	r.attachment.extensions &^= state.ExtEcho
	r.write("x")
	r.Run(time.Second)
	if got := r.told(); got != (state.EchoState{}) {
		t.Errorf("told %+v", got)
	}
}
