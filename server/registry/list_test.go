//go:build unix

package registry

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gm/server/registry/registrytest"
	"gm/wire/control"
)

func TestListAndFind(t *testing.T) {
	base := registrytest.Dir(t)
	r := registryIn(base)
	second := r
	second.places = r.places[1:]
	work, büro, elsewhere := listen(t, r, "work"), listen(t, r, "büro"), listen(t, second, "elsewhere")
	got := names(t, r)
	slices.Sort(got)
	if want := []string{"büro", "elsewhere", "work"}; !slices.Equal(got, want) {
		t.Errorf("sessions %q, want %q", got, want)
	}
	for name, l := range map[string]*Listener{"work": work, "büro": büro, "elsewhere": elsewhere} {
		t.Run(name, func(t *testing.T) {
			e, err := r.Find(t.Context(), name)
			if err != nil || e.Path != l.Path() || e.Status.Name != name || e.Status.ID != l.ID() {
				t.Errorf("%+v, %v", e, err)
			}
		})
	}
	if _, err := r.Find(t.Context(), "wor"); !errors.Is(err, ErrNoSession) {
		t.Errorf("found a part of a name: %v", err)
	}
	if others, err := r.ListOthers(t.Context(), work.ID()); err != nil || len(others) != 2 || others[0].Path == work.Path() || others[1].Path == work.Path() {
		t.Errorf("the others are %+v, %v", others, err)
	}
	work.Close()
	if _, err := r.Find(t.Context(), "work"); !errors.Is(err, ErrNoSession) || exists(work.Path()) {
		t.Errorf("found a closed session: %v", err)
	}
}

// A place that is only read has sessions, and gets no new ones.
func TestReadOnlyPlace(t *testing.T) {
	base := registrytest.Dir(t)
	old := registryIn(base)
	listen(t, old, "old")
	r := registryIn(base)
	r.places[0].readOnly = true
	l := listen(t, r, "new")
	if dir := filepath.Dir(l.Path()); dir != r.places[1].path() {
		t.Errorf("the socket is in %s", dir)
	}
	if got := names(t, r); len(got) != 2 {
		t.Errorf("sessions %q", got)
	}
}

// Two places may be one directory, as when XDG_STATE_HOME has its default.
func TestPlaceIsReadOnce(t *testing.T) {
	r := newRegistry(t)
	listen(t, r, "work")
	r.places = append(r.places, r.places[0])
	if got := names(t, r); len(got) != 1 {
		t.Errorf("sessions %q", got)
	}
}

func TestListSweeps(t *testing.T) {
	r := newRegistry(t)
	dead := leave(t, r, "dead")
	l := listen(t, r, "live")
	dir := filepath.Dir(l.Path())
	if got := names(t, r); !slices.Equal(got, []string{"live"}) {
		t.Errorf("sessions %q", got)
	}
	if exists(dead) || !exists(l.Path()) {
		t.Error("the wrong socket was swept")
	}
	if dead := leave(t, r, "live"); true {
		if _, err := r.Find(t.Context(), "live"); err != nil || exists(dead) {
			t.Errorf("Find with a dead socket of the same name: %v", err)
		}
	}
	for name, age := range map[string]time.Duration{".new-00000001": 2 * newTimeout, ".new-00000002": 0} {
		path, then := filepath.Join(dir, name), time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, then, then)); err != nil {
			t.Fatal(err)
		}
		names(t, r)
		if exists(path) != (age == 0) {
			t.Errorf("%s of the age %v exists: %v", name, age, exists(path))
		}
	}
}

// TestListSweepsSessionsThatEnd asks a session that is killed before it replies.
func TestListSweepsSessionsThatEnd(t *testing.T) {
	r := newRegistry(t)
	path := leave(t, r, "ending")
	os.Remove(path)
	socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	socket.SetUnlinkOnClose(false)
	go func() {
		conn, err := socket.Accept()
		socket.Close()
		if err == nil {
			conn.Close()
		}
	}()
	if entries, err := r.List(t.Context()); err != nil || len(entries) > 0 || exists(path) {
		t.Errorf("listed %+v, %v; the socket exists: %t", entries, err, exists(path))
	}
}

// Files that are not named like sockets of sessions, or are none, stay.
func TestListLeavesOtherFiles(t *testing.T) {
	r := newRegistry(t)
	dir, err := r.places[0].open(r.uid, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lock", "notes", newID(1, "x").text, "1-00000000-0000000", "0-00000000-00000000", "-00000000-00000000"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := names(t, r); got != nil {
		t.Errorf("sessions %q", got)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 6 {
		t.Errorf("%d files are left, %v", len(entries), err)
	}
}

func TestNextNumber(t *testing.T) {
	r := newRegistry(t)
	for _, want := range []string{"1", "2", "3"} {
		if got := r.NextNumber(); got != want {
			t.Errorf("number %s, want %s", got, want)
		}
		listen(t, r, want)
	}
	if e, err := r.Find(t.Context(), "2"); err != nil {
		t.Error(err)
	} else if err := os.Remove(e.Path); err != nil {
		t.Error(err)
	}
	if got := r.NextNumber(); got != "2" {
		t.Errorf("number %s, want 2", got)
	}
}

// hang listens as a session that accepts connections and does not answer.
func hang(t *testing.T, r Registry, name string) (path string) {
	t.Helper()
	path = leave(t, r, name)
	os.Remove(path)
	socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return path
}

// A session that does not answer is listed without its name, and delays the others by at
// most answerTimeout, however many there are.
func TestListWithHungSessions(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	listen(t, r, "live")
	for range 20 {
		hang(t, r, "hung")
	}
	start := time.Now()
	entries, err := r.List(t.Context())
	if took := time.Since(start); took > answerTimeout+time.Second {
		t.Errorf("took %v", took)
	}
	if err != nil || len(entries) != 21 || entries[0].Status.Name != "live" {
		t.Fatalf("%+v, %v", entries, err)
	}
	for _, e := range entries[1:] {
		if e.Err == nil || e.Err.Error() != "no answer" || e.Status.State != control.NoAnswer || e.Status.Pid != 99999 || e.Status.ID != filepath.Base(e.Path) {
			t.Errorf("%+v", e)
		}
	}
	if _, err := r.Find(t.Context(), "hung"); err == nil || errors.Is(err, ErrNoSession) || err.Error() != "process 99999: no answer" {
		t.Errorf("Find: %v", err)
	}
	if _, err := r.Find(t.Context(), "live"); err != nil {
		t.Error(err)
	}
}

func TestListWithBadAnswers(t *testing.T) {
	for want, response := range map[string]string{
		"unexpected EOF":          "\x00\x00\x00\x09\x08",
		"message of 131072 bytes": "\x00\x02\x00\x00",
		"malformed message":       "\x00\x00\x00\x01\x80",
		"without a version":       "\x00\x00\x00\x00",
		"without a status":        string(control.Response{}.AppendFrame(nil)),
		"does not know":           string(control.UnknownVerb("status").AppendFrame(nil)),
		"EOF":                     "",
	} {
		t.Run(want, func(t *testing.T) {
			r := newRegistry(t)
			path := leave(t, r, "odd")
			os.Remove(path)
			socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
			if err != nil {
				t.Fatal(err)
			}
			defer socket.Close()
			go func() {
				for {
					conn, err := socket.Accept()
					if err != nil {
						return
					}
					conn.Read(make([]byte, 100)) // else the close resets the connection
					conn.Write([]byte(response))
					conn.Close()
				}
			}()
			entries, err := r.List(t.Context())
			if err != nil || len(entries) != 1 || entries[0].Err == nil || !strings.Contains(entries[0].Err.Error(), want) {
				t.Errorf("%+v, %v", entries, err)
			}
		})
	}
}

// A place that cannot be reached has no sessions, and is no error.
func TestListWithUnreachablePlaces(t *testing.T) {
	base := registrytest.Dir(t)
	r := registryIn(base)
	if err := os.WriteFile(filepath.Join(base, "a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	listen(t, r, "work")
	if got := names(t, r); len(got) != 1 {
		t.Errorf("sessions %q", got)
	}
	for err, want := range map[error]bool{fs.ErrNotExist: true, syscall.EACCES: true, syscall.ENOTDIR: true, syscall.EIO: false, &DirectoryError{}: false} {
		if (unlessAbsent(err) == nil) != want {
			t.Errorf("%v counts as absent: %v", err, !want)
		}
	}
}

// A directory that others can change is not read, and does not hide the sessions in others.
func TestListWithForeignDirectory(t *testing.T) {
	base := registrytest.Dir(t)
	r := registryIn(base)
	r.places[0].readOnly = true
	listen(t, r, "work")
	if err := errors.Join(os.MkdirAll(filepath.Join(base, "evil/sessions"), 0o700), os.MkdirAll(filepath.Join(base, "a"), 0o700),
		os.Symlink("../evil", filepath.Join(base, "a/gm"))); err != nil {
		t.Fatal(err)
	}
	entries, err := r.List(t.Context())
	refused, ok := errors.AsType[*DirectoryError](err)
	if !ok || refused.Path != filepath.Join(base, "a/gm") || refused.Why != "it is a symbolic link" {
		t.Errorf("error %v", err)
	}
	if len(entries) != 1 || entries[0].Status.Name != "work" {
		t.Errorf("%+v", entries)
	}
	if _, err := r.Find(t.Context(), "work"); err != nil {
		t.Error(err)
	}
	if _, err := r.Find(t.Context(), "play"); !errors.Is(err, ErrNoSession) || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("Find: %v", err)
	}
}

// Sessions that begin and end while others list are never swept: each listens before its
// socket has its name.
func TestLiveSessionIsNeverSwept(t *testing.T) {
	r := newRegistry(t)
	done := make(chan struct{})
	var listing sync.WaitGroup
	for range 2 {
		listing.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					r.List(t.Context())
				}
			}
		})
	}
	for range 200 {
		l, err := r.Listen("work", answerAs("work", func() string { return "1-00000000-00000000" }), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !exists(l.Path()) {
			t.Error("a live session was swept")
		}
		if _, err := r.Find(t.Context(), "work"); err != nil {
			t.Error(err)
		}
		l.Close()
	}
	close(done)
	listing.Wait()
}

// maxListTime is the time in which a hundred sessions are listed.
const maxListTime = 300 * time.Millisecond

func TestListHundred(t *testing.T) {
	r := newRegistry(t)
	for range 100 {
		listen(t, r, "work")
	}
	fastest := time.Hour
	for range 5 {
		start := time.Now()
		if got := names(t, r); len(got) != 100 {
			t.Fatalf("%d sessions", len(got))
		}
		fastest = min(fastest, time.Since(start))
	}
	t.Logf("100 sessions in %v", fastest)
	if fastest > maxListTime {
		t.Errorf("100 sessions take %v, at most %v", fastest, maxListTime)
	}
}

func TestParseID(t *testing.T) {
	made := newID(4711, "work")
	if got, ok := parseID(made.text); !ok || got != made || got.pid != 4711 || got.hash != nameHash("work") {
		t.Errorf("%+v, %v, want %+v", got, ok, made)
	}
	if other := newID(4711, "work"); other.text == made.text {
		t.Error("the same ID twice")
	}
	for _, file := range []string{"", "1", "1-00000000", "01-00000000-00000000", "1-00000000-0000000G", "1-00000000-00000000x", "99999999999-00000000-00000000", "1-00000000-00000000\n"} {
		if _, ok := parseID(file); ok {
			t.Errorf("%q is an ID", file)
		}
	}
	if n := len(newID(4194304, "x").text); n > 25 {
		t.Errorf("an ID of %d bytes", n)
	}
}
