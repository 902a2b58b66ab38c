package roaming

import (
	"context"
	"time"

	"gm/client/route"
	"gm/wire/datagram"
)

// attempt is a login that runs in the background.
type attempt struct {
	batch  bool
	giveUp func()
}

// LogIn logs in again in the background, in place of a running login. In batch it asks the
// user nothing; otherwise the terminal must be ready for questions until Asking returns
// false.
func (r *Roamer) LogIn(now time.Time, batch bool) {
	if r.cfg.Dial == nil {
		r.chooser.LoginFailed(now, false)
		return
	}
	r.GiveUp()
	ctx, cancel := context.WithCancel(r.ctx)
	a := &attempt{batch, cancel}
	r.attempt = a
	r.cfg.Start(func() {
		defer cancel()
		login, err := r.cfg.Dial(ctx, batch)
		if !r.post(func(now time.Time) { r.loggedIn(now, a, login, err) }) {
			login.close()
		}
	})
}

// Asking reports whether a login runs that asks the user.
func (r *Roamer) Asking() bool { return r.attempt != nil && !r.attempt.batch }

// GiveUp cancels the running login at the user's request. Its end is an event.
func (r *Roamer) GiveUp() {
	if r.attempt != nil {
		r.attempt.giveUp()
	}
}

// RequestLogin requests a login in which the user is asked. It reports whether one is
// possible: Decide returns Result.Ask then.
func (r *Roamer) RequestLogin(now time.Time) bool {
	if r.chooser == nil || r.cfg.Dial == nil || r.cfg.Mode == route.UDP {
		return false
	}
	r.chooser.RequestLogin(now)
	return true
}

// RefuseLogin ends a requested login, for which the terminal is not available.
func (r *Roamer) RefuseLogin(now time.Time) { r.chooser.LoginFailed(now, true) }

// OverSSH reports whether there is an SSH connection that carries datagrams.
func (r *Roamer) OverSSH() bool { return r.pipe.IsPipe() }

// LoginError returns the error of the last login; nil if it was successful, or runs.
func (r *Roamer) LoginError() error { return r.loginErr }

func (r *Roamer) loggedIn(now time.Time, a *attempt, login Login, err error) {
	if r.attempt != a { // replaced by another
		if err == nil {
			r.closeInBackground(login)
		}
		return
	}
	r.attempt, r.loginErr = nil, err
	if err != nil {
		r.chooser.LoginFailed(now, r.cfg.NeedsUser(err))
		return
	}
	r.closeLogin(now)
	r.setLogin(now, login)
}

func (r *Roamer) setLogin(now time.Time, login Login) {
	if login.Pipe == nil {
		r.closeInBackground(login)
		return
	}
	r.login, r.pipe = login, r.OpenPipe(login.Pipe)
	r.chooser.SetPipe(now, r.pipe)
	if len(login.Announced) > 0 {
		r.announced = login.Announced
	}
}

// closeLogin closes the pipe and its login, in the background: the connection may be dead.
func (r *Roamer) closeLogin(now time.Time) {
	if r.pipe.IsPipe() {
		r.Drop(r.pipe)
		r.cfg.Transport.DropPath(now, r.pipe)
	}
	r.closeInBackground(r.login)
	r.login, r.pipe = Login{}, datagram.Path{}
}

func (r *Roamer) closeInBackground(login Login) {
	if login.Close != nil {
		r.cfg.Start(login.close)
	}
}

func (l Login) close() {
	if l.Close != nil {
		l.Close()
	}
}

// post sends an event to the loop. It reports whether the Roamer is open.
func (r *Roamer) post(e Event) bool {
	select {
	case r.events <- e:
		return true
	case <-r.ctx.Done():
		return false
	}
}
