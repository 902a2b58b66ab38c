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
	r := Registry{t.TempDir()}
	utmp := &fakeUtmp{adds: make(chan struct{})}
	rec := newRecorder(r, utmp, "tester")
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
	file := r.file(os.Getpid())
	if text, err := os.ReadFile(file); err != nil || string(text) != "192.0.2.2\n" {
		t.Errorf("the registry has %q, %v", text, err)
	}
	rec.Stop()
	pid := strconv.Itoa(os.Getpid())
	if want := []string{"192.0.2.1 via mosh [" + pid + "]", "192.0.2.2 via mosh [" + pid + "]", "removed"}; !slices.Equal(utmp.calls, want) {
		t.Errorf("utmp gets %q, want %q", utmp.calls, want)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the registry still has the session: %v", err)
	}
}

// A session whose client never connected leaves no records.
func TestRecorderWithoutClient(t *testing.T) {
	utmp := &fakeUtmp{}
	rec := newRecorder(Registry{t.TempDir()}, utmp, "tester")
	if rec.Stop(); len(utmp.calls) > 0 {
		t.Errorf("utmp gets %q", utmp.calls)
	}
}
