//go:build unix

package login

import (
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// fakeUtmp records the calls for an entry. add blocks until adds is received from.
type fakeUtmp struct {
	calls []string
	adds  chan struct{}
}

func (u *fakeUtmp) add(host string) {
	u.calls = append(u.calls, host)
	<-u.adds
}

func (u *fakeUtmp) remove() { u.calls = append(u.calls, "removed") }

// A slow system gets the newest address only, without blocking the session. Stop
// removes all records.
func TestRecorder(t *testing.T) {
	utmp := &fakeUtmp{adds: make(chan struct{})}
	rec := newRecorder(utmp, "tester")
	first, second := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	rec.SetClient(first)
	for limit := time.Now().Add(time.Minute); len(rec.clients) > 0; {
		if time.Now().After(limit) {
			t.Fatal("the recorder does not run")
		}
	}
	rec.SetClient(netip.Addr{})
	rec.SetClient(second) // replaces the one before
	utmp.adds <- struct{}{}
	utmp.adds <- struct{}{}
	rec.Stop()
	pid := strconv.Itoa(os.Getpid())
	if want := []string{"192.0.2.1 via mosh [" + pid + "]", "192.0.2.2 via mosh [" + pid + "]", "removed"}; !slices.Equal(utmp.calls, want) {
		t.Errorf("utmp gets %q, want %q", utmp.calls, want)
	}
}

// A session whose client never connected leaves no records.
func TestRecorderWithoutClient(t *testing.T) {
	utmp := &fakeUtmp{}
	rec := newRecorder(utmp, "tester")
	if rec.Stop(); len(utmp.calls) > 0 {
		t.Errorf("utmp gets %q", utmp.calls)
	}
}

func TestUtmpHost(t *testing.T) {
	if got := utmpHost(netip.MustParseAddr("192.0.2.1"), 42); got != "192.0.2.1 via mosh [42]" {
		t.Errorf("connected: %q", got)
	}
	if got := utmpHost(netip.Addr{}, 42); got != "mosh [42]" {
		t.Errorf("quiet: %q", got)
	}
}
