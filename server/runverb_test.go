//go:build unix

package server

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"gm/server/registry"
	"gm/server/registry/registrytest"
	"gm/wire/control"
)

// testRegistry returns the registry of a user without sessions.
func testRegistry(t *testing.T) registry.Registry {
	t.Helper()
	dir := registrytest.Dir(t)
	return registry.Open(func(name string) string {
		if name == "XDG_RUNTIME_DIR" || name == "HOME" {
			return dir
		}
		return ""
	})
}

// listen begins a session of this process whose answers are those of handler.
func listenAs(t *testing.T, r registry.Registry, name string, handler registry.Handler) *registry.Listener {
	t.Helper()
	l, err := r.Listen(name, handler, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func statusOf(name string) registry.Handler {
	return func(control.Request) control.Response {
		return control.Response{Status: &control.Status{Name: name, ID: testID, State: control.Detached, Pid: 4321, From: "192.0.2.1"}}
	}
}

func TestChooseSession(t *testing.T) {
	r := testRegistry(t)
	there := listenAs(t, r, "there", statusOf("there"))
	listenAs(t, r, "1", statusOf("1"))
	for _, test := range []struct {
		name, wanted string
		locked       bool
		want, path   string
	}{
		{"number", "", true, "2", ""},
		{"number without the lock", "", false, strconv.Itoa(os.Getpid()), ""},
		{"new name", "work", true, "work", ""},
		{"new name without the lock", "work", false, "work", ""},
		{"name of a session", "there", true, "there", there.Path()},
		{"name of a session without the lock", "there", false, "there", there.Path()},
	} {
		t.Run(test.name, func(t *testing.T) {
			name, path, err := chooseSession(r, test.wanted, test.locked)
			if err != nil || name != test.want || path != test.path {
				t.Errorf("got %q at %q, error %v", name, path, err)
			}
		})
	}
}

// newVerb returns a verb and its output.
func newVerb(t *testing.T, r registry.Registry, args ...string) (v *verb, stdout, stderr *bytes.Buffer) {
	t.Helper()
	o, err := parseVerb(args, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &verb{options: o, registry: r, stdout: stdout, stderr: stderr}, stdout, stderr
}

// A session that does not end is not reported as ended.
func TestKillOfSessionThatStays(t *testing.T) {
	r := testRegistry(t)
	listenAs(t, r, "work", statusOf("work"))
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	v, stdout, stderr := newVerb(t, r, "kill", "work")
	if status := v.run(ctx); status != 1 || stdout.String() != "GM ERROR session \"work\": it was ended, but its server is still there after 20s\nGM HINT kill -9 4321 ends it\n" {
		t.Errorf("status %d, %q", status, stdout)
	}
	if want := "gm: session \"work\": it was ended, but its server is still there after 20s\nhint: kill -9 4321 ends it\n"; stderr.String() != want {
		t.Errorf("for people: %q", stderr)
	}
}

// The errors of a session of another version reach the user with their hints.
func TestRefusedVerbs(t *testing.T) {
	for _, args := range [][]string{{"attach", "work"}, {"attach"}, {"detach", "work"}, {"kill", "work"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			r := testRegistry(t)
			listenAs(t, r, "work", func(request control.Request) control.Response {
				if request.Verb == control.VerbStatus {
					return statusOf("work")(request)
				}
				return control.UnknownVerb(request.Verb)
			})
			v, stdout, _ := newVerb(t, r, args...)
			want := `GM ERROR session "work": the session's server does not know "` + args[0] + `" (version 1 of the local protocol)` +
				"\nGM HINT the session was begun by another version of gm\n"
			if status := v.run(t.Context()); status != 1 || stdout.String() != want {
				t.Errorf("status %d, %q", status, stdout)
			}
		})
	}
}

// An answer without a seat is an error, not an announcement.
func TestAttachWithoutSeat(t *testing.T) {
	r := testRegistry(t)
	listenAs(t, r, "work", statusOf("work"))
	v, stdout, _ := newVerb(t, r, "attach", "work")
	if status := v.run(t.Context()); status != 1 || stdout.String() != "GM ERROR session \"work\": the session has sent no seat\n" {
		t.Errorf("status %d, %q", status, stdout)
	}
}

// A client of a session that has ended gets its last screen: it counts as without client.
func TestWithoutClient(t *testing.T) {
	for _, test := range []struct {
		name   string
		status control.Status
		want   bool
	}{
		{"detached", control.Status{State: control.Detached, From: "192.0.2.1"}, true},
		{"ended", control.Status{State: control.Ended, From: "192.0.2.1"}, true},
		{"before its first client", control.Status{State: control.Detached}, false},
		{"attached", control.Status{State: control.Attached, From: "192.0.2.1"}, false},
		{"no answer", control.Status{}, false},
		{"unknown state", control.Status{State: 9, From: "192.0.2.1"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := len(withoutClient([]registry.Entry{{Status: test.status}})) == 1; got != test.want {
				t.Errorf("free: %v", got)
			}
		})
	}
}
