package roaming

import (
	"testing"
	"time"

	"gm/client/paths"
	"gm/client/route"
	"gm/wire/datagram"
)

// TestRefusals answers datagrams with ICMP errors: they end a session only if there is no
// other path and no login that could open one.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		config config
		paths  []datagram.Path
		end    bool
	}{
		"a login can open a pipe": {config{noPipe: true}, []datagram.Path{udp4, udp6}, false},
		"no login":                {config{noPipe: true, noDial: true}, []datagram.Path{udp4, udp6}, true},
		"one of two paths":        {config{noPipe: true, noDial: true}, []datagram.Path{udp6}, false},
		"beside a pipe":           {config{noDial: true}, []datagram.Path{udp4, udp6}, false},
		"UDP alone":               {config{mode: route.UDP}, []datagram.Path{udp4, udp6}, true},
	} {
		t.Run(name, func(t *testing.T) {
			testWorld(t, c.config, func(t *testing.T, w *world) {
				w.block(true)
				w.run(time.Second)
				for _, path := range c.paths {
					if err := w.roamer.HandleFailure(time.Now(), paths.Failure{Path: path, Err: errNoRoute}); err != nil {
						w.refusal = err
					}
				}
				if (w.refusal != nil) != c.end {
					t.Errorf("the session ends with %v", w.refusal)
				}
			})
		})
	}
}

// TestStockServer has a server that knows one path: nothing is decided.
func TestStockServer(t *testing.T) {
	testWorld(t, config{}, func(t *testing.T, w *world) {
		cfg := w.roamer.cfg
		cfg.Several = false
		r, err := newRoamer(time.Now(), cfg, w.roamer.system)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, known := r.Explain(); known || r.RequestLogin(time.Now()) || r.OverSSH() || r.Changed() != nil {
			t.Error("there is more than one path")
		}
		now := time.Now()
		r.Typed(now)
		r.AddressesChanged(now)
		if got := r.Decide(now); got != (Result{}) || r.Preferred() != udp4 {
			t.Errorf("%+v on %v", got, r.Preferred())
		}
		if err := r.HandleFailure(now, paths.Failure{Path: udp4, Err: errNoRoute}); err != errNoRoute {
			t.Errorf("a refusal is %v", err)
		}
	})
}

// TestCloseDoesNotWait closes a session whose SSH connection hangs, while a login and a
// lookup are under way. The connection of the login, which cannot be given up, is closed.
func TestCloseDoesNotWait(t *testing.T) {
	testWorld(t, config{before: func(w *world) { w.finder.delay = time.Hour }}, func(t *testing.T, w *world) {
		w.dialer.deaf = true
		w.dialer.setTime(time.Minute)
		w.run(time.Second)
		w.roamer.LogIn(time.Now(), true)
		hang := make(chan struct{})
		w.roamer.login.Close = func() error {
			<-hang
			return nil
		}
		began := time.Now()
		w.closeRoamer()
		if took := time.Since(began); took > closeTimeout {
			t.Errorf("Close takes %v", took)
		}
		close(hang)
		w.stopEvents()
		<-time.After(2 * time.Minute)
		if closed, _ := w.dialer.counts(); closed != 1 {
			t.Errorf("%d connections closed", closed)
		}
	})
}
